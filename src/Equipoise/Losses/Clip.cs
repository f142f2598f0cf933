using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Probabilities kept away from 0 and 1, in float32 as Keras does it: the upper bound is 1 − 2⁻²³, the float next to 1 − 1e-7.</summary>
internal static class Clip
{
    public const float Epsilon = 1e-7f;
    public const float AlmostOne = 1f - Epsilon;

    /// <summary>Clipped to [1e-7, 1 − 1e-7]; NaN stays.</summary>
    public static Vector256<float> Probability(Vector256<float> p) =>
        Vector256.Min(Vector256.Max(p, Vector256.Create(Epsilon)), Vector256.Create(AlmostOne));

    /// <summary>Clipped to [1e-7, 1 − 1e-7]; NaN stays.</summary>
    public static float Probability(float p) => MathF.Min(MathF.Max(p, Epsilon), AlmostOne);

    /// <summary>x to a power, x at least 0; 0⁰ is 1.</summary>
    public static float Power(float x, float exponent) => exponent == 0 ? 1 : Exponentials.Exp(exponent * Exponentials.Log(x));
}
