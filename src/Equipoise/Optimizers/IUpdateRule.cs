using System.Runtime.Intrinsics;

namespace Equipoise.Optimizers;

/// <summary>The formula of an optimiser whose numbers each stand alone, with the constants of one step. Up to three moments a parameter.</summary>
/// <remarks>The same operations run on every element wherever a slice begins or ends; so no fused multiply-add and no horizontal sums here.</remarks>
internal interface IUpdateRule
{
    /// <summary>The new parameters; moments are changed in place. Unused moments are zero.</summary>
    public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> a, ref Vector256<float> b, ref Vector256<float> c);
}

/// <summary>A moment: a number of state for every parameter.</summary>
/// <param name="Name">Name in a checkpoint.</param>
/// <param name="Initial">What it begins with.</param>
/// <param name="CopiesParameters">Whether it begins as a copy of the parameters.</param>
internal sealed record Moment(string Name, float Initial = 0, bool CopiesParameters = false);

/// <summary>Helpers that rules share.</summary>
internal static class RuleMath
{
    public const float Smallest = 1e-30f;

    /// <summary>Numbers nearer to zero than 1e-30 become zero: left to decay they would turn denormal, which slows arithmetic thirtyfold. NaN stays.</summary>
    public static Vector256<float> Flush(Vector256<float> x)
        => Vector256.AndNot(x, Vector256.LessThan(Vector256.Abs(x), Vector256.Create(Smallest)));

    /// <summary>−1, 0 or 1; NaN for what is not finite.</summary>
    public static Vector256<float> Sign(Vector256<float> x)
    {
        var one = Vector256<float>.One;
        var positive = Vector256.GreaterThan(x, Vector256<float>.Zero) & one;
        var negative = Vector256.LessThan(x, Vector256<float>.Zero) & one;
        return positive - negative + (x - x);
    }
}
