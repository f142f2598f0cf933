using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>How the last vector of a row is read.</summary>
internal unsafe interface IAvx2Columns
{
    /// <summary>Eight numbers of which those outside the mask do not count.</summary>
    public static abstract Vector256<float> Load(float* p, Vector256<float> mask);

    /// <summary>Eight numbers are there to read.</summary>
    public struct Whole : IAvx2Columns
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Load(float* p, Vector256<float> mask) => Vector256.Load(p);
    }

    /// <summary>Only those within the mask may be read.</summary>
    public struct Masked : IAvx2Columns
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Load(float* p, Vector256<float> mask) => Avx.MaskLoad(p, mask);
    }
}
