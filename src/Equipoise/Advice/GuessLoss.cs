using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Engine.Graphs;
using Equipoise.Models;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Advice;

/// <summary>How large the loss of an output is at the beginning: that of the best guess which knows nothing but the frequencies of the training labels (<see cref="TrivialPrediction"/>), less that of perfect predictions.</summary>
/// <remarks>
/// What perfect predictions cost is 0 for most losses; that of Poisson and Tweedie is not, and can be negative, so only the difference says how much there is to learn. Class weights count, weights of outputs do not.
/// </remarks>
internal static class GuessLoss
{
    /// <summary>The loss; null for sequences, losses of distances and distributions, without labels, and where it is not finite.</summary>
    public static double? Of(OutputConfig output, TargetEncoder encoder, Table train)
    {
        if (output.Type == "sequence" || SoftmaxOnSetRule.IsWrong(output)) return null;
        var loss = RunModel.EffectiveLoss(output);
        if (!loss.PredictsTarget) return null;
        int width = encoder.PredictionWidth;
        var target = encoder.Encode(train);
        target = target.Select([.. Enumerable.Range(0, target.Rows).Where(r => !float.IsNaN(target.Row(r)[0]))]);
        if (target.Rows == 0) return null;
        if (encoder is CategoryTargetEncoder && loss.TargetWidth(width) > 1) target = RunEncoders.Spread(target, width);
        var head = new ModelOutput(output.Name, new Shape(width));
        var settings = new Output(loss) { ClassWeights = RunModel.ClassWeights(output, encoder) };
        double gain = TrivialPrediction.Loss(head, settings, Divisor.LabelledRows, target, null);
        if (output.Type == "number") gain -= TrivialPrediction.LossOfTargets(head, settings, Divisor.LabelledRows, target);
        return double.IsFinite(gain) && gain > 0 ? gain : null;
    }
}
