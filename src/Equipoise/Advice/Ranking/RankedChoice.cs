using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Advice;

/// <summary>A loss or a metric for an output, with what speaks for it. The best one stands first in its list.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Keys">The lines of the output that choose it: for a loss <c>loss</c> and perhaps <c>transform</c> or <c>class_weights</c>; for a metric none.</param>
/// <param name="Reason">What speaks for it, in words.</param>
/// <param name="Decider">The statistic that decided, with its value: <c>skew 4.2</c>.</param>
public sealed record RankedChoice(string Name, IReadOnlyList<SettingEntry> Keys, string Reason, string Decider)
{
    /// <summary>What a config says: <c>loss: {huber: 0.4}</c>, <c>{f1: {average: macro}}</c>.</summary>
    public string Text => Keys.Count == 0 ? Name : string.Join(", ", Keys.Select(k => $"{k.Key}: {FlowText.Write(k.Value)}"));
}
