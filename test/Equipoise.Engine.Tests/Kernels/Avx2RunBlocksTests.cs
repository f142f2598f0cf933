using System.Runtime.Intrinsics.X86;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed unsafe class Avx2RunBlocksTests
{
    private const int Runs = 2, Length = 3;

    public static TheoryData<int> Widths() => [.. Enumerable.Range(1, 32)];

    [Theory, MemberData(nameof(Widths))]
    public void Every_number_of_rows_has_the_bits_of_one_chain_each(int width)
    {
        if (!Avx2.IsSupported || !Fma.IsSupported) { return; }
        for (var rows = 1; rows <= 25; rows++)
        {
            foreach (var padded in new[] { false, true })
            {
                // Rows of A that are neighbours, or not; rows of C that touch, or not; B in one panel, or in two.
                Check(rows, width, new RunSteps(1, 2, 11, padded ? 32 : width, 16, width, Runs, Length, padded));
                if (padded) { Check(rows, width, new RunSteps(1, 2, 11, 16, 16 * Runs * Length, width, Runs, Length, padded)); }
                Check(rows, width, new RunSteps(3, 1, 7, padded ? 32 : width + 1, 16, width + 3, Runs, Length, padded));
            }
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Sums_of_columns_have_the_bits_of_one_chain_each(int width)
    {
        if (!Avx2.IsSupported) { return; }
        const int rows = 5;
        int stride = width + 2;
        float[] b = Samples.Normal(((rows - 1) * stride) + width, 1), expected = Samples.Normal(width + 2, 2), actual = [.. expected];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < width; column++) { expected[column] += b[(row * stride) + column]; }
        }
        fixed (float* pb = b, ps = actual) { Avx2RunBlocks.Sums(rows, width, stride, pb, ps); }
        Samples.AssertSameBits(expected, actual);
    }

    private static void Check(int rows, int width, in RunSteps steps)
    {
        float[] a = Samples.Normal((int)(((rows - 1) * steps.ARow) + ((Runs - 1) * steps.ARun) + ((Length - 1) * steps.AInner) + 1), 1);
        float[] b = Samples.Normal((int)((((Runs * Length) - 1) * steps.BInner) + (steps.BPadded ? steps.BSecond + 16 : width)), 2);
        float[] bias = Samples.Normal(width, 3), start = Samples.Normal((int)(rows * steps.CRow) + 2, 4);
        foreach (var load in new[] { false, true })
        {
            foreach (var added in new[] { bias, null })
            {
                float[] expected = [.. start], actual = [.. start];
                for (var i = 0; i < rows * width; i++)
                {
                    nint row = i / width, column = i % width, place = (row * steps.CRow) + column;
                    var sum = load ? start[place] : 0;
                    for (var k = 0; k < Runs * Length; k++) { sum = MathF.FusedMultiplyAdd(a[(row * steps.ARow) + (k / Length * steps.ARun) + (k % Length * steps.AInner)], b[(k * steps.BInner) + (column < 16 ? column : column - 16 + steps.BSecond)], sum); }
                    expected[place] = added is null ? sum : sum + added[column];
                }
                fixed (float* pa = a, pb = b, pc = actual, pAdded = added) { Avx2RunBlocks.Blocks(rows, width, steps, pa, pb, pc, load, pAdded); }
                Samples.AssertSameBits(expected, actual);
            }
        }
    }
}
