using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Softmax of a row of logits in the form losses want: shift and logarithm of the sum apart, so that differences of logits stay exact.</summary>
/// <remarks>log softmax(z)ᵢ = (zᵢ − Largest) − LogSum, with LogSum = log Σ e^(zⱼ − Largest), between 0 and log width.</remarks>
internal static class LogSoftmax
{
    /// <summary>Largest logit and logarithm of the sum. Writes softmax(z) unless <paramref name="probabilities"/> is empty. A NaN makes LogSum NaN.</summary>
    public static (float Largest, float LogSum) Of(ReadOnlySpan<float> z, Span<float> probabilities)
    {
        var (largest, sum) = SoftmaxParts.Row(z, probabilities);
        return (largest, Exponentials.Log(sum));
    }
}
