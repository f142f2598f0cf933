using Equipoise.Configs;
using Equipoise.Losses;

namespace Equipoise.Runs;

/// <summary>What a model predicts for an output of classes, as the probability of each class: losses over ordered classes have another form of prediction.</summary>
internal static class ClassProbabilities
{
    /// <summary>Shape [rows, classes].</summary>
    public static float[] Of(OutputConfig output, float[] predictions, int rows)
    {
        if (output.Loss is not (Corn or CumulativeLink) || rows == 0) return predictions;
        int width = predictions.Length / rows, classes = output.Loss.PointWidth(width);
        var probabilities = new float[rows * classes];
        for (int row = 0; row < rows; row++) output.Loss.Point(predictions.AsSpan(row * width, width), probabilities.AsSpan(row * classes, classes));
        return probabilities;
    }
}
