using Equipoise.Data;
using Equipoise.Losses;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>The smallest raw loss that one and the same prediction for every row can have: what a network must beat to know anything of its input.</summary>
/// <remarks>
/// min over c of the raw loss of the prediction c [width], the same at each position of each row, with the weights and the divisor of training. For squared errors it is the variance of the targets, for absolute ones
/// the mean distance from the median, for cross-entropies the entropy of the classes. Found by signs of the slope with a step for each number that grows while the sign stays and shrinks when it turns, from
/// the mean of the targets and from 0; of losses that are not convex it may be a local minimum. Losses that want probabilities are taken on raw predictions, or, where they have no such form, at
/// the frequencies of the targets. At most <see cref="MostRows"/> rows are looked at, evenly spread. Source of the search: Riedmiller and Braun, "A Direct
/// Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm", 1993.
/// </remarks>
internal static class TrivialPrediction
{
    /// <summary>Rows at the most.</summary>
    public const int MostRows = 4096;

    private const int Iterations = 150;
    private const float Least = 1e-6f;                         // share or rate that a logarithm is taken of
    private const double Flat = 1e-6;                          // slope at which nothing is left to gain

    /// <summary>The raw loss of the best constant prediction; NaN if no row has a label.</summary>
    public static double Loss(ModelOutput output, Output settings, Divisor divisor, TargetColumn target, ColumnValues<float>? rowWeights)
    {
        // Where there is a form on raw predictions the search cannot leave what probabilities or rates may be.
        var loss = settings.Loss!.OnLogits ?? settings.Loss;
        var search = new Search(output, settings with { Loss = loss }, divisor, target, rowWeights);
        var (fromMean, flat) = search.From(FromMean(target, loss.Link, output.Shape.Width), loss.WantsProbabilities ? 0 : Iterations);
        return flat || loss.WantsProbabilities ? fromMean : Math.Min(fromMean, search.From(new float[output.Shape.Width], Iterations).Loss);
    }

    /// <summary>The raw loss when every prediction is the target itself: 0 for most losses. NaN if no row has a label.</summary>
    public static double LossOfTargets(ModelOutput output, Output settings, Divisor divisor, TargetColumn target)
    {
        var loss = settings.Loss!;
        float[] values = loss.Link == OutputLink.Exponential ? [.. target.Values.Select(t => MathF.Log(MathF.Max(t, Least)))] : target.Values.ToArray();
        return new Search(output, settings, divisor, target, null).At(values);
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
            for (long i = 0; i < target.Values.Length; i++)
            {
                if (float.IsNaN(target.Values[i])) continue;
                mean[i % width] += target.Values[i];
                counts[i % width]++;
            }
            for (int c = 0; c < width; c++) mean[c] /= Math.Max(1, counts[c]);
        }
        else for (int c = 0; c < width; c++) mean[c] /= Math.Max(1, labels);
        return [.. mean.Select(m => (float)(link switch
        {
            OutputLink.Sigmoid => Math.Log(Math.Clamp(m, Least, 1 - Least) / (1 - Math.Clamp(m, Least, 1 - Least))),
            OutputLink.Softmax or OutputLink.Exponential => Math.Log(Math.Max(m, Least)),
            _ => m,
        }))];
    }

    private sealed class Search
    {
        private readonly OutputBatch _batch;
        private readonly int[] _rows;
        private readonly int _width;
        private readonly int _size;
        private readonly float[] _predictions;
        private readonly float[] _seeds;
        private readonly double[] _slopes;

        public Search(ModelOutput output, Output settings, Divisor divisor, TargetColumn target, ColumnValues<float>? rowWeights)
        {
            int count = Math.Min(MostRows, target.Rows);
            _rows = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * target.Rows / count))];
            _batch = new OutputBatch(0, output, settings with { Metrics = [], WeightedMetrics = [] }, settings.Loss!.Link, settings.Divisor ?? divisor, target, rowWeights, double.NaN, true, count, 1);
            _batch.LoadTargets(_rows, 0);
            _batch.Begin(_rows, 1, []);
            (_width, _size) = (output.Shape.Width, output.Shape.Size);
            _predictions = new float[count * _size];
            _seeds = new float[count * _size];
            _slopes = new double[_width];
        }

        /// <summary>The least loss on the way downhill, and whether the beginning was a minimum already.</summary>
        public (double Loss, bool Flat) From(float[] constant, int iterations)
        {
            if (_batch.Labelled == 0) return (double.NaN, true);
            double best = Evaluate(constant);
            if (_slopes.All(s => Math.Abs(s) <= Flat)) return (best, true);
            double[] steps = [.. constant.Select(c => Math.Max(0.1, 0.1 * Math.Abs(c)))];
            var before = new int[_width];
            for (int i = 0; i < iterations; i++)
            {
                for (int c = 0; c < _width; c++)
                {
                    int sign = Math.Sign(_slopes[c]);
                    steps[c] *= sign * before[c] > 0 ? 1.2 : sign * before[c] < 0 ? 0.5 : 1;
                    before[c] = sign;
                    constant[c] -= (float)(sign * steps[c]);
                }
                double loss = Evaluate(constant);
                if (loss < best || double.IsNaN(best)) best = loss;
            }
            return (best, false);
        }

        /// <summary>The loss of a prediction [rows, size] for each row of the data.</summary>
        public double At(float[] values)
        {
            for (int i = 0; i < _rows.Length; i++) values.AsSpan(_rows[i] * _size, _size).CopyTo(_predictions.AsSpan(i * _size));
            return _batch.Labelled == 0 ? double.NaN : Evaluate();
        }

        private double Evaluate(float[] constant)
        {
            for (int i = 0; i < _predictions.Length; i++) _predictions[i] = constant[i % _width];
            return Evaluate();
        }

        private double Evaluate()
        {
            _batch.Evaluate(0, _rows.Length, _predictions, [], _seeds, 0);
            _batch.Sum(_rows.Length);
            Array.Clear(_slopes);
            for (int i = 0; i < _seeds.Length; i++)
            {
                if (!float.IsNaN(_seeds[i])) _slopes[i % _width] += _seeds[i];
            }
            return _batch.RawLoss;
        }
    }
}
