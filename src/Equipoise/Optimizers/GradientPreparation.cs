using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Optimizers;

/// <summary>What happens to a gradient before a rule sees it: g × scale, then limited to [−limit, limit].</summary>
/// <remarks>NaN stays NaN. An infinite limit changes nothing.</remarks>
/// <param name="Scale">Factor: loss scale and norm clipping together.</param>
/// <param name="Limit">Greatest absolute value.</param>
public readonly record struct GradientPreparation(float Scale, float Limit)
{
    /// <summary>One number.</summary>
    public float Apply(float g)
    {
        g *= Scale;
        return g > Limit ? Limit : g < -Limit ? -Limit : g;
    }

    /// <summary>Eight numbers, each as <see cref="Apply(float)"/> would.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> g)
    {
        g *= Scale;
        if (float.IsPositiveInfinity(Limit)) return g;
        var limit = Vector256.Create(Limit);
        g = Vector256.ConditionalSelect(Vector256.GreaterThan(g, limit), limit, g);
        return Vector256.ConditionalSelect(Vector256.LessThan(g, -limit), -limit, g);
    }
}
