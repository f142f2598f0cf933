using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>A function applied to each number by itself, such as an activation, with its derivative. Implement it as a readonly struct: the loops are then compiled for it.</summary>
/// <remarks>
/// Write the formula with <see cref="Vector256"/> operations that are the same on every machine (+, -, *, /, fused multiply-add, comparisons with ConditionalSelect) and
/// <see cref="Exponentials"/>, and mark both methods AggressiveInlining. There is no scalar form: ends of spans are computed in a padded vector. The padding is zero and thrown away.
/// </remarks>
public interface IElementwise
{
    /// <summary>y = f(x).</summary>
    public Vector256<float> Value(Vector256<float> x);

    /// <summary>f'(x), where y = f(x) is given too because many derivatives are plainest in terms of it.</summary>
    public Vector256<float> Slope(Vector256<float> x, Vector256<float> y);
}
