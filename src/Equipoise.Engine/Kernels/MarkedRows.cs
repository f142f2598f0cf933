using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>Sums over tables that are zero but for marked rows, which alone are read.</summary>
public static unsafe class MarkedRows
{
    private const int Lanes = 16;

    /// <summary>Σ x², added in double precision: the bits of <see cref="Reductions.SumOfSquaresDouble"/> over the whole table [rows, width].</summary>
    /// <remarks>Runs of 16 numbers go to the same lanes as there. Those that are left out would add +0 to lanes that are not negative, which changes no bit.</remarks>
    /// <param name="table">The table; rows that are not marked must be zero.</param>
    /// <param name="marks">The rows to read.</param>
    /// <exception cref="ArgumentException">The table's length is no multiple of the number of rows.</exception>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquaresDouble(ReadOnlySpan<float> table, RowMarks marks)
    {
        int width = table.Length / marks.Rows;
        if (width * marks.Rows != table.Length) throw new ArgumentException($"Has {table.Length} numbers, which do not make {marks.Rows} rows.", nameof(table));
        Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
        fixed (float* p = table)
        {
            int done = 0;
            for (int row = 0; marks.Next(ref row, marks.Rows, out int count); row += count)
            {
                // Whole runs, though they may begin and end in rows that are zero; none twice.
                int end = (int)Math.Min(table.Length, (((long)(row + count) * width) + Lanes - 1) / Lanes * Lanes);
                int i = Math.Max(done, row * width / Lanes * Lanes);
                for (; i < end; i += Lanes)
                {
                    int rest = end - i;
                    Vector256<float> low = rest >= 8 ? Vector256.Load(p + i) : Elementwise.LoadFirst(p + i, rest);
                    Vector256<float> high = rest >= Lanes ? Vector256.Load(p + i + 8) : rest > 8 ? Elementwise.LoadFirst(p + i + 8, rest - 8) : default;
                    Add(ref s0, Vector256.WidenLower(low));
                    Add(ref s1, Vector256.WidenUpper(low));
                    Add(ref s2, Vector256.WidenLower(high));
                    Add(ref s3, Vector256.WidenUpper(high));
                }
                done = Math.Max(done, end);
            }
        }
        var four = s0 + s2 + (s1 + s3);
        return four[0] + four[2] + (four[1] + four[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref Vector256<double> sum, Vector256<double> x) => sum = Vector256.FusedMultiplyAdd(x, x, sum);
}
