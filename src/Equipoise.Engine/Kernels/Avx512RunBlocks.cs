using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Register blocks of the direct convolution for AVX-512: 12, 8 or up to 4 rows by up to 32 columns, 16, 8 or up to 4 by up to 16, and 25 rows by 16 columns for kernels of few channels.</summary>
/// <remarks>
/// Like <see cref="Avx512Blocks"/>, but the inner index runs in pieces (the rows of an image), and columns beyond the last are masked out, so that the operands are read
/// and written where they lie. A call does several blocks of rows, because those of a small kernel are done in some hundred cycles.
/// Five groups of five rows serve those that do not lie at equal distances. Masks cost a step of their own at each use, so what is known to be padded is read whole.
/// </remarks>
internal unsafe struct Avx512RunBlocks : IRunBlocks
{
    /// <inheritdoc/>
    public static bool HasGroups => true;

    /// <inheritdoc/>
    public static void Blocks(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias)
    {
        if (steps.BPadded || width % 16 == 0) { Blocks<WholeColumns>(rows, width, steps, a, b, c, load, bias); }
        else { Blocks<MaskedColumns>(rows, width, steps, a, b, c, load, bias); }
    }

    private static void Blocks<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IColumns
    {
        while (rows > 0)
        {
            int height, blocks = 1;
            if (width > 16)
            {
                // 16 are two blocks of 8, not 12 and 4.
                height = rows >= 12 && rows != 16 ? 12 : rows >= 8 ? 8 : Math.Min(rows, 4);
                if (height == 12) { Block12X32<TColumns>(blocks = rows % 12 == 4 ? rows / 12 - 1 : rows / 12, width, steps, a, b, c, load, bias); }
                else if (height == 8) { Block8X32<TColumns>(blocks, width, steps, a, b, c, load, bias); }
                else { Block4X32<TColumns>(height, width, steps, a, b, c, load, bias); }
            }
            else
            {
                height = rows >= 16 ? 16 : rows >= 8 ? 8 : Math.Min(rows, 4);
                if (height == 16) { Block16X16<TColumns>(blocks = rows / 16, width, steps, a, b, c, load, bias); }
                else if (height == 8) { Block8X16<TColumns>(blocks, width, steps, a, b, c, load, bias); }
                else { Block4X16<TColumns>(height, width, steps, a, b, c, load, bias); }
            }
            rows -= blocks * height;
            a += blocks * height * steps.ARow;
            c += blocks * height * steps.CRow;
        }
    }

    /// <inheritdoc/>
    public static void Groups(in RowGroups groups, int width, in RunSteps steps, float* a, float* b, float* tile)
    {
        if (steps.BPadded || width == 16) { Groups<WholeColumns>(groups, width, steps, a, b, tile); }
        else { Groups<MaskedColumns>(groups, width, steps, a, b, tile); }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(int rows, int width, nint stride, float* b, float* sums)
    {
        Vector512<float> mask0 = Lanes(width), mask1 = Lanes(width - 16);
        Vector512<float> s0 = Load(sums, mask0), s1 = Load(sums + 16, mask1);
        for (; rows > 0; rows--, b += stride)
        {
            s0 += Load(b, mask0);
            s1 += Load(b + 16, mask1);
        }
        Avx512F.MaskStore(sums, mask0, s0);
        Avx512F.MaskStore(sums + 16, mask1, s1);
    }

    /// <summary>tile[25, 16] += five groups of five rows, wherever these lie, times b[16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Groups<TColumns>(in RowGroups groups, int width, in RunSteps steps, float* a, float* b, float* tile) where TColumns : struct, IColumns
    {
        nint o1 = groups.Row1, o2 = groups.Row2, o3 = groups.Row3, o4 = groups.Row4;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int length = steps.Length;
        var mask = Lanes(width);
        var s0 = Vector512.Load(tile);
        var s1 = Vector512.Load(tile + 16);
        var s2 = Vector512.Load(tile + 32);
        var s3 = Vector512.Load(tile + 48);
        var s4 = Vector512.Load(tile + 64);
        var s5 = Vector512.Load(tile + 80);
        var s6 = Vector512.Load(tile + 96);
        var s7 = Vector512.Load(tile + 112);
        var s8 = Vector512.Load(tile + 128);
        var s9 = Vector512.Load(tile + 144);
        var sa = Vector512.Load(tile + 160);
        var sb = Vector512.Load(tile + 176);
        var sc = Vector512.Load(tile + 192);
        var sd = Vector512.Load(tile + 208);
        var se = Vector512.Load(tile + 224);
        var sf = Vector512.Load(tile + 240);
        var sg = Vector512.Load(tile + 256);
        var sh = Vector512.Load(tile + 272);
        var si = Vector512.Load(tile + 288);
        var sj = Vector512.Load(tile + 304);
        var sk = Vector512.Load(tile + 320);
        var sl = Vector512.Load(tile + 336);
        var sm = Vector512.Load(tile + 352);
        var sn = Vector512.Load(tile + 368);
        var so = Vector512.Load(tile + 384);
        var sp = Vector512.Load(tile + 400);
        for (var r = steps.Runs; r > 0; r--, a += aRun)
        {
            var p0 = a + groups.Group0;
            var p1 = a + groups.Group1;
            var p2 = a + groups.Group2;
            var p3 = a + groups.Group3;
            var p4 = a + groups.Group4;
            for (var k = length; k > 0; k--)
            {
                var d = TColumns.Load(b, mask);
                s0 = Avx512F.FusedMultiplyAdd(Vector512.Create(*p0), d, s0);
                s1 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p0 + o1)), d, s1);
                s2 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p0 + o2)), d, s2);
                s3 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p0 + o3)), d, s3);
                s4 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p0 + o4)), d, s4);
                s5 = Avx512F.FusedMultiplyAdd(Vector512.Create(*p1), d, s5);
                s6 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p1 + o1)), d, s6);
                s7 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p1 + o2)), d, s7);
                s8 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p1 + o3)), d, s8);
                s9 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p1 + o4)), d, s9);
                sa = Avx512F.FusedMultiplyAdd(Vector512.Create(*p2), d, sa);
                sb = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p2 + o1)), d, sb);
                sc = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p2 + o2)), d, sc);
                sd = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p2 + o3)), d, sd);
                se = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p2 + o4)), d, se);
                sf = Avx512F.FusedMultiplyAdd(Vector512.Create(*p3), d, sf);
                sg = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p3 + o1)), d, sg);
                sh = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p3 + o2)), d, sh);
                si = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p3 + o3)), d, si);
                sj = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p3 + o4)), d, sj);
                sk = Avx512F.FusedMultiplyAdd(Vector512.Create(*p4), d, sk);
                sl = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p4 + o1)), d, sl);
                sm = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p4 + o2)), d, sm);
                sn = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p4 + o3)), d, sn);
                so = Avx512F.FusedMultiplyAdd(Vector512.Create(*(p4 + o4)), d, so);
                sp += d;
                p0 += aInner;
                p1 += aInner;
                p2 += aInner;
                p3 += aInner;
                p4 += aInner;
                b += bInner;
            }
        }
        s0.Store(tile);
        s1.Store(tile + 16);
        s2.Store(tile + 32);
        s3.Store(tile + 48);
        s4.Store(tile + 64);
        s5.Store(tile + 80);
        s6.Store(tile + 96);
        s7.Store(tile + 112);
        s8.Store(tile + 128);
        s9.Store(tile + 144);
        sa.Store(tile + 160);
        sb.Store(tile + 176);
        sc.Store(tile + 192);
        sd.Store(tile + 208);
        se.Store(tile + 224);
        sf.Store(tile + 240);
        sg.Store(tile + 256);
        sh.Store(tile + 272);
        si.Store(tile + 288);
        sj.Store(tile + 304);
        sk.Store(tile + 320);
        sl.Store(tile + 336);
        sm.Store(tile + 352);
        sn.Store(tile + 368);
        so.Store(tile + 384);
        sp.Store(tile + 400);
    }

    /// <summary>blocks times c[12, up to 32] from a[12] and b[32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block12X32<TColumns>(int blocks, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IColumns
    {
        nint a1 = steps.ARow, a2 = 2 * a1, a3 = 3 * a1, cRow = steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        var mask0 = Lanes(width);
        var mask1 = Lanes(width - 16);
        for (; blocks > 0; blocks--, a += 12 * a1, c += 12 * cRow)
        {
            Vector512<float> s00, s01;
            Vector512<float> s10, s11;
            Vector512<float> s20, s21;
            Vector512<float> s30, s31;
            Vector512<float> s40, s41;
            Vector512<float> s50, s51;
            Vector512<float> s60, s61;
            Vector512<float> s70, s71;
            Vector512<float> s80, s81;
            Vector512<float> s90, s91;
            Vector512<float> sa0, sa1;
            Vector512<float> sb0, sb1;
            if (load)
            {
                s00 = Load(c, mask0); s01 = Load(c + 16, mask1);
                s10 = Load(c + cRow, mask0); s11 = Load(c + cRow + 16, mask1);
                s20 = Load(c + 2 * cRow, mask0); s21 = Load(c + 2 * cRow + 16, mask1);
                s30 = Load(c + 3 * cRow, mask0); s31 = Load(c + 3 * cRow + 16, mask1);
                s40 = Load(c + 4 * cRow, mask0); s41 = Load(c + 4 * cRow + 16, mask1);
                s50 = Load(c + 5 * cRow, mask0); s51 = Load(c + 5 * cRow + 16, mask1);
                s60 = Load(c + 6 * cRow, mask0); s61 = Load(c + 6 * cRow + 16, mask1);
                s70 = Load(c + 7 * cRow, mask0); s71 = Load(c + 7 * cRow + 16, mask1);
                s80 = Load(c + 8 * cRow, mask0); s81 = Load(c + 8 * cRow + 16, mask1);
                s90 = Load(c + 9 * cRow, mask0); s91 = Load(c + 9 * cRow + 16, mask1);
                sa0 = Load(c + 10 * cRow, mask0); sa1 = Load(c + 10 * cRow + 16, mask1);
                sb0 = Load(c + 11 * cRow, mask0); sb1 = Load(c + 11 * cRow + 16, mask1);
            }
            else
            {
                s00 = s01 = Vector512<float>.Zero;
                s10 = s11 = Vector512<float>.Zero;
                s20 = s21 = Vector512<float>.Zero;
                s30 = s31 = Vector512<float>.Zero;
                s40 = s41 = Vector512<float>.Zero;
                s50 = s51 = Vector512<float>.Zero;
                s60 = s61 = Vector512<float>.Zero;
                s70 = s71 = Vector512<float>.Zero;
                s80 = s81 = Vector512<float>.Zero;
                s90 = s91 = Vector512<float>.Zero;
                sa0 = sa1 = Vector512<float>.Zero;
                sb0 = sb1 = Vector512<float>.Zero;
            }
            float* run = a, pb = b;
            for (var r = runs; r > 0; r--, run += aRun)
            {
                var p = run;
                var p4 = p + 4 * a1;
                var p8 = p + 8 * a1;
                for (var k = length; k > 0; k--)
                {
                    var b0 = TColumns.Load(pb, mask0);
                    var b1 = TColumns.Load(pb + 16, mask1);
                    var x0 = Vector512.Create(*p);
                    s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00); s01 = Avx512F.FusedMultiplyAdd(x0, b1, s01);
                    var x1 = Vector512.Create(*(p + a1));
                    s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10); s11 = Avx512F.FusedMultiplyAdd(x1, b1, s11);
                    var x2 = Vector512.Create(*(p + a2));
                    s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20); s21 = Avx512F.FusedMultiplyAdd(x2, b1, s21);
                    var x3 = Vector512.Create(*(p + a3));
                    s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30); s31 = Avx512F.FusedMultiplyAdd(x3, b1, s31);
                    var x4 = Vector512.Create(*p4);
                    s40 = Avx512F.FusedMultiplyAdd(x4, b0, s40); s41 = Avx512F.FusedMultiplyAdd(x4, b1, s41);
                    var x5 = Vector512.Create(*(p4 + a1));
                    s50 = Avx512F.FusedMultiplyAdd(x5, b0, s50); s51 = Avx512F.FusedMultiplyAdd(x5, b1, s51);
                    var x6 = Vector512.Create(*(p4 + a2));
                    s60 = Avx512F.FusedMultiplyAdd(x6, b0, s60); s61 = Avx512F.FusedMultiplyAdd(x6, b1, s61);
                    var x7 = Vector512.Create(*(p4 + a3));
                    s70 = Avx512F.FusedMultiplyAdd(x7, b0, s70); s71 = Avx512F.FusedMultiplyAdd(x7, b1, s71);
                    var x8 = Vector512.Create(*p8);
                    s80 = Avx512F.FusedMultiplyAdd(x8, b0, s80); s81 = Avx512F.FusedMultiplyAdd(x8, b1, s81);
                    var x9 = Vector512.Create(*(p8 + a1));
                    s90 = Avx512F.FusedMultiplyAdd(x9, b0, s90); s91 = Avx512F.FusedMultiplyAdd(x9, b1, s91);
                    var xa = Vector512.Create(*(p8 + a2));
                    sa0 = Avx512F.FusedMultiplyAdd(xa, b0, sa0); sa1 = Avx512F.FusedMultiplyAdd(xa, b1, sa1);
                    var xb = Vector512.Create(*(p8 + a3));
                    sb0 = Avx512F.FusedMultiplyAdd(xb, b0, sb0); sb1 = Avx512F.FusedMultiplyAdd(xb, b1, sb1);
                    p += aInner;
                    p4 += aInner;
                    p8 += aInner;
                    pb += bInner;
                }
            }
            if (bias is not null)
            {
                var bias0 = Load(bias, mask0);
                var bias1 = Load(bias + 16, mask1);
                s00 += bias0; s01 += bias1;
                s10 += bias0; s11 += bias1;
                s20 += bias0; s21 += bias1;
                s30 += bias0; s31 += bias1;
                s40 += bias0; s41 += bias1;
                s50 += bias0; s51 += bias1;
                s60 += bias0; s61 += bias1;
                s70 += bias0; s71 += bias1;
                s80 += bias0; s81 += bias1;
                s90 += bias0; s91 += bias1;
                sa0 += bias0; sa1 += bias1;
                sb0 += bias0; sb1 += bias1;
            }
            Avx512F.MaskStore(c, mask0, s00); Avx512F.MaskStore(c + 16, mask1, s01);
            Avx512F.MaskStore(c + cRow, mask0, s10); Avx512F.MaskStore(c + cRow + 16, mask1, s11);
            Avx512F.MaskStore(c + 2 * cRow, mask0, s20); Avx512F.MaskStore(c + 2 * cRow + 16, mask1, s21);
            Avx512F.MaskStore(c + 3 * cRow, mask0, s30); Avx512F.MaskStore(c + 3 * cRow + 16, mask1, s31);
            Avx512F.MaskStore(c + 4 * cRow, mask0, s40); Avx512F.MaskStore(c + 4 * cRow + 16, mask1, s41);
            Avx512F.MaskStore(c + 5 * cRow, mask0, s50); Avx512F.MaskStore(c + 5 * cRow + 16, mask1, s51);
            Avx512F.MaskStore(c + 6 * cRow, mask0, s60); Avx512F.MaskStore(c + 6 * cRow + 16, mask1, s61);
            Avx512F.MaskStore(c + 7 * cRow, mask0, s70); Avx512F.MaskStore(c + 7 * cRow + 16, mask1, s71);
            Avx512F.MaskStore(c + 8 * cRow, mask0, s80); Avx512F.MaskStore(c + 8 * cRow + 16, mask1, s81);
            Avx512F.MaskStore(c + 9 * cRow, mask0, s90); Avx512F.MaskStore(c + 9 * cRow + 16, mask1, s91);
            Avx512F.MaskStore(c + 10 * cRow, mask0, sa0); Avx512F.MaskStore(c + 10 * cRow + 16, mask1, sa1);
            Avx512F.MaskStore(c + 11 * cRow, mask0, sb0); Avx512F.MaskStore(c + 11 * cRow + 16, mask1, sb1);
        }
    }

    /// <summary>blocks times c[8, up to 32] from a[8] and b[32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block8X32<TColumns>(int blocks, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IColumns
    {
        nint a1 = steps.ARow, a2 = 2 * a1, a3 = 3 * a1, cRow = steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        var mask0 = Lanes(width);
        var mask1 = Lanes(width - 16);
        for (; blocks > 0; blocks--, a += 8 * a1, c += 8 * cRow)
        {
            Vector512<float> s00, s01;
            Vector512<float> s10, s11;
            Vector512<float> s20, s21;
            Vector512<float> s30, s31;
            Vector512<float> s40, s41;
            Vector512<float> s50, s51;
            Vector512<float> s60, s61;
            Vector512<float> s70, s71;
            if (load)
            {
                s00 = Load(c, mask0); s01 = Load(c + 16, mask1);
                s10 = Load(c + cRow, mask0); s11 = Load(c + cRow + 16, mask1);
                s20 = Load(c + 2 * cRow, mask0); s21 = Load(c + 2 * cRow + 16, mask1);
                s30 = Load(c + 3 * cRow, mask0); s31 = Load(c + 3 * cRow + 16, mask1);
                s40 = Load(c + 4 * cRow, mask0); s41 = Load(c + 4 * cRow + 16, mask1);
                s50 = Load(c + 5 * cRow, mask0); s51 = Load(c + 5 * cRow + 16, mask1);
                s60 = Load(c + 6 * cRow, mask0); s61 = Load(c + 6 * cRow + 16, mask1);
                s70 = Load(c + 7 * cRow, mask0); s71 = Load(c + 7 * cRow + 16, mask1);
            }
            else
            {
                s00 = s01 = Vector512<float>.Zero;
                s10 = s11 = Vector512<float>.Zero;
                s20 = s21 = Vector512<float>.Zero;
                s30 = s31 = Vector512<float>.Zero;
                s40 = s41 = Vector512<float>.Zero;
                s50 = s51 = Vector512<float>.Zero;
                s60 = s61 = Vector512<float>.Zero;
                s70 = s71 = Vector512<float>.Zero;
            }
            float* run = a, pb = b;
            for (var r = runs; r > 0; r--, run += aRun)
            {
                var p = run;
                var p4 = p + 4 * a1;
                for (var k = length; k > 0; k--)
                {
                    var b0 = TColumns.Load(pb, mask0);
                    var b1 = TColumns.Load(pb + 16, mask1);
                    var x0 = Vector512.Create(*p);
                    s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00); s01 = Avx512F.FusedMultiplyAdd(x0, b1, s01);
                    var x1 = Vector512.Create(*(p + a1));
                    s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10); s11 = Avx512F.FusedMultiplyAdd(x1, b1, s11);
                    var x2 = Vector512.Create(*(p + a2));
                    s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20); s21 = Avx512F.FusedMultiplyAdd(x2, b1, s21);
                    var x3 = Vector512.Create(*(p + a3));
                    s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30); s31 = Avx512F.FusedMultiplyAdd(x3, b1, s31);
                    var x4 = Vector512.Create(*p4);
                    s40 = Avx512F.FusedMultiplyAdd(x4, b0, s40); s41 = Avx512F.FusedMultiplyAdd(x4, b1, s41);
                    var x5 = Vector512.Create(*(p4 + a1));
                    s50 = Avx512F.FusedMultiplyAdd(x5, b0, s50); s51 = Avx512F.FusedMultiplyAdd(x5, b1, s51);
                    var x6 = Vector512.Create(*(p4 + a2));
                    s60 = Avx512F.FusedMultiplyAdd(x6, b0, s60); s61 = Avx512F.FusedMultiplyAdd(x6, b1, s61);
                    var x7 = Vector512.Create(*(p4 + a3));
                    s70 = Avx512F.FusedMultiplyAdd(x7, b0, s70); s71 = Avx512F.FusedMultiplyAdd(x7, b1, s71);
                    p += aInner;
                    p4 += aInner;
                    pb += bInner;
                }
            }
            if (bias is not null)
            {
                var bias0 = Load(bias, mask0);
                var bias1 = Load(bias + 16, mask1);
                s00 += bias0; s01 += bias1;
                s10 += bias0; s11 += bias1;
                s20 += bias0; s21 += bias1;
                s30 += bias0; s31 += bias1;
                s40 += bias0; s41 += bias1;
                s50 += bias0; s51 += bias1;
                s60 += bias0; s61 += bias1;
                s70 += bias0; s71 += bias1;
            }
            Avx512F.MaskStore(c, mask0, s00); Avx512F.MaskStore(c + 16, mask1, s01);
            Avx512F.MaskStore(c + cRow, mask0, s10); Avx512F.MaskStore(c + cRow + 16, mask1, s11);
            Avx512F.MaskStore(c + 2 * cRow, mask0, s20); Avx512F.MaskStore(c + 2 * cRow + 16, mask1, s21);
            Avx512F.MaskStore(c + 3 * cRow, mask0, s30); Avx512F.MaskStore(c + 3 * cRow + 16, mask1, s31);
            Avx512F.MaskStore(c + 4 * cRow, mask0, s40); Avx512F.MaskStore(c + 4 * cRow + 16, mask1, s41);
            Avx512F.MaskStore(c + 5 * cRow, mask0, s50); Avx512F.MaskStore(c + 5 * cRow + 16, mask1, s51);
            Avx512F.MaskStore(c + 6 * cRow, mask0, s60); Avx512F.MaskStore(c + 6 * cRow + 16, mask1, s61);
            Avx512F.MaskStore(c + 7 * cRow, mask0, s70); Avx512F.MaskStore(c + 7 * cRow + 16, mask1, s71);
        }
    }

    /// <summary>c[rows, up to 32] from a[rows] and b[32], 1 to 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4X32<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IColumns
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * steps.ARow, c1 = Math.Min(1, rows - 1) * steps.CRow;
        nint a2 = Math.Min(2, rows - 1) * steps.ARow, c2 = Math.Min(2, rows - 1) * steps.CRow;
        nint a3 = Math.Min(3, rows - 1) * steps.ARow, c3 = Math.Min(3, rows - 1) * steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        var mask0 = Lanes(width);
        var mask1 = Lanes(width - 16);
        Vector512<float> s00, s01;
        Vector512<float> s10, s11;
        Vector512<float> s20, s21;
        Vector512<float> s30, s31;
        if (load)
        {
            s00 = Load(c, mask0); s01 = Load(c + 16, mask1);
            s10 = Load(c + c1, mask0); s11 = Load(c + c1 + 16, mask1);
            s20 = Load(c + c2, mask0); s21 = Load(c + c2 + 16, mask1);
            s30 = Load(c + c3, mask0); s31 = Load(c + c3 + 16, mask1);
        }
        else
        {
            s00 = s01 = Vector512<float>.Zero;
            s10 = s11 = Vector512<float>.Zero;
            s20 = s21 = Vector512<float>.Zero;
            s30 = s31 = Vector512<float>.Zero;
        }
        float* run = a, pb = b;
        for (var r = runs; r > 0; r--, run += aRun)
        {
            var p = run;
            for (var k = length; k > 0; k--)
            {
                var b0 = TColumns.Load(pb, mask0);
                var b1 = TColumns.Load(pb + 16, mask1);
                var x0 = Vector512.Create(*p);
                s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00); s01 = Avx512F.FusedMultiplyAdd(x0, b1, s01);
                var x1 = Vector512.Create(*(p + a1));
                s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10); s11 = Avx512F.FusedMultiplyAdd(x1, b1, s11);
                var x2 = Vector512.Create(*(p + a2));
                s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20); s21 = Avx512F.FusedMultiplyAdd(x2, b1, s21);
                var x3 = Vector512.Create(*(p + a3));
                s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30); s31 = Avx512F.FusedMultiplyAdd(x3, b1, s31);
                p += aInner;
                pb += bInner;
            }
        }
        if (bias is not null)
        {
            var bias0 = Load(bias, mask0);
            var bias1 = Load(bias + 16, mask1);
            s00 += bias0; s01 += bias1;
            s10 += bias0; s11 += bias1;
            s20 += bias0; s21 += bias1;
            s30 += bias0; s31 += bias1;
        }
        Avx512F.MaskStore(c, mask0, s00); Avx512F.MaskStore(c + 16, mask1, s01);
        Avx512F.MaskStore(c + c1, mask0, s10); Avx512F.MaskStore(c + c1 + 16, mask1, s11);
        Avx512F.MaskStore(c + c2, mask0, s20); Avx512F.MaskStore(c + c2 + 16, mask1, s21);
        Avx512F.MaskStore(c + c3, mask0, s30); Avx512F.MaskStore(c + c3 + 16, mask1, s31);
    }

    /// <summary>blocks times c[16, up to 16] from a[16] and b[16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block16X16<TColumns>(int blocks, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IColumns
    {
        nint a1 = steps.ARow, a2 = 2 * a1, a3 = 3 * a1, cRow = steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        var mask0 = Lanes(width);
        for (; blocks > 0; blocks--, a += 16 * a1, c += 16 * cRow)
        {
            Vector512<float> s00;
            Vector512<float> s10;
            Vector512<float> s20;
            Vector512<float> s30;
            Vector512<float> s40;
            Vector512<float> s50;
            Vector512<float> s60;
            Vector512<float> s70;
            Vector512<float> s80;
            Vector512<float> s90;
            Vector512<float> sa0;
            Vector512<float> sb0;
            Vector512<float> sc0;
            Vector512<float> sd0;
            Vector512<float> se0;
            Vector512<float> sf0;
            if (load)
            {
                s00 = Load(c, mask0);
                s10 = Load(c + cRow, mask0);
                s20 = Load(c + 2 * cRow, mask0);
                s30 = Load(c + 3 * cRow, mask0);
                s40 = Load(c + 4 * cRow, mask0);
                s50 = Load(c + 5 * cRow, mask0);
                s60 = Load(c + 6 * cRow, mask0);
                s70 = Load(c + 7 * cRow, mask0);
                s80 = Load(c + 8 * cRow, mask0);
                s90 = Load(c + 9 * cRow, mask0);
                sa0 = Load(c + 10 * cRow, mask0);
                sb0 = Load(c + 11 * cRow, mask0);
                sc0 = Load(c + 12 * cRow, mask0);
                sd0 = Load(c + 13 * cRow, mask0);
                se0 = Load(c + 14 * cRow, mask0);
                sf0 = Load(c + 15 * cRow, mask0);
            }
            else
            {
                s00 = Vector512<float>.Zero;
                s10 = Vector512<float>.Zero;
                s20 = Vector512<float>.Zero;
                s30 = Vector512<float>.Zero;
                s40 = Vector512<float>.Zero;
                s50 = Vector512<float>.Zero;
                s60 = Vector512<float>.Zero;
                s70 = Vector512<float>.Zero;
                s80 = Vector512<float>.Zero;
                s90 = Vector512<float>.Zero;
                sa0 = Vector512<float>.Zero;
                sb0 = Vector512<float>.Zero;
                sc0 = Vector512<float>.Zero;
                sd0 = Vector512<float>.Zero;
                se0 = Vector512<float>.Zero;
                sf0 = Vector512<float>.Zero;
            }
            float* run = a, pb = b;
            for (var r = runs; r > 0; r--, run += aRun)
            {
                var p = run;
                var p4 = p + 4 * a1;
                var p8 = p + 8 * a1;
                var p12 = p + 12 * a1;
                for (var k = length; k > 0; k--)
                {
                    var b0 = TColumns.Load(pb, mask0);
                    var x0 = Vector512.Create(*p);
                    s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00);
                    var x1 = Vector512.Create(*(p + a1));
                    s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10);
                    var x2 = Vector512.Create(*(p + a2));
                    s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20);
                    var x3 = Vector512.Create(*(p + a3));
                    s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30);
                    var x4 = Vector512.Create(*p4);
                    s40 = Avx512F.FusedMultiplyAdd(x4, b0, s40);
                    var x5 = Vector512.Create(*(p4 + a1));
                    s50 = Avx512F.FusedMultiplyAdd(x5, b0, s50);
                    var x6 = Vector512.Create(*(p4 + a2));
                    s60 = Avx512F.FusedMultiplyAdd(x6, b0, s60);
                    var x7 = Vector512.Create(*(p4 + a3));
                    s70 = Avx512F.FusedMultiplyAdd(x7, b0, s70);
                    var x8 = Vector512.Create(*p8);
                    s80 = Avx512F.FusedMultiplyAdd(x8, b0, s80);
                    var x9 = Vector512.Create(*(p8 + a1));
                    s90 = Avx512F.FusedMultiplyAdd(x9, b0, s90);
                    var xa = Vector512.Create(*(p8 + a2));
                    sa0 = Avx512F.FusedMultiplyAdd(xa, b0, sa0);
                    var xb = Vector512.Create(*(p8 + a3));
                    sb0 = Avx512F.FusedMultiplyAdd(xb, b0, sb0);
                    var xc = Vector512.Create(*p12);
                    sc0 = Avx512F.FusedMultiplyAdd(xc, b0, sc0);
                    var xd = Vector512.Create(*(p12 + a1));
                    sd0 = Avx512F.FusedMultiplyAdd(xd, b0, sd0);
                    var xe = Vector512.Create(*(p12 + a2));
                    se0 = Avx512F.FusedMultiplyAdd(xe, b0, se0);
                    var xf = Vector512.Create(*(p12 + a3));
                    sf0 = Avx512F.FusedMultiplyAdd(xf, b0, sf0);
                    p += aInner;
                    p4 += aInner;
                    p8 += aInner;
                    p12 += aInner;
                    pb += bInner;
                }
            }
            if (bias is not null)
            {
                var bias0 = Load(bias, mask0);
                s00 += bias0;
                s10 += bias0;
                s20 += bias0;
                s30 += bias0;
                s40 += bias0;
                s50 += bias0;
                s60 += bias0;
                s70 += bias0;
                s80 += bias0;
                s90 += bias0;
                sa0 += bias0;
                sb0 += bias0;
                sc0 += bias0;
                sd0 += bias0;
                se0 += bias0;
                sf0 += bias0;
            }
            Avx512F.MaskStore(c, mask0, s00);
            Avx512F.MaskStore(c + cRow, mask0, s10);
            Avx512F.MaskStore(c + 2 * cRow, mask0, s20);
            Avx512F.MaskStore(c + 3 * cRow, mask0, s30);
            Avx512F.MaskStore(c + 4 * cRow, mask0, s40);
            Avx512F.MaskStore(c + 5 * cRow, mask0, s50);
            Avx512F.MaskStore(c + 6 * cRow, mask0, s60);
            Avx512F.MaskStore(c + 7 * cRow, mask0, s70);
            Avx512F.MaskStore(c + 8 * cRow, mask0, s80);
            Avx512F.MaskStore(c + 9 * cRow, mask0, s90);
            Avx512F.MaskStore(c + 10 * cRow, mask0, sa0);
            Avx512F.MaskStore(c + 11 * cRow, mask0, sb0);
            Avx512F.MaskStore(c + 12 * cRow, mask0, sc0);
            Avx512F.MaskStore(c + 13 * cRow, mask0, sd0);
            Avx512F.MaskStore(c + 14 * cRow, mask0, se0);
            Avx512F.MaskStore(c + 15 * cRow, mask0, sf0);
        }
    }

    /// <summary>blocks times c[8, up to 16] from a[8] and b[16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block8X16<TColumns>(int blocks, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IColumns
    {
        nint a1 = steps.ARow, a2 = 2 * a1, a3 = 3 * a1, cRow = steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        var mask0 = Lanes(width);
        for (; blocks > 0; blocks--, a += 8 * a1, c += 8 * cRow)
        {
            Vector512<float> s00;
            Vector512<float> s10;
            Vector512<float> s20;
            Vector512<float> s30;
            Vector512<float> s40;
            Vector512<float> s50;
            Vector512<float> s60;
            Vector512<float> s70;
            if (load)
            {
                s00 = Load(c, mask0);
                s10 = Load(c + cRow, mask0);
                s20 = Load(c + 2 * cRow, mask0);
                s30 = Load(c + 3 * cRow, mask0);
                s40 = Load(c + 4 * cRow, mask0);
                s50 = Load(c + 5 * cRow, mask0);
                s60 = Load(c + 6 * cRow, mask0);
                s70 = Load(c + 7 * cRow, mask0);
            }
            else
            {
                s00 = Vector512<float>.Zero;
                s10 = Vector512<float>.Zero;
                s20 = Vector512<float>.Zero;
                s30 = Vector512<float>.Zero;
                s40 = Vector512<float>.Zero;
                s50 = Vector512<float>.Zero;
                s60 = Vector512<float>.Zero;
                s70 = Vector512<float>.Zero;
            }
            float* run = a, pb = b;
            for (var r = runs; r > 0; r--, run += aRun)
            {
                var p = run;
                var p4 = p + 4 * a1;
                for (var k = length; k > 0; k--)
                {
                    var b0 = TColumns.Load(pb, mask0);
                    var x0 = Vector512.Create(*p);
                    s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00);
                    var x1 = Vector512.Create(*(p + a1));
                    s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10);
                    var x2 = Vector512.Create(*(p + a2));
                    s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20);
                    var x3 = Vector512.Create(*(p + a3));
                    s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30);
                    var x4 = Vector512.Create(*p4);
                    s40 = Avx512F.FusedMultiplyAdd(x4, b0, s40);
                    var x5 = Vector512.Create(*(p4 + a1));
                    s50 = Avx512F.FusedMultiplyAdd(x5, b0, s50);
                    var x6 = Vector512.Create(*(p4 + a2));
                    s60 = Avx512F.FusedMultiplyAdd(x6, b0, s60);
                    var x7 = Vector512.Create(*(p4 + a3));
                    s70 = Avx512F.FusedMultiplyAdd(x7, b0, s70);
                    p += aInner;
                    p4 += aInner;
                    pb += bInner;
                }
            }
            if (bias is not null)
            {
                var bias0 = Load(bias, mask0);
                s00 += bias0;
                s10 += bias0;
                s20 += bias0;
                s30 += bias0;
                s40 += bias0;
                s50 += bias0;
                s60 += bias0;
                s70 += bias0;
            }
            Avx512F.MaskStore(c, mask0, s00);
            Avx512F.MaskStore(c + cRow, mask0, s10);
            Avx512F.MaskStore(c + 2 * cRow, mask0, s20);
            Avx512F.MaskStore(c + 3 * cRow, mask0, s30);
            Avx512F.MaskStore(c + 4 * cRow, mask0, s40);
            Avx512F.MaskStore(c + 5 * cRow, mask0, s50);
            Avx512F.MaskStore(c + 6 * cRow, mask0, s60);
            Avx512F.MaskStore(c + 7 * cRow, mask0, s70);
        }
    }

    /// <summary>c[rows, up to 16] from a[rows] and b[16], 1 to 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4X16<TColumns>(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias) where TColumns : struct, IColumns
    {
        // Rows that are not there repeat the last one: the same number is stored to the same place more than once.
        nint a1 = Math.Min(1, rows - 1) * steps.ARow, c1 = Math.Min(1, rows - 1) * steps.CRow;
        nint a2 = Math.Min(2, rows - 1) * steps.ARow, c2 = Math.Min(2, rows - 1) * steps.CRow;
        nint a3 = Math.Min(3, rows - 1) * steps.ARow, c3 = Math.Min(3, rows - 1) * steps.CRow;
        nint aInner = steps.AInner, bInner = steps.BInner, aRun = steps.ARun;
        int runs = steps.Runs, length = steps.Length;
        var mask0 = Lanes(width);
        Vector512<float> s00;
        Vector512<float> s10;
        Vector512<float> s20;
        Vector512<float> s30;
        if (load)
        {
            s00 = Load(c, mask0);
            s10 = Load(c + c1, mask0);
            s20 = Load(c + c2, mask0);
            s30 = Load(c + c3, mask0);
        }
        else
        {
            s00 = Vector512<float>.Zero;
            s10 = Vector512<float>.Zero;
            s20 = Vector512<float>.Zero;
            s30 = Vector512<float>.Zero;
        }
        float* run = a, pb = b;
        for (var r = runs; r > 0; r--, run += aRun)
        {
            var p = run;
            for (var k = length; k > 0; k--)
            {
                var b0 = TColumns.Load(pb, mask0);
                var x0 = Vector512.Create(*p);
                s00 = Avx512F.FusedMultiplyAdd(x0, b0, s00);
                var x1 = Vector512.Create(*(p + a1));
                s10 = Avx512F.FusedMultiplyAdd(x1, b0, s10);
                var x2 = Vector512.Create(*(p + a2));
                s20 = Avx512F.FusedMultiplyAdd(x2, b0, s20);
                var x3 = Vector512.Create(*(p + a3));
                s30 = Avx512F.FusedMultiplyAdd(x3, b0, s30);
                p += aInner;
                pb += bInner;
            }
        }
        if (bias is not null)
        {
            var bias0 = Load(bias, mask0);
            s00 += bias0;
            s10 += bias0;
            s20 += bias0;
            s30 += bias0;
        }
        Avx512F.MaskStore(c, mask0, s00);
        Avx512F.MaskStore(c + c1, mask0, s10);
        Avx512F.MaskStore(c + c2, mask0, s20);
        Avx512F.MaskStore(c + c3, mask0, s30);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* p, Vector512<float> mask) => Avx512F.MaskLoad(p, mask, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Lanes(int count)
        => Vector512.LessThan(Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create(count)).AsSingle();

    private interface IColumns
    {
        public static abstract Vector512<float> Load(float* p, Vector512<float> mask);
    }

    private struct WholeColumns : IColumns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Load(float* p, Vector512<float> mask) => Vector512.Load(p);
    }

    private struct MaskedColumns : IColumns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Load(float* p, Vector512<float> mask) => Avx512RunBlocks.Load(p, mask);
    }
}
