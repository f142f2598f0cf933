using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Metrics;
using Equipoise.Runs;

namespace Equipoise.Advice;

/// <summary>Changes of an output that several rules need.</summary>
internal static class OutputEdits
{
    /// <summary>One more metric; if the output has the usual ones without saying so, these are written out first.</summary>
    public static AdviceEdit AddMetric(OutputConfig output, string metric)
    {
        if (output.Says("metrics")) return AdviceEdit.Add(output, "metrics", Node(metric));
        return AdviceEdit.Set(output, "metrics", SettingNode.List([.. Node(UsualParts.MetricText(output.Type!)).Items!, Node(metric)]));
    }

    /// <summary>Takes metrics out; if none is left, the best of the ranking takes their place.</summary>
    public static AdviceEdit[] RemoveMetrics(OutputAdvice output, IReadOnlyList<int> places)
    {
        int all = output.Config!.Metrics!.Count;
        if (places.Count < all) return [.. places.Select(p => AdviceEdit.RemoveItem(output.Config, "metrics", p))];
        return [AdviceEdit.Set(output.Config, "metrics", SettingNode.List(output.Metrics.Take(2).Select(m => Node(m.Name))))];
    }

    /// <summary>Another type, without the settings, loss, metrics and class weights that only fitted the old one.</summary>
    public static AdviceEdit[] ChangeType(OutputConfig output, string type, params SettingEntry[] settings)
    {
        var edits = new List<AdviceEdit> { AdviceEdit.Set(output, "type", type) };
        string[] kept = [.. settings.Select(s => s.Key)];
        string[] own = [.. OutputConfig.Section.Keys.Select(k => k.Name)];
        foreach (var entry in output.Node.Entries ?? [])
        {
            bool gone = entry.Key is "loss" or "metrics" or "class_weights" or "activation" || (!own.Contains(entry.Key) && !kept.Contains(entry.Key));
            if (gone) edits.Add(AdviceEdit.Remove(output, entry.Key));
        }
        edits.AddRange(settings.Select(s => AdviceEdit.Set(output, s.Key, s.Value)));
        return [.. edits];
    }

    /// <summary>A value as a config would write it.</summary>
    public static SettingNode Node(string text) => ConfigText.Read(text, new Problems());

    /// <summary>The names of an output's metrics in the catalogue.</summary>
    public static string[] MetricNames(OutputConfig output) => [.. (output.Metrics ?? []).Select(m => MetricCatalog.Catalog.EntryOf(m).Name)];

    /// <summary>The logarithm that every label of the column has, in all parts; null if there is none.</summary>
    public static string? Logarithm(AdviceCase about, string column)
    {
        double least = double.PositiveInfinity;
        foreach (string? cell in about.All[column].Values.Concat(about.Train[column].Values))
        {
            if (cell is not null && Cells.TryNumber(cell, out double value)) least = Math.Min(least, value);
        }
        return least > 0 ? "log" : least >= 0 ? "log1p" : null;
    }
}
