using System.Globalization;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Ledger;
using Equipoise.Losses;

namespace Equipoise.Runs;

/// <summary>Predictions in words and units, column by column.</summary>
/// <remarks>
/// A number is in the unit of its column; with a predicted variance its bounds a standard deviation below and above stand beside it, with several quantiles each of these, in order, and of an amount that is
/// mostly 0 the probability that it is not. A category is its class and the class's probability. A binary is its value and the probability of the value that is 1.
/// A set is its labels of a probability of at least one half, joined as in the data. A sequence is the labels of the best path, joined as in the data.
/// </remarks>
public sealed class PredictionTable
{
    private readonly List<(string Name, string[] Cells)> _columns = [];

    private PredictionTable(int rows) => Rows = rows;

    /// <summary>How many rows there are.</summary>
    public int Rows { get; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names => [.. _columns.Select(c => c.Name)];

    /// <summary>The cells of a column.</summary>
    public IReadOnlyList<string> this[string name] => _columns.First(c => c.Name == name).Cells;

    /// <summary>Puts a column in front, such as a name of the row.</summary>
    public void Prepend(string name, IEnumerable<string> cells) => _columns.Insert(0, (name, [.. cells]));

    /// <summary>Writes all as CSV with a header.</summary>
    public void WriteCsv(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(string.Join(",", _columns.Select(c => Csv.Quote(c.Name))) + "\n");
        for (int row = 0; row < Rows; row++) writer.Write(string.Join(",", _columns.Select(c => Csv.Quote(c.Cells[row]))) + "\n");
    }

    internal static PredictionTable Of(Config config, RunEncoders encoders, IReadOnlyDictionary<string, float[]> predictions, int rows, bool probabilities)
    {
        var table = new PredictionTable(rows);
        foreach (var output in config.Outputs)
        {
            var target = encoders.Columns.Targets[output.Name];
            table.Add(output.Name, target, ClassProbabilities.Of(output, predictions[output.Name], rows), output.Loss, probabilities);
        }
        return table;
    }

    private void Add(string name, TargetEncoder target, float[] values, Loss? loss, bool probabilities)
    {
        int width = target.PredictionWidth;
        if (LossFit.IsOfEmbeddings(loss))
        {
            int numbers = values.Length / Math.Max(1, Rows);
            for (int k = 0; k < numbers; k++)
            {
                int number = k;
                Column($"{name}_{number}", row => Text(values[(row * numbers) + number]));
            }
            return;
        }
        ReadOnlySpan<float> Row(int row) => values.AsSpan(row * width, width);
        switch (target)
        {
            case NumberTargetEncoder number when loss is GaussianNegativeLogLikelihood:
                // A mean and the logarithm of a variance, both as the loss sees them.
                float Deviation(int row) => MathF.Exp(values[(2 * row) + 1] / 2);
                Column(name, row => Text(number.Decode(values[2 * row])));
                Column($"{name}_low", row => Text(number.Decode(values[2 * row] - Deviation(row))));
                Column($"{name}_high", row => Text(number.Decode(values[2 * row] + Deviation(row))));
                return;
            case NumberTargetEncoder when loss is ZeroInflatedLogNormal:
                Column(name, row => Text(ZeroInflatedLogNormal.Mean(values.AsSpan(3 * row, 3))));
                Column($"{name}_probability", row => Text(1 / (1 + MathF.Exp(-values[3 * row]))));
                return;
            case NumberTargetEncoder number when loss is Quantile { PredictsQuantiles: true } quantiles:
                AddQuantiles(name, number, values, quantiles);
                return;
            case NumberTargetEncoder number:
                Column(name, row => Text(number.Decode(values[row])));
                return;
            case BinaryTargetEncoder binary:
                Column(name, row => binary.Labels[values[row] >= 0.5f ? 1 : 0]);
                Column(loss is not Contrastive pair ? $"{name}_probability" : pair.Similar == SimilarLabel.One ? $"{name}_nearness" : $"{name}_distance", row => Text(values[row]));
                return;
            case SequenceTargetEncoder sequence:
                int size = values.Length / Rows;
                Column(name, row => string.Join(sequence.Separator, sequence.Decode(values.AsSpan(row * size, size))));
                return;
            case SetTargetEncoder set:
                Column(name, row => string.Join(set.Separator, set.Decode(Row(row))));
                break;
            default:
                Column(name, row => target.Labels[Metrics.Labels.Largest(Row(row))]);
                Column($"{name}_probability", row => Text(Row(row)[Metrics.Labels.Largest(Row(row))]));
                break;
        }
        if (!probabilities) return;
        for (int k = 0; k < width; k++)
        {
            int label = k;
            Column($"{name}={target.Labels[label]}", row => Text(values[(row * width) + label]));
        }
    }

    // In the order of the shares; where the predictions cross they are sorted, which never makes them worse (Chernozhukov, Fernández-Val and Galichon, 2010).
    private void AddQuantiles(string name, NumberTargetEncoder number, float[] values, Quantile loss)
    {
        int count = loss.Quantiles.Count;
        int[] order = [.. Enumerable.Range(0, count).OrderBy(k => loss.Quantiles[k])];
        var sorted = new float[values.Length];
        values.CopyTo(sorted, 0);
        for (int row = 0; row < Rows; row++) sorted.AsSpan(row * count, count).Sort();
        Column(name, row => Text(number.Decode(sorted[(row * count) + Array.IndexOf(order, loss.Middle)])));
        for (int k = 0; k < count; k++)
        {
            int place = k;
            Column($"{name}_q{Text((float)loss.Quantiles[order[place]])}", row => Text(number.Decode(sorted[(row * count) + place])));
        }
    }

    private void Column(string name, Func<int, string> cell)
    {
        var cells = new string[Rows];
        for (int row = 0; row < Rows; row++) cells[row] = cell(row);
        _columns.Add((name, cells));
    }

    private static string Text(float value) => value.ToString("G7", CultureInfo.InvariantCulture);
}
