using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of <see cref="Avx2RunBlocks"/> whose last columns would fill a small part of a vector: several rows share one for them.</summary>
internal static unsafe class Avx2SharedRunForms
{
    // What instructions are told to take: lanes 4 to 7 of the second; of each half, the even or the odd lanes of the first and then of the second.
    private const byte UpperHalf = 0xF0, EvenLanes = 0x88, OddLanes = 0xDD;

    /// <summary>c[rows, 17 to 20] from a[rows] and b[20], 1 to 4 rows: the last four columns of two rows share a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block4X20(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias)
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * steps.ARow, c1 = Math.Min(1, rows - 1) * steps.CRow;
        nint a2 = Math.Min(2, rows - 1) * steps.ARow, c2 = Math.Min(2, rows - 1) * steps.CRow;
        nint a3 = Math.Min(3, rows - 1) * steps.ARow, c3 = Math.Min(3, rows - 1) * steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, half = steps.BSecond, aRun = steps.ARun;
        nint aBytes = 2 * sizeof(float) * aInner, bBytes = 2 * sizeof(float) * bInner;
        int runs = steps.Runs, length = steps.Length;
        int last = width - 16;
        var mask = Avx2Ends.Lanes(last).GetLower();
        Vector256<float> s00, s01;
        Vector256<float> s10, s11;
        Vector256<float> s20, s21;
        Vector256<float> s30, s31;
        Vector256<float> first, second;
        Vector256<float> b0, b1, b2, x0, x1, x2, x3;
        if (load)
        {
            s00 = Vector256.Load(c); s01 = Vector256.Load(c + 8);
            s10 = Vector256.Load(c + c1); s11 = Vector256.Load(c + c1 + 8);
            s20 = Vector256.Load(c + c2); s21 = Vector256.Load(c + c2 + 8);
            s30 = Vector256.Load(c + c3); s31 = Vector256.Load(c + c3 + 8);
            first = Vector256.Create(Avx.MaskLoad(c + 16, mask), Avx.MaskLoad(c + c1 + 16, mask));
            second = Vector256.Create(Avx.MaskLoad(c + c2 + 16, mask), Avx.MaskLoad(c + c3 + 16, mask));
        }
        else
        {
            s00 = s01 = Vector256<float>.Zero;
            s10 = s11 = Vector256<float>.Zero;
            s20 = s21 = Vector256<float>.Zero;
            s30 = s31 = Vector256<float>.Zero;
            first = second = Vector256<float>.Zero;
        }
        float* run = a, pb = b;
        for (var r = runs; r > 0; r--, run += aRun)
        {
            var p = run;
            float* next = p + aInner, nextB = pb + bInner;
            for (var k = length; k > 1; k -= 2)
            {
                b0 = Vector256.Load(pb);
                b1 = Vector256.Load(pb + 8);
                b2 = Avx.BroadcastVector128ToVector256(pb + half);
                x0 = Vector256.Create(*p);
                s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                x1 = Vector256.Create(*(p + a1));
                s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                first = Fma.MultiplyAdd(Avx.Blend(x0, x1, UpperHalf), b2, first);
                x2 = Vector256.Create(*(p + a2));
                s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                x3 = Vector256.Create(*(p + a3));
                s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                second = Fma.MultiplyAdd(Avx.Blend(x2, x3, UpperHalf), b2, second);
                b0 = Vector256.Load(nextB);
                b1 = Vector256.Load(nextB + 8);
                b2 = Avx.BroadcastVector128ToVector256(nextB + half);
                x0 = Vector256.Create(*next);
                s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                x1 = Vector256.Create(*(next + a1));
                s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                first = Fma.MultiplyAdd(Avx.Blend(x0, x1, UpperHalf), b2, first);
                x2 = Vector256.Create(*(next + a2));
                s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                x3 = Vector256.Create(*(next + a3));
                s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                second = Fma.MultiplyAdd(Avx.Blend(x2, x3, UpperHalf), b2, second);
                p = (float*)((byte*)p + aBytes);
                next = (float*)((byte*)next + aBytes);
                pb = (float*)((byte*)pb + bBytes);
                nextB = (float*)((byte*)nextB + bBytes);
            }
            if ((length & 1) != 0)
            {
                b0 = Vector256.Load(pb);
                b1 = Vector256.Load(pb + 8);
                b2 = Avx.BroadcastVector128ToVector256(pb + half);
                x0 = Vector256.Create(*p);
                s00 = Fma.MultiplyAdd(x0, b0, s00); s01 = Fma.MultiplyAdd(x0, b1, s01);
                x1 = Vector256.Create(*(p + a1));
                s10 = Fma.MultiplyAdd(x1, b0, s10); s11 = Fma.MultiplyAdd(x1, b1, s11);
                first = Fma.MultiplyAdd(Avx.Blend(x0, x1, UpperHalf), b2, first);
                x2 = Vector256.Create(*(p + a2));
                s20 = Fma.MultiplyAdd(x2, b0, s20); s21 = Fma.MultiplyAdd(x2, b1, s21);
                x3 = Vector256.Create(*(p + a3));
                s30 = Fma.MultiplyAdd(x3, b0, s30); s31 = Fma.MultiplyAdd(x3, b1, s31);
                second = Fma.MultiplyAdd(Avx.Blend(x2, x3, UpperHalf), b2, second);
                pb += bInner;
            }
        }
        if (bias is not null)
        {
            var bias0 = Vector256.Load(bias);
            var bias1 = Vector256.Load(bias + 8);
            var bias2 = Avx.MaskLoad(bias + 16, mask);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
            first += Vector256.Create(bias2, bias2); second += Vector256.Create(bias2, bias2);
        }
        s00.Store(c); s01.Store(c + 8); Avx2Ends.Store(first.GetLower(), c + 16, last);
        s10.Store(c + c1); s11.Store(c + c1 + 8); Avx2Ends.Store(first.GetUpper(), c + c1 + 16, last);
        s20.Store(c + c2); s21.Store(c + c2 + 8); Avx2Ends.Store(second.GetLower(), c + c2 + 16, last);
        s30.Store(c + c3); s31.Store(c + c3 + 8); Avx2Ends.Store(second.GetUpper(), c + c3 + 16, last);
    }

    /// <summary>blocks times c[8, 10] from a[8], whose rows are neighbours, and b[10]: of the last two columns eight rows share a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block8X10(int blocks, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias)
    {
        if (steps.AInner == 1 && steps.Length == 5)
        {
            Block8X10OfFive(blocks, steps, a, b, c, load, bias);
            return;
        }
        nint cRow = steps.CRow, aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        for (; blocks > 0; blocks--, a += 8, c += 8 * cRow)
        {
            Vector256<float> s0, s1, s2, s3, s4, s5, s6, s7, s8, s9;
            if (load)
            {
                s0 = Vector256.Load(c);
                s1 = Vector256.Load(c + cRow);
                s2 = Vector256.Load(c + 2 * cRow);
                s3 = Vector256.Load(c + 3 * cRow);
                s4 = Vector256.Load(c + 4 * cRow);
                s5 = Vector256.Load(c + 5 * cRow);
                s6 = Vector256.Load(c + 6 * cRow);
                s7 = Vector256.Load(c + 7 * cRow);
                Vector256<float> low = Vector256.Create(Pairs(c + 8, cRow), Pairs(c + 4 * cRow + 8, cRow));
                Vector256<float> high = Vector256.Create(Pairs(c + 2 * cRow + 8, cRow), Pairs(c + 6 * cRow + 8, cRow));
                s8 = Avx.Shuffle(low, high, EvenLanes); s9 = Avx.Shuffle(low, high, OddLanes);
            }
            else
            {
                s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = Vector256<float>.Zero;
            }
            float* run = a, pb = b;
            for (var r = runs; r > 0; r--, run += aRun)
            {
                var p = run;
                for (var k = length; k > 0; k--)
                {
                    var b0 = Vector256.Load(pb);
                    s0 = Fma.MultiplyAdd(Vector256.Create(*p), b0, s0);
                    s1 = Fma.MultiplyAdd(Vector256.Create(*(p + 1)), b0, s1);
                    s2 = Fma.MultiplyAdd(Vector256.Create(*(p + 2)), b0, s2);
                    s3 = Fma.MultiplyAdd(Vector256.Create(*(p + 3)), b0, s3);
                    s4 = Fma.MultiplyAdd(Vector256.Create(*(p + 4)), b0, s4);
                    s5 = Fma.MultiplyAdd(Vector256.Create(*(p + 5)), b0, s5);
                    s6 = Fma.MultiplyAdd(Vector256.Create(*(p + 6)), b0, s6);
                    s7 = Fma.MultiplyAdd(Vector256.Create(*(p + 7)), b0, s7);
                    var x = Vector256.Load(p);
                    s8 = Fma.MultiplyAdd(x, Vector256.Create(*(pb + 8)), s8);
                    s9 = Fma.MultiplyAdd(x, Vector256.Create(*(pb + 9)), s9);
                    p += aInner;
                    pb += bInner;
                }
            }
            if (bias is not null)
            {
                var bias0 = Vector256.Load(bias);
                s0 += bias0; s1 += bias0; s2 += bias0; s3 += bias0;
                s4 += bias0; s5 += bias0; s6 += bias0; s7 += bias0;
                s8 += Vector256.Create(*(bias + 8));
                s9 += Vector256.Create(*(bias + 9));
            }
            s0.Store(c);
            s1.Store(c + cRow);
            s2.Store(c + 2 * cRow);
            s3.Store(c + 3 * cRow);
            s4.Store(c + 4 * cRow);
            s5.Store(c + 5 * cRow);
            s6.Store(c + 6 * cRow);
            s7.Store(c + 7 * cRow);
            Vector256<float> even = Avx.UnpackLow(s8, s9), odd = Avx.UnpackHigh(s8, s9);
            StorePairs(even.GetLower(), c + 8, cRow);
            StorePairs(odd.GetLower(), c + 2 * cRow + 8, cRow);
            StorePairs(even.GetUpper(), c + 4 * cRow + 8, cRow);
            StorePairs(odd.GetUpper(), c + 6 * cRow + 8, cRow);
        }
    }

    /// <summary>The same for runs of five neighbours: a number of a is then one of up to five rows, and read once for all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block8X10OfFive(int blocks, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias)
    {
        nint cRow = steps.CRow, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs;
        for (; blocks > 0; blocks--, a += 8, c += 8 * cRow)
        {
            Vector256<float> s0, s1, s2, s3, s4, s5, s6, s7, s8, s9;
            if (load)
            {
                s0 = Vector256.Load(c);
                s1 = Vector256.Load(c + cRow);
                s2 = Vector256.Load(c + 2 * cRow);
                s3 = Vector256.Load(c + 3 * cRow);
                s4 = Vector256.Load(c + 4 * cRow);
                s5 = Vector256.Load(c + 5 * cRow);
                s6 = Vector256.Load(c + 6 * cRow);
                s7 = Vector256.Load(c + 7 * cRow);
                Vector256<float> low = Vector256.Create(Pairs(c + 8, cRow), Pairs(c + 4 * cRow + 8, cRow));
                Vector256<float> high = Vector256.Create(Pairs(c + 2 * cRow + 8, cRow), Pairs(c + 6 * cRow + 8, cRow));
                s8 = Avx.Shuffle(low, high, EvenLanes); s9 = Avx.Shuffle(low, high, OddLanes);
            }
            else
            {
                s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = Vector256<float>.Zero;
            }
            Vector256<float> x;
            float* run = a, pb = b;
            for (var r = runs; r > 0; r--, run += aRun, pb += 5 * bInner)
            {
                var p = run;
                Vector256<float> b0 = Vector256.Load(pb), b1 = Vector256.Load(pb + bInner), b2 = Vector256.Load(pb + 2 * bInner), b3 = Vector256.Load(pb + 3 * bInner), b4 = Vector256.Load(pb + 4 * bInner);
                x = Vector256.Create(*p);
                s0 = Fma.MultiplyAdd(x, b0, s0);
                x = Vector256.Create(*(p + 1));
                s0 = Fma.MultiplyAdd(x, b1, s0); s1 = Fma.MultiplyAdd(x, b0, s1);
                x = Vector256.Create(*(p + 2));
                s0 = Fma.MultiplyAdd(x, b2, s0); s1 = Fma.MultiplyAdd(x, b1, s1); s2 = Fma.MultiplyAdd(x, b0, s2);
                x = Vector256.Create(*(p + 3));
                s0 = Fma.MultiplyAdd(x, b3, s0); s1 = Fma.MultiplyAdd(x, b2, s1); s2 = Fma.MultiplyAdd(x, b1, s2); s3 = Fma.MultiplyAdd(x, b0, s3);
                x = Vector256.Create(*(p + 4));
                s0 = Fma.MultiplyAdd(x, b4, s0); s1 = Fma.MultiplyAdd(x, b3, s1); s2 = Fma.MultiplyAdd(x, b2, s2); s3 = Fma.MultiplyAdd(x, b1, s3); s4 = Fma.MultiplyAdd(x, b0, s4);
                x = Vector256.Create(*(p + 5));
                s1 = Fma.MultiplyAdd(x, b4, s1); s2 = Fma.MultiplyAdd(x, b3, s2); s3 = Fma.MultiplyAdd(x, b2, s3); s4 = Fma.MultiplyAdd(x, b1, s4); s5 = Fma.MultiplyAdd(x, b0, s5);
                x = Vector256.Create(*(p + 6));
                s2 = Fma.MultiplyAdd(x, b4, s2); s3 = Fma.MultiplyAdd(x, b3, s3); s4 = Fma.MultiplyAdd(x, b2, s4); s5 = Fma.MultiplyAdd(x, b1, s5); s6 = Fma.MultiplyAdd(x, b0, s6);
                x = Vector256.Create(*(p + 7));
                s3 = Fma.MultiplyAdd(x, b4, s3); s4 = Fma.MultiplyAdd(x, b3, s4); s5 = Fma.MultiplyAdd(x, b2, s5); s6 = Fma.MultiplyAdd(x, b1, s6); s7 = Fma.MultiplyAdd(x, b0, s7);
                x = Vector256.Create(*(p + 8));
                s4 = Fma.MultiplyAdd(x, b4, s4); s5 = Fma.MultiplyAdd(x, b3, s5); s6 = Fma.MultiplyAdd(x, b2, s6); s7 = Fma.MultiplyAdd(x, b1, s7);
                x = Vector256.Create(*(p + 9));
                s5 = Fma.MultiplyAdd(x, b4, s5); s6 = Fma.MultiplyAdd(x, b3, s6); s7 = Fma.MultiplyAdd(x, b2, s7);
                x = Vector256.Create(*(p + 10));
                s6 = Fma.MultiplyAdd(x, b4, s6); s7 = Fma.MultiplyAdd(x, b3, s7);
                x = Vector256.Create(*(p + 11));
                s7 = Fma.MultiplyAdd(x, b4, s7);
                x = Vector256.Load(p);
                s8 = Fma.MultiplyAdd(Vector256.Create(*(pb + 8)), x, s8); s9 = Fma.MultiplyAdd(Vector256.Create(*(pb + 9)), x, s9);
                x = Vector256.Load(p + 1);
                s8 = Fma.MultiplyAdd(Vector256.Create(*(pb + bInner + 8)), x, s8); s9 = Fma.MultiplyAdd(Vector256.Create(*(pb + bInner + 9)), x, s9);
                x = Vector256.Load(p + 2);
                s8 = Fma.MultiplyAdd(Vector256.Create(*(pb + 2 * bInner + 8)), x, s8); s9 = Fma.MultiplyAdd(Vector256.Create(*(pb + 2 * bInner + 9)), x, s9);
                x = Vector256.Load(p + 3);
                s8 = Fma.MultiplyAdd(Vector256.Create(*(pb + 3 * bInner + 8)), x, s8); s9 = Fma.MultiplyAdd(Vector256.Create(*(pb + 3 * bInner + 9)), x, s9);
                x = Vector256.Load(p + 4);
                s8 = Fma.MultiplyAdd(Vector256.Create(*(pb + 4 * bInner + 8)), x, s8); s9 = Fma.MultiplyAdd(Vector256.Create(*(pb + 4 * bInner + 9)), x, s9);
            }
            if (bias is not null)
            {
                var bias0 = Vector256.Load(bias);
                s0 += bias0; s1 += bias0; s2 += bias0; s3 += bias0;
                s4 += bias0; s5 += bias0; s6 += bias0; s7 += bias0;
                s8 += Vector256.Create(*(bias + 8));
                s9 += Vector256.Create(*(bias + 9));
            }
            s0.Store(c);
            s1.Store(c + cRow);
            s2.Store(c + 2 * cRow);
            s3.Store(c + 3 * cRow);
            s4.Store(c + 4 * cRow);
            s5.Store(c + 5 * cRow);
            s6.Store(c + 6 * cRow);
            s7.Store(c + 7 * cRow);
            Vector256<float> even = Avx.UnpackLow(s8, s9), odd = Avx.UnpackHigh(s8, s9);
            StorePairs(even.GetLower(), c + 8, cRow);
            StorePairs(odd.GetLower(), c + 2 * cRow + 8, cRow);
            StorePairs(even.GetUpper(), c + 4 * cRow + 8, cRow);
            StorePairs(odd.GetUpper(), c + 6 * cRow + 8, cRow);
        }
    }

    // Two numbers of each of two rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pairs(float* p, nint row) => Sse.LoadHigh(Sse.LoadLow(Vector128<float>.Zero, p), p + row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePairs(Vector128<float> pairs, float* p, nint row)
    {
        Sse.StoreLow(p, pairs);
        Sse.StoreHigh(p + row, pairs);
    }
}
