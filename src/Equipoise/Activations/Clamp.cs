using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Activations;

/// <summary>Limits that keep NaN, the same on every machine.</summary>
internal static class Clamp
{
    /// <summary>x, but at least and at most so much; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Between(Vector256<float> x, float least, float most)
    {
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(least)), Vector256.Create(least), x);
        return Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(most)), Vector256.Create(most), x);
    }
}
