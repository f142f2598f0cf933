using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Losses;
using Equipoise.Runs;

namespace Equipoise.Advice;

/// <summary>How large the loss of an output is at the beginning: that of the best guess which knows nothing but the frequencies of the training labels, less that of perfect predictions.</summary>
/// <remarks>
/// For a number the guess is the constant with the least mean loss (golden section between the least and the largest label), for classes and labels their frequencies. What perfect predictions cost is
/// 0 for most losses; that of Poisson and Tweedie is not, and can be negative, so only the difference says how much there is to learn. Class weights count, weights of outputs do not. At most
/// 5,000 rows are looked at, evenly spaced.
/// </remarks>
internal static class GuessLoss
{
    private const int MostRows = 5000;
    private const int Sections = 60;

    /// <summary>The loss; null for sequences, losses of distances and distributions, without labels, and where it is not finite.</summary>
    public static double? Of(OutputConfig output, TargetEncoder encoder, Table train)
    {
        if (output.Type == "sequence" || SoftmaxOnSetRule.IsWrong(output)) return null;
        var loss = RunModel.EffectiveLoss(output);
        if (!loss.PredictsTarget) return null;
        int width = encoder.PredictionWidth;
        bool oneHot = encoder is CategoryTargetEncoder && loss.TargetWidth(width) > 1;
        var labels = encoder.Encode(train);
        int[] rows = [.. Enumerable.Range(0, labels.Rows).Where(r => !float.IsNaN(labels.Row(r)[0]))];
        if (rows.Length == 0) return null;
        if (rows.Length > MostRows) rows = [.. Enumerable.Range(0, MostRows).Select(i => rows[(int)((long)i * rows.Length / MostRows)])];
        var weights = RunModel.ClassWeights(output, encoder);
        var rowWeights = new float[rows.Length];
        int targetWidth = oneHot ? width : labels.Width;
        var targets = new float[rows.Length * targetWidth];
        for (int i = 0; i < rows.Length; i++)
        {
            var row = labels.Row(rows[i]);
            if (oneHot) targets[(i * width) + (int)row[0]] = 1;
            else row.CopyTo(targets.AsSpan(i * targetWidth));
            rowWeights[i] = weights is not null && output.Type != "set" ? (float)weights.GetValueOrDefault((int)row[0], 1) : 1;
        }
        var labelWeights = weights is not null && output.Type == "set" ? Enumerable.Range(0, width).Select(l => (float)weights.GetValueOrDefault(l, 1)).ToArray() : [];

        double Mean(float[] predictions)
        {
            var values = new float[rows.Length];
            var shares = new float[rows.Length];
            Array.Fill(shares, 1f);
            loss.Evaluate(new LossRows
            {
                Items = rows.Length,
                Width = width,
                Predictions = predictions,
                Targets = targets,
                Shares = shares,
                Values = values,
                LabelWeights = labelWeights,
                Scratch = new float[loss.ScratchSize(rows.Length, 1, width, targetWidth)],
            });
            double sum = 0;
            for (int i = 0; i < values.Length; i++) sum += rowWeights[i] * (double)values[i];
            return sum / rows.Length;
        }

        double gain = output.Type == "number" ? OfNumber(loss, targets, Mean) : Mean(Tiled(Frequencies(output, loss, encoder, rows.Length, targets, targetWidth), rows.Length));
        return double.IsFinite(gain) && gain > 0 ? gain : null;
    }

    private static double OfNumber(Loss loss, float[] targets, Func<float[], double> mean)
    {
        bool logarithm = loss.Link == OutputLink.Exponential;
        float[] perfect = logarithm ? [.. targets.Select(t => MathF.Log(MathF.Max(t, 1e-6f)))] : targets;
        double low = perfect.Min(), high = perfect.Max();
        if (logarithm) low = Math.Max(low, high - 20);
        double ratio = (Math.Sqrt(5) - 1) / 2;
        var constant = new float[targets.Length];
        double At(double value)
        {
            Array.Fill(constant, (float)value);
            return mean(constant);
        }
        double a = high - (ratio * (high - low)), b = low + (ratio * (high - low)), atA = At(a), atB = At(b);
        for (int i = 0; i < Sections; i++)
        {
            if (atA <= atB)
            {
                (high, b, atB) = (b, a, atA);
                a = high - (ratio * (high - low));
                atA = At(a);
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                b = low + (ratio * (high - low));
                atB = At(b);
            }
        }
        return Math.Min(atA, atB) - mean(perfect);
    }

    // The raw prediction that says how frequent each class or label is.
    private static float[] Frequencies(OutputConfig output, Loss loss, TargetEncoder encoder, int rows, float[] targets, int targetWidth)
    {
        int width = encoder.PredictionWidth;
        var counts = new double[width];
        for (int i = 0; i < rows; i++)
        {
            if (targetWidth == width) for (int c = 0; c < width; c++) counts[c] += targets[(i * width) + c];
            else counts[(int)targets[i]]++;
        }
        bool exclusive = width > 1 && output.Type is "category" or "ordered_category";
        double[] p = [.. counts.Select(c => (c + 0.5) / (rows + (exclusive ? 0.5 * width : 1)))];
        bool probabilities = output.Activation is not null || LossFit.WantsProbabilities(loss);
        if (probabilities) return [.. p.Select(x => (float)x)];
        return [.. p.Select(x => (float)(loss.Link == OutputLink.Softmax ? Math.Log(x) : Math.Log(x / (1 - x))))];
    }

    private static float[] Tiled(float[] row, int rows)
    {
        var all = new float[row.Length * rows];
        for (int i = 0; i < rows; i++) row.CopyTo(all, i * row.Length);
        return all;
    }
}
