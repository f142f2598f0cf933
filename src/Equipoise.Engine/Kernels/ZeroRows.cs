using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>Rows of which every number is zero, as padding leaves them: what a product may pass over without changing a number of its result.</summary>
/// <remarks>A row that is not zero is known by its first numbers as a rule, so looking costs little. NaN is not zero, −0 is.</remarks>
internal static unsafe class ZeroRows
{
    /// <summary>Whether every number is zero; of none, true.</summary>
    public static bool IsZero(ReadOnlySpan<float> row)
    {
        fixed (float* x = row)
        {
            for (int i = 0; i < row.Length; i += Vector256<float>.Count)
            {
                if (!Vector256.EqualsAll(Ends.Load(x + i, row.Length - i), Vector256<float>.Zero)) return false;
            }
        }
        return true;
    }

    /// <summary>How many rows of x [rows, width] are zero.</summary>
    public static int Count(ReadOnlySpan<float> x, int width, int rows)
    {
        int count = 0;
        for (int row = 0; row < rows; row++)
        {
            if (IsZero(x.Slice(row * width, width))) count++;
        }
        return count;
    }

    /// <summary>mask[i] = 0 where row i of x [mask's length, width] is zero, else 1.</summary>
    public static void Mask(ReadOnlySpan<float> x, int width, Span<float> mask)
    {
        for (int row = 0; row < mask.Length; row++) mask[row] = IsZero(x.Slice(row * width, width)) ? 0 : 1;
    }
}
