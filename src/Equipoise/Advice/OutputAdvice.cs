using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Advice;

/// <summary>What the data say about one output: its statistics, and the losses and metrics that fit them, best first.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Column">The column with its labels.</param>
/// <param name="Type">Its type.</param>
/// <param name="Reason">Why it has this type; empty where the config declares it.</param>
/// <param name="Statistics">The figures of its training labels.</param>
/// <param name="Losses">Losses, best first.</param>
/// <param name="Metrics">Metrics, best first.</param>
public sealed record OutputAdvice(string Name, string Column, string Type, string Reason, LabelStatistics Statistics, IReadOnlyList<RankedChoice> Losses, IReadOnlyList<RankedChoice> Metrics)
{
    /// <summary>The loss of the best guess that knows only the frequencies of the labels, less that of perfect predictions; null where that cannot be said (sequences, or without a config).</summary>
    public double? GuessLoss { get; init; }

    /// <summary>The completed output of the config; null without one.</summary>
    internal OutputConfig? Config { get; init; }

    /// <summary>The encoder of its labels, fitted on the training part.</summary>
    internal TargetEncoder? Encoder { get; init; }

    /// <summary>What the config multiplies its loss with.</summary>
    internal double Weight => Config?.Weight ?? 1;

    internal static OutputAdvice Of(string name, string type, string reason, TargetEncoder encoder, Table train)
    {
        var statistics = LabelStatistics.Of(type, encoder, train);
        var (losses, metrics) = type switch
        {
            "number" => (NumberRanking.Losses(statistics), NumberRanking.Metrics(statistics)),
            "set" => (SetRanking.Losses(statistics), SetRanking.Metrics(statistics)),
            "sequence" => ([], []),
            _ => (ClassRanking.Losses(type, statistics), ClassRanking.Metrics(type, statistics)),
        };
        return new OutputAdvice(name, encoder.Column, type, reason, statistics, losses, metrics) { Encoder = encoder };
    }
}
