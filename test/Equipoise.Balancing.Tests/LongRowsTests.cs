using Equipoise.Balancing;

namespace Equipoise.Balancing.Tests;

/// <summary>Loops over long rows against the obvious ones, around the width of a vector and the length of a chunk.</summary>
public sealed class LongRowsTests
{
    private const double Rounding = 1e-13;                     // of sums in another order

    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 34), 255, 256, 257, 515];

    [Theory, MemberData(nameof(Lengths))]
    public void Loops_follow_their_formulas(int length)
    {
        var random = new Random(length);
        double[] x = Harness.Normals(random, length), y = Harness.Normals(random, length);
        float[] f = [.. x.Select(v => (float)v)];
        Assert.Equal(x.Zip(y, (a, b) => a * b).Sum(), LongRows.Dot(x, y), Rounding * (1 + length));
        Assert.Equal(f.Sum(v => (double)v * v), LongRows.Square(f), Rounding * (1 + length));
        Assert.Equal(f.Select(v => v * 0.3), Changed(y, target => LongRows.Scale(f, 0.3, target)));
        Assert.Equal(y.Zip(x, (a, b) => a + (0.3 * b)), Changed(y, target => LongRows.AddScaled(x, 0.3, target)));
        Assert.Equal(y.Zip(f, (a, b) => a + (0.3 * b)), Changed(y, target => LongRows.AddScaled(f, 0.3, target)));
        Assert.Equal(y.Zip(f, (a, b) => (0.3 * b) + (0.9 * (a - (0.3 * b)))), Changed(y, target => LongRows.Follow(f, 0.3, 0.9, target)));
    }

    [Theory, InlineData(3), InlineData(4), InlineData(5), InlineData(9)]
    public void Trimmed_mean_drops_the_least_and_the_greatest_of_every_coordinate(int tasks)
    {
        const int Length = 263;
        var random = new Random(tasks);
        float[][] rows = [.. Enumerable.Range(0, tasks).Select(_ => Enumerable.Range(0, Length).Select(_ => (float)random.Next(-4, 5)).ToArray())];
        var direction = new float[Length];
        var input = new BalancerInput { Gradients = new Rows(rows) };
        new TrimmedMean().Start(tasks).Weigh(in input, new double[tasks], direction);
        for (int c = 0; c < Length; c++)
        {
            float[] column = [.. rows.Select(r => r[c]).Order()];
            Assert.Equal(column[1..^1].Average(), direction[c], 1e-6f);
        }
    }

    [Fact]
    public void Grad_drop_keeps_one_sign_of_every_coordinate()
    {
        const int Tasks = 4, Length = 263;
        var random = new Random(1);
        float[][] rows = [.. Enumerable.Range(0, Tasks).Select(_ => Enumerable.Range(0, Length).Select(_ => (float)random.Next(-4, 5)).ToArray())];
        var direction = new float[Length];
        var input = new BalancerInput { Gradients = new Rows(rows), Seed = 3 };
        new GradDrop().Start(Tasks).Weigh(in input, new double[Tasks], direction);
        int ups = 0, downs = 0;
        for (int c = 0; c < Length; c++)
        {
            float up = rows.Sum(r => Math.Max(r[c], 0)), down = rows.Sum(r => Math.Min(r[c], 0));
            Assert.True(direction[c] == up || direction[c] == down, $"coordinate {c}: {direction[c]}, neither {up} nor {down}");
            if (up > 0 && down < 0 && direction[c] > 0) ups++;
            if (up > 0 && down < 0 && direction[c] < 0) downs++;
        }

        Assert.True(ups > Length / 4 && downs > Length / 4, $"{ups} up, {downs} down");
    }

    private static double[] Changed(double[] start, Action<double[]> loop)
    {
        double[] target = [.. start];
        loop(target);
        return target;
    }

    private sealed class Rows(float[][] rows) : TaskGradients
    {
        public override int Tasks => rows.Length;

        public override int Length => rows[0].Length;

        public override ReadOnlySpan<float> this[int task] => rows[task];
    }
}
