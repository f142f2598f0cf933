namespace Equipoise.Metrics;

/// <summary>Probabilities kept away from 0 and 1 as float32 does it in Keras: to [1e-7, 1 − 2⁻²³].</summary>
internal static class Probability
{
    public const float Epsilon = 1e-7f;

    public static double Clip(float p) => MathF.Min(MathF.Max(p, Epsilon), 1f - Epsilon);
}
