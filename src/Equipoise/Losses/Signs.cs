using System.Runtime.Intrinsics;

namespace Equipoise.Losses;

/// <summary>Targets of the hinge family: 0 is read as −1.</summary>
internal static class Signs
{
    public static Vector256<float> Of(Vector256<float> target) =>
        Vector256.ConditionalSelect(Vector256.Equals(target, Vector256<float>.Zero), Vector256.Create(-1f), target);
}
