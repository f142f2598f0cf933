using System.Runtime.Intrinsics;

namespace Equipoise.Losses;

/// <summary>Sum of eight lanes in one written order, so that the bits are the same on every machine.</summary>
internal static class Lanes
{
    /// <summary>((v0 + v4) + (v2 + v6)) + ((v1 + v5) + (v3 + v7)).</summary>
    public static float Sum(Vector256<float> v)
    {
        var halves = v.GetLower() + v.GetUpper();
        return (halves.GetElement(0) + halves.GetElement(2)) + (halves.GetElement(1) + halves.GetElement(3));
    }
}
