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
