using System.Runtime.Intrinsics;

namespace Equipoise.Losses;

/// <summary>Targets of the hinge family: what a 0 stands for is given.</summary>
internal static class Signs
{
    public static Vector256<float> Of(Vector256<float> target, float zero) =>
        Vector256.ConditionalSelect(Vector256.Equals(target, Vector256<float>.Zero), Vector256.Create(zero), target);
}
