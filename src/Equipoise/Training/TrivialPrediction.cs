using Equipoise.Data;
using Equipoise.Losses;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>The smallest raw loss that one and the same prediction for every row can have: what a network must beat to know anything of its input.</summary>
/// <remarks>
/// min over c of the raw loss of the prediction c [width], the same at each position of each row, with the weights and the divisor of training. For squared errors it is the variance of the targets, for absolute ones
/// the mean distance from the median, for cross-entropies the entropy of the classes. Found by signs of the slope with a step for each number that grows while the sign stays and shrinks when it turns, from 0 and from
/// the mean of the targets; of losses that are not convex it may be a local minimum. At most <see cref="MostRows"/> rows are looked at, evenly spread. Source of the search: Riedmiller and Braun, "A Direct
/// Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm", 1993.
/// </remarks>
internal static class TrivialPrediction
{
    /// <summary>Rows at the most.</summary>
    public const int MostRows = 4096;

    private const int Iterations = 150;

    /// <summary>The raw loss of the best constant prediction; NaN if no row has a label.</summary>
    public static double Loss(ModelOutput output, Output settings, Divisor divisor, Dataset data)
    {
        var target = data.Targets[output.Name];
        int count = Math.Min(MostRows, data.Rows);
        int[] rows = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * data.Rows / count))];
        var batch = new OutputBatch(0, output, settings with { Metrics = [], WeightedMetrics = [] }, settings.Loss!.Link, settings.Divisor ?? divisor, target, data.RowWeights, double.NaN, true, count, 1);
        var search = new Search(batch, rows, output.Shape.Width, output.Shape.Size);
        double best = search.From(new float[output.Shape.Width]);
        return Math.Min(best, search.From(FromMean(target, settings.Loss.Link, output.Shape.Width)));
    }

    // The prediction whose value is the mean target; of class indices, their frequencies.
    private static float[] FromMean(TargetColumn target, OutputLink link, int width)
    {
        var mean = new double[width];
        double labels = 0;
        foreach (float value in target.Values.Where(v => !float.IsNaN(v)))
        {
            labels++;
            if (target.Width == 1 && width > 1 && value >= 0 && value < width) mean[(int)value]++;
        }
        if (target.Width != 1 || width == 1)
        {
            var counts = new double[width];
            for (int i = 0; i < target.Values.Length; i++)
            {
                if (float.IsNaN(target.Values[i])) continue;
                mean[i % width] += target.Values[i];
                counts[i % width]++;
            }
            for (int c = 0; c < width; c++) mean[c] /= Math.Max(1, counts[c]);
        }
        else for (int c = 0; c < width; c++) mean[c] /= Math.Max(1, labels);
        const double Least = 1e-6;
        return [.. mean.Select(m => (float)(link switch
        {
            OutputLink.Sigmoid => Math.Log(Math.Clamp(m, Least, 1 - Least) / (1 - Math.Clamp(m, Least, 1 - Least))),
            OutputLink.Softmax or OutputLink.Exponential => Math.Log(Math.Max(m, Least)),
            _ => m,
        }))];
    }

    private sealed class Search(OutputBatch batch, int[] rows, int width, int size)
    {
        private readonly float[] _predictions = new float[rows.Length * size];
        private readonly float[] _seeds = new float[rows.Length * size];
        private readonly double[] _slopes = new double[width];

        public double From(float[] constant)
        {
            batch.LoadTargets(rows, 0);
            batch.Begin(rows, 1, []);
            if (batch.Labelled == 0) return double.NaN;
            double best = Evaluate(constant);
            double[] steps = [.. constant.Select(c => Math.Max(0.1, 0.1 * Math.Abs(c)))];
            var before = new int[width];
            for (int i = 0; i < Iterations; i++)
            {
                for (int c = 0; c < width; c++)
                {
                    int sign = Math.Sign(_slopes[c]);
                    steps[c] *= sign * before[c] > 0 ? 1.2 : sign * before[c] < 0 ? 0.5 : 1;
                    before[c] = sign;
                    constant[c] -= (float)(sign * steps[c]);
                }
                double loss = Evaluate(constant);
                if (loss < best || double.IsNaN(best)) best = loss;
            }
            return best;
        }

        private double Evaluate(float[] constant)
        {
            for (int i = 0; i < _predictions.Length; i++) _predictions[i] = constant[i % width];
            batch.Evaluate(0, rows.Length, _predictions, [], _seeds, 0);
            batch.Sum(rows.Length);
            Array.Clear(_slopes);
            for (int i = 0; i < _seeds.Length; i++)
            {
                if (!float.IsNaN(_seeds[i])) _slopes[i % width] += _seeds[i];
            }
            return batch.RawLoss;
        }
    }
}
