using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Metrics;

namespace Equipoise.Advice;

/// <summary>What rules look at.</summary>
/// <param name="Config">The completed config; null where there is none and only data are looked at.</param>
/// <param name="Train">The training part.</param>
/// <param name="Outputs">What the data say about each output.</param>
internal sealed record AdviceCase(Config? Config, Table Train, IReadOnlyList<OutputAdvice> Outputs)
{
    /// <summary>All rows, of every part. Only to see whether a change could be carried out (a logarithm of every label): no figure comes from it.</summary>
    public Table All { get; init; } = Train;

    /// <summary>The outputs of given types; without those that learn distances or embeddings, which predict no class.</summary>
    public IEnumerable<OutputAdvice> Of(params string[] types) => Outputs.Where(o => types.Contains(o.Type) && !LossFit.TakesLayersAsTheyAre(o.Config?.Loss));

    /// <summary>Whether somebody chose to judge a number by squared errors in its own unit, which squared errors as a loss serve best: the metric that epochs are kept by, else the first one that is declared.</summary>
    public bool IsJudgedBySquares(OutputAdvice output)
    {
        if (output.Config is not { Metrics: { } metrics } config) return false;
        string keep = Config!.Training.Keep[(Config.Training.Keep.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        var kept = metrics.FirstOrDefault(m => keep == $"{config.Name}.{m.Name}");
        return (kept ?? (config.Says("metrics") && metrics.Count > 0 ? metrics[0] : null)) is Rmse or Mse or R2Score { Log1p: false };
    }

    /// <summary>What an output with its weight adds to the total at the beginning: the weight × what a guess costs; 0 where that is not known.</summary>
    public static double Contribution(OutputAdvice output) => output.Weight * (output.GuessLoss ?? 0);

    /// <summary>Whether the weights of the config are those that train.</summary>
    public bool HasFixedWeights => Config?.Balance.Method is Balancing.FixedWeights;
}
