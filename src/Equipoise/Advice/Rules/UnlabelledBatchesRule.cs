using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Batches so small that many of them have no label of an output at all: it stands still in these steps, and jumps on a single row in others.</summary>
/// <remarks>A batch of B rows has none with the probability (1 − p)^B, p being the share of labelled rows. Fires above 5 %; the change is the next power of two that is below, if that is at most 1,024 and an eighth of the training rows.</remarks>
public sealed class UnlabelledBatchesRule : AdviceRule
{
    private const double TooMany = 0.05;
    private const int LargestBatch = 1024;

    /// <inheritdoc/>
    public override string Name => "batches_without_label";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        if (about.Config is not { } config) yield break;
        int batch = config.Training.Batch;
        var rarest = about.Outputs.Where(o => o.Weight > 0).MaxBy(o => o.Statistics["missing_share"]);
        if (rarest is null) yield break;
        double missing = rarest.Statistics["missing_share"], none = Math.Pow(missing, batch);
        if (none <= TooMany || missing >= 1) yield break;
        int wanted = batch;
        while (Math.Pow(missing, wanted) > TooMany && wanted <= LargestBatch) wanted = NextPower(wanted);
        bool fits = wanted <= LargestBatch && wanted <= about.Train.Rows / 8;
        var size = SettingNode.Of(wanted.ToString(CultureInfo.InvariantCulture));
        AdviceEdit edit = config.Says("training") ? AdviceEdit.Set(config.Training, "batch", size) : AdviceEdit.Set(config, "training", SettingNode.Map([new SettingEntry("batch", size)]));
        yield return Found(config.Training, "batch", string.Create(CultureInfo.InvariantCulture, $"{100 * (1 - missing):0.##} % of the training rows have a label of '{rarest.Name}', so {100 * none:0.#} % of batches of {batch} rows have none."),
            fits ? string.Create(CultureInfo.InvariantCulture, $"With batches of {wanted} rows {100 * Math.Pow(missing, wanted):0.0} % have none.") : "Gather the labelled rows, or give this output fewer updates with larger batches.", fits ? [edit] : []);
    }

    private static int NextPower(int batch)
    {
        int power = 1;
        while (power <= batch) power *= 2;
        return power;
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="UnlabelledBatchesRule"/>.</summary>
    public static readonly Entry<AdviceRule> UnlabelledBatches = Add("batches so small that many have no label of an output", new UnlabelledBatchesRule());
}
