using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class MixtureRowsTests
{
    private const int Rows = 3;

    public static TheoryData<int, int> Sizes()
    {
        var data = new TheoryData<int, int>();
        foreach (int count in new[] { 1, 2, 8 })
        {
            foreach (int width in new[] { 1, 7, 8, 15, 16, 17, 31, 32, 33, 64, 100, 128 }) data.Add(count, width);
        }
        return data;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Mixing_has_the_bits_of_the_plain_loop(int count, int width)
    {
        float[] x = Samples.Normal(Rows * count * width, 1), w = Samples.Normal(Rows * count, 2), y = new float[Rows * width];
        MixtureRows.Mix(x, w, y, Rows, count, width);
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < width; i++)
            {
                float sum = w[row * count] * x[(row * count * width) + i];
                for (int e = 1; e < count; e++) sum = MathF.FusedMultiplyAdd(w[(row * count) + e], x[(((row * count) + e) * width) + i], sum);
                Samples.AssertSameBits([sum], [y[(row * width) + i]]);
            }
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Gradients_have_the_bits_of_the_plain_loops(int count, int width)
    {
        float[] x = Samples.Normal(Rows * count * width, 1), w = Samples.Normal(Rows * count, 2), dy = Samples.Normal(Rows * width, 3);
        foreach (bool add in new[] { false, true })
        {
            float[] dx = Samples.Normal(x.Length, 4), dw = Samples.Normal(w.Length, 5), wantX = [.. dx], wantW = [.. dw];
            MixtureRows.Gradient(x, w, dy, dx, add, dw, add, Rows, count, width);
            for (int item = 0; item < Rows * count; item++)
            {
                var part = dy.AsSpan(item / count * width, width);
                float dot = Reductions.Dot(x.AsSpan(item * width, width), part);
                wantW[item] = add ? wantW[item] + dot : dot;
                for (int i = 0; i < width; i++)
                {
                    ref float want = ref wantX[(item * width) + i];
                    want = add ? MathF.FusedMultiplyAdd(w[item], part[i], want) : w[item] * part[i];
                }
            }
            Samples.AssertSameBits(wantX, dx);
            Samples.AssertSameBits(wantW, dw);
        }
    }

    [Fact]
    public void A_gradient_that_nobody_wants_is_left_out()
    {
        float[] x = Samples.Normal(Rows * 2 * 20, 1), w = Samples.Normal(Rows * 2, 2), dy = Samples.Normal(Rows * 20, 3), both = new float[x.Length], bothW = new float[w.Length], dx = new float[x.Length], dw = new float[w.Length];
        MixtureRows.Gradient(x, w, dy, both, false, bothW, false, Rows, 2, 20);
        MixtureRows.Gradient(x, w, dy, dx, false, [], false, Rows, 2, 20);
        MixtureRows.Gradient(x, w, dy, [], false, dw, false, Rows, 2, 20);
        Samples.AssertSameBits(both, dx);
        Samples.AssertSameBits(bothW, dw);
    }

    [Theory, MemberData(nameof(Sizes))]
    public unsafe void Several_mixtures_have_the_bits_of_each_by_itself_the_last_first(int count, int width)
    {
        const int Most = 6;
        for (int mixtures = 1; mixtures <= Most; mixtures++)
        {
            // With and without a gradient to the vectors, and with one to some weights only.
            foreach (var (add, toVectors, without) in new[] { (false, true, -1), (true, true, -1), (true, true, 1), (false, false, 2) })
            {
                float[] x = Samples.Normal(Rows * count * width, 1), y = new float[Rows * mixtures * width], dy = Samples.Normal(y.Length, 2), dx = Samples.Normal(x.Length, 3), wantX = [.. dx];
                float[][] w = [.. Enumerable.Range(0, mixtures).Select(m => Samples.Normal(Rows * count, 10 + m))], dw = [.. w.Select((_, m) => Samples.Normal(Rows * count, 20 + m))];
                float[][] wantW = [.. dw.Select(d => d.ToArray())];
                Run(x, w, y, dy, dx, dw, add, toVectors, without, mixtures, count, width);
                for (int m = mixtures - 1; m >= 0; m--)
                {
                    float[] own = new float[Rows * width];
                    MixtureRows.Mix(x, w[m], own, Rows, count, width);
                    for (int row = 0; row < Rows; row++) Samples.AssertSameBits(own.AsSpan(row * width, width).ToArray(), y.AsSpan(((row * mixtures) + m) * width, width).ToArray());
                    for (int row = 0; row < Rows; row++) dy.AsSpan(((row * mixtures) + m) * width, width).CopyTo(own.AsSpan(row * width));
                    MixtureRows.Gradient(x, w[m], own, toVectors ? wantX : [], add || m < mixtures - 1, m == without ? [] : wantW[m], add, Rows, count, width);
                    Samples.AssertSameBits(wantW[m], dw[m]);
                }
                Samples.AssertSameBits(wantX, dx);
            }
        }
    }

    private static unsafe void Run(float[] x, float[][] w, float[] y, float[] dy, float[] dx, float[][] dw, bool add, bool toVectors, int without, int mixtures, int count, int width)
    {
        var handles = w.Concat(dw).Select(a => System.Runtime.InteropServices.GCHandle.Alloc(a, System.Runtime.InteropServices.GCHandleType.Pinned)).ToArray();
        float** weights = stackalloc float*[mixtures], gradients = stackalloc float*[mixtures];
        bool* adds = stackalloc bool[mixtures];
        for (int m = 0; m < mixtures; m++)
        {
            weights[m] = (float*)handles[m].AddrOfPinnedObject();
            gradients[m] = m == without ? null : (float*)handles[mixtures + m].AddrOfPinnedObject();
            adds[m] = add;
        }
        fixed (float* px = x, py = y, pdy = dy, pdx = dx)
        {
            MixtureRows.MixSeveral(px, weights, py, Rows, mixtures, count, width);
            MixtureRows.GradientsOfSeveral(px, weights, pdy, toVectors ? pdx : null, add, gradients, adds, Rows, mixtures, count, width);
        }
        foreach (var handle in handles) handle.Free();
    }
}
