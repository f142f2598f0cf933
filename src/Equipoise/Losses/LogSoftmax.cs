using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Softmax of a row of logits in the form losses want: shift and logarithm of the sum apart, so that differences of logits stay exact.</summary>
/// <remarks>log softmax(z)ᵢ = (zᵢ − Largest) − LogSum, with LogSum = log Σ e^(zⱼ − Largest), between 0 and log width.</remarks>
internal static class LogSoftmax
{
    /// <summary>Largest logit and logarithm of the sum. Writes softmax(z) unless <paramref name="probabilities"/> is empty. A NaN makes LogSum NaN.</summary>
    public static (float Largest, float LogSum) Of(ReadOnlySpan<float> z, Span<float> probabilities)
    {
        float largest = float.NegativeInfinity;
        foreach (float number in z)
        {
            if (number > largest) largest = number;
        }

        // Lane k sums the elements k, k + 8, ...; the lanes that the last vector does not fill hold e^-inf = 0.
        var shift = Vector256.Create(largest);
        var sums = Vector256<float>.Zero;
        Span<float> tail = stackalloc float[Vector256<float>.Count];
        for (int at = 0; at < z.Length; at += Vector256<float>.Count)
        {
            int count = Math.Min(Vector256<float>.Count, z.Length - at);
            if (count == Vector256<float>.Count)
            {
                var exponentials = Exponentials.Exp(Vector256.Create(z[at..]) - shift);
                sums += exponentials;
                if (!probabilities.IsEmpty) exponentials.CopyTo(probabilities[at..]);
            }
            else
            {
                tail.Fill(float.NegativeInfinity);
                z[at..].CopyTo(tail);
                var exponentials = Exponentials.Exp(Vector256.Create((ReadOnlySpan<float>)tail) - shift);
                sums += exponentials;
                exponentials.CopyTo(tail);
                if (!probabilities.IsEmpty) tail[..count].CopyTo(probabilities[at..]);
            }
        }

        float sum = Lanes.Sum(sums);
        if (!probabilities.IsEmpty)
        {
            float inverse = 1 / sum;
            foreach (ref float number in probabilities) number *= inverse;
        }

        return (largest, Exponentials.Log(sum));
    }
}
