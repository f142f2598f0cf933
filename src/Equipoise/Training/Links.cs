using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;
using Equipoise.Losses;

namespace Equipoise.Training;

/// <summary>Turns raw predictions into the values a user wants.</summary>
internal static class Links
{
    /// <summary>Writes [items, width] from [items, width].</summary>
    public static void Apply(OutputLink link, ReadOnlySpan<float> predictions, Span<float> values, int width)
    {
        switch (link)
        {
            case OutputLink.Sigmoid:
                Elementwise.Apply(default(Sigmoid), predictions, values);
                break;
            case OutputLink.Exponential:
                Elementwise.Apply(default(Exponential), predictions, values);
                break;
            case OutputLink.Nearness:
                for (int i = 0; i < predictions.Length; i++) values[i] = 1 - predictions[i];
                break;
            case OutputLink.Softmax:
                Softmax.Rows(predictions, values, predictions.Length / width, width);
                break;
            default:
                predictions.CopyTo(values);
                break;
        }
    }

    /// <summary>Turns slopes to the values of one item into slopes to its predictions, in place.</summary>
    /// <param name="link">The link.</param>
    /// <param name="values">What <see cref="Apply"/> gave.</param>
    /// <param name="slopes">Slopes, of the same length.</param>
    public static void TakeBack(OutputLink link, ReadOnlySpan<float> values, Span<float> slopes)
    {
        switch (link)
        {
            case OutputLink.Sigmoid:
                for (int i = 0; i < slopes.Length; i++) slopes[i] *= values[i] * (1 - values[i]);
                break;
            case OutputLink.Exponential:
                for (int i = 0; i < slopes.Length; i++) slopes[i] *= values[i];
                break;
            case OutputLink.Nearness:
                for (int i = 0; i < slopes.Length; i++) slopes[i] = -slopes[i];
                break;
            case OutputLink.Softmax:
                double mean = 0;
                for (int i = 0; i < slopes.Length; i++) mean += (double)values[i] * slopes[i];
                for (int i = 0; i < slopes.Length; i++) slopes[i] = (float)(values[i] * (slopes[i] - mean));
                break;
        }
    }

    private readonly struct Sigmoid : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Sigmoid(x);

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => y * (Vector256<float>.One - y);
    }

    private readonly struct Exponential : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Exp(x);

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => y;
    }
}
