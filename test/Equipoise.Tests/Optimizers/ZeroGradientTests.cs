using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;
using Equipoise.Optimizers;
using Equipoise.Schedules;

namespace Equipoise.Tests.Optimizers;

/// <summary>What every optimiser of the catalogue says that it makes of a zero gradient, and that updates of some rows alone give the bits of an update of all.</summary>
public sealed class ZeroGradientTests
{
    private const int Rows = 300, Width = 5;

    // A table between others, and one that weight decay leaves alone.
    private static readonly ParameterLayout Layout = new(
    [
        new("bias", 0, 7, [7]),
        new("table", 8, Rows * Width, [Rows, Width]) { LearningRateScale = 0.5 },
        new("second", 8 + (Rows * Width), Rows * 3, [Rows, 3]) { Decays = false },
    ]);

    public static TheoryData<string> Names => [.. OptimizerCatalog.Catalog.Names];

    // The rule in all forms that change what a zero gradient does, then what is done around it.
    private static IEnumerable<Optimizer> Rules(string name)
    {
        var optimizer = OptimizerCatalog.Catalog.Find(name).Default with { LearningRate = 0.01, WeightDecay = 0 };
        yield return optimizer;
        switch (optimizer)
        {
            case Sgd sgd:
                yield return sgd with { Momentum = 0.9 };
                yield return sgd with { Momentum = 0.9, Nesterov = true };
                break;
            case Adam adam:
                yield return adam with { AmsGrad = true };
                break;
            case RmsProp rms:
                yield return rms with { Momentum = 0.5 };
                yield return rms with { Momentum = 0.5, Centered = true };
                yield return rms with { Rho = 0 };
                yield return rms with { Epsilon = 1e-60 };
                break;
            case Adagrad adagrad:
                yield return adagrad with { InitialAccumulator = 0 };
                yield return adagrad with { InitialAccumulator = 1e-35 };
                break;
            case Ftrl ftrl:
                yield return ftrl with { L1 = 0.01, L2 = 0.1, Beta = 0.5 };
                yield return ftrl with { L2Shrinkage = 0.1 };
                yield return ftrl with { LearningRatePower = -0.3 };
                break;
        }
    }

    private static IEnumerable<Optimizer> Variants(string name)
    {
        foreach (var rule in Rules(name))
        {
            yield return rule;
            yield return rule with { WeightDecay = 0.1 };
            yield return rule with { GlobalClipNorm = 0.5 };
            yield return rule with { ClipNorm = 0.5, LossScale = 8, LearningRate = new PiecewiseConstantDecay([3, 6], [0.1, 0, 0.03]) };
            yield return rule with { ClipValue = 0.3, AverageMomentum = 0.9, AverageEvery = 2 };
            yield return rule with { AccumulationSteps = 2 };
        }
    }

    private static float[] Parameters()
    {
        var random = new RandomStream(1);
        float[] values = [.. Enumerable.Range(0, Layout.Length).Select(i => (float)random.Normal((ulong)i))];
        for (int i = 9; i < values.Length; i += 13) values[i] = -0f;
        return values;
    }

    // A gradient of some rows of both tables, and their marks.
    private static float[] Gradient(int step, RowMarks[] marks)
    {
        var random = new RandomStream((ulong)(100 + step));
        var gradient = new float[Layout.Length];
        for (int i = 0; i < 7; i++) gradient[i] = (float)random.Normal((ulong)i);
        for (int t = 0; t < 2; t++)
        {
            var block = Layout.Blocks[t + 1];
            int width = block.Length / Rows;
            marks[t].Clear();
            foreach (int row in Enumerable.Range(0, 40).Select(i => random.Derive((ulong)t).Below((ulong)i, Rows)))
            {
                marks[t].Mark(row);
                for (int c = 0; c < width; c++) gradient[block.Offset + (row * width) + c] = (float)random.Derive("g").Normal((ulong)((row * width) + c));
            }
        }
        return gradient;
    }

    private static void Dense(RunningOptimizer running, float[] parameters, float[] gradient)
    {
        running.Begin(gradient, parameters);
        running.Update(0, parameters, gradient);
    }

    private static void ByRows(RunningOptimizer running, float[] parameters, float[] gradient, RowMarks[] marks, params int[] cuts)
    {
        if (running.NeedsNorms)
        {
            running.MeasureNorm(0, gradient);
            for (int t = 0; t < 2; t++) running.MeasureNorm(t + 1, gradient, marks[t]);
        }
        running.Begin(gradient, parameters);
        running.Update(0, parameters.AsSpan(0, 8), gradient.AsSpan(0, 8));
        int[] edges = [0, .. cuts, Rows];
        for (int i = edges.Length - 2; i >= 0; i--)
        {
            for (int t = 0; t < 2; t++) running.UpdateRows(t + 1, edges[i], edges[i + 1] - edges[i], marks[t], parameters, gradient);
        }
    }

    private static void Same(string name, Optimizer optimizer, ReadOnlySpan<float> want, ReadOnlySpan<float> have)
    {
        for (int i = 0; i < want.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(want[i]) != BitConverter.SingleToInt32Bits(have[i])) Assert.Fail($"{name}, {optimizer}: number {i} is {have[i]:R}, not {want[i]:R}");
        }
    }

    private static float[] All(RunningOptimizer running, float[] parameters) => [.. parameters, .. running.State.SelectMany(s => s.Values)];

    [Theory, MemberData(nameof(Names))]
    public void Update_of_the_rows_with_a_gradient_has_the_bits_of_an_update_of_all(string name)
    {
        foreach (var optimizer in Variants(name))
        {
            RunningOptimizer dense = optimizer.Start(Layout), rows = optimizer.Start(Layout), cut = optimizer.Start(Layout);
            float[] a = Parameters(), b = Parameters(), c = Parameters();
            RowMarks[] marks = [new(Rows), new(Rows)];
            for (int step = 0; step < 9; step++)
            {
                var gradient = Gradient(step, marks);
                dense.LearningRateFactor = rows.LearningRateFactor = cut.LearningRateFactor = step < 7 ? 1 : 0.5;
                Dense(dense, a, gradient);
                ByRows(rows, b, gradient, marks);
                ByRows(cut, c, gradient, marks, 1, 64, 100, 299);
                Same(name, optimizer, All(dense, a), All(rows, b));
                Same(name, optimizer, All(dense, a), All(cut, c));
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Claim_about_a_zero_gradient_is_neither_wrong_nor_missed(string name)
    {
        foreach (var optimizer in Rules(name))
        {
            var running = optimizer.Start(Layout);
            float[] parameters = Parameters(), zero = new float[Layout.Length];
            bool rests = running is not BlockwiseOptimizer && Rests(optimizer);      // those want whole blocks
            // Without a step before it first, then after some.
            bool keepsAtFirst = KeepsBits(running, parameters, zero, 1);
            for (int step = 0; step < 3; step++) Dense(running, parameters, Gradient(step, [new(Rows), new(Rows)]));
            bool keeps = KeepsBits(running, parameters, zero, 1), keepsAtOther = KeepsBits(running, parameters, zero, 0.5);
            var want = (keepsAtFirst && keeps && keepsAtOther, keeps, rests && Fades(optimizer), rests) switch
            {
                (true, _, _, _) => ZeroGradient.Keeps,
                (_, true, _, _) => ZeroGradient.KeepsAtSameRate,
                (_, _, true, _) => ZeroGradient.FadesState,
                (_, _, _, true) => ZeroGradient.KeepsAtRest,
                _ => ZeroGradient.Changes,
            };
            Assert.True(want == optimizer.ZeroGradient, $"{name}, {optimizer}: says {optimizer.ZeroGradient}, but {want} was found");
        }
    }

    // Whether rows that had no gradient in the first step have a state of zeros, and are as they were after others.
    private static bool Rests(Optimizer optimizer)
    {
        var running = optimizer.Start(Layout);
        var parameters = Parameters();
        RowMarks[] marks = [new(Rows), new(Rows)];
        Dense(running, parameters, Gradient(0, marks));
        int[] resting = [.. Enumerable.Range(8, Rows * Width).Where(i => !marks[0].IsMarked((i - 8) / Width))];
        if (running.State.Any(s => resting.Any(i => s.Values[i] != 0))) return false;
        int[] before = Bits();
        foreach (double factor in new[] { 1, 0.5, 3 })
        {
            running.LearningRateFactor = factor;
            Dense(running, parameters, Gradient(0, marks));
        }
        return before.AsSpan().SequenceEqual(Bits());

        int[] Bits() => [.. resting.Select(i => BitConverter.SingleToInt32Bits(parameters[i])), .. running.State.SelectMany(s => resting.Select(i => BitConverter.SingleToInt32Bits(s.Values[i])))];
    }

    // Whether no parameter moves without a gradient, whatever state and gradient there were at the last update, and until the state has decayed.
    private static bool Fades(Optimizer optimizer)
    {
        int moments = optimizer.Start(Layout).State.Count;
        return new[] { 0, 1e-29f, 1, float.MaxValue }.All(size => new[] { 1, 1e15f, float.MaxValue }.All(large => Enumerable.Range(0, moments + 1).All(only => Fades(optimizer, size, large, only))));
    }

    // One of the moments has this size or, at last, all of them.
    private static bool Fades(Optimizer optimizer, float size, float large, int only)
    {
        var running = optimizer.Start(Layout);
        float[] parameters = Parameters(), zero = new float[Layout.Length];
        for (int i = 0; i < running.State.Count; i++) Array.Fill(running.State[i].Values, i == only || only == running.State.Count ? size : 0);
        Dense(running, parameters, Array.ConvertAll(Gradient(0, [new(Rows), new(Rows)]), g => Math.Clamp(g * large, float.MinValue, float.MaxValue)));
        int[] before = Array.ConvertAll(parameters, BitConverter.SingleToInt32Bits);
        for (int step = 0; step < 100; step++)
        {
            running.LearningRateFactor = step % 3;
            Dense(running, parameters, zero);
            if (!before.AsSpan().SequenceEqual(Array.ConvertAll(parameters, BitConverter.SingleToInt32Bits))) return false;
        }
        return true;
    }

    private static bool KeepsBits(RunningOptimizer running, float[] parameters, float[] zero, double factor)
    {
        running.LearningRateFactor = factor;
        float[] before = All(running, parameters);
        Dense(running, parameters, zero);
        return before.AsSpan().SequenceEqual(All(running, parameters));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_page_on_tables_says_which_rows_every_optimizer_visits(string name)
    {
        string begin = OptimizerCatalog.Catalog.Find(name).Default.ZeroGradient switch
        {
            ZeroGradient.Keeps => "| those with a gradient |",
            ZeroGradient.FadesState => "| those with a gradient, which first make up",
            ZeroGradient.KeepsAtSameRate => "| those with a gradient, while",
            ZeroGradient.KeepsAtRest => "| those that are not at rest",
            _ => "| all |",
        };
        string line = Assert.Single(Repository.Read("docs/tables.md").Split('\n'), l => l.StartsWith(begin, StringComparison.Ordinal));
        Assert.Contains($"`{name}`", line, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void Rows_are_left_out_only_where_nothing_else_moves_them(string name)
    {
        foreach (var optimizer in Rules(name))
        {
            bool keeps = optimizer.ZeroGradient != ZeroGradient.Changes;
            Assert.Equal(keeps, optimizer.Start(Layout).LeavesOutRows(1));
            var decayed = (optimizer with { WeightDecay = 0.1 }).Start(Layout);
            Assert.Equal((false, keeps), (decayed.LeavesOutRows(1), decayed.LeavesOutRows(2)));
            Assert.False((optimizer with { AccumulationSteps = 2 }).Start(Layout).LeavesOutRows(2));
            Assert.False((optimizer with { AverageMomentum = 0.9 }).Start(Layout).LeavesOutRows(2));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Norm_that_is_not_finite_spoils_all_rows(string name)
    {
        var optimizer = OptimizerCatalog.Catalog.Find(name).Default with { GlobalClipNorm = 1 };
        RunningOptimizer dense = optimizer.Start(Layout), rows = optimizer.Start(Layout);
        float[] a = Parameters(), b = Parameters();
        RowMarks[] marks = [new(Rows), new(Rows)];
        for (int step = 0; step < 2; step++)
        {
            var gradient = Gradient(step, marks);
            if (step == 1) gradient[0] = float.NaN;
            Dense(dense, a, gradient);
            ByRows(rows, b, gradient, marks);
        }
        Assert.Equal(a, b);
        Assert.All(b[8..], w => Assert.True(float.IsNaN(w)));
    }

    [Fact]
    public void Only_marked_rows_are_read_where_the_rule_allows_it()
    {
        var running = new Adagrad(0.1).Start(Layout);
        float[] parameters = Parameters(), before = Parameters();
        RowMarks[] marks = [new(Rows), new(Rows)];
        var gradient = Gradient(0, marks);
        for (int row = 0; row < Rows; row++)
        {
            if (!marks[0].IsMarked(row)) gradient.AsSpan(8 + (row * Width), Width).Fill(float.NaN);       // nobody is to look
        }
        ByRows(running, parameters, gradient, marks);
        for (int row = 0; row < Rows; row++) Assert.Equal(marks[0].IsMarked(row), !before.AsSpan(8 + (row * Width), Width).SequenceEqual(parameters.AsSpan(8 + (row * Width), Width)));
        Assert.All(parameters, w => Assert.True(float.IsFinite(w)));
    }

    [Theory]
    [InlineData("sgd", true)]
    [InlineData("rmsprop", true)]
    [InlineData("lion", false)]
    [InlineData("adam", false)]
    public void Rows_whose_state_decayed_to_nothing_are_left_alone_until_they_have_a_gradient(string name, bool decays)
    {
        Optimizer optimizer = name switch
        {
            "sgd" => new Sgd(0.01, 0.3),
            "rmsprop" => new RmsProp(0.01, Rho: 0.3),
            "lion" => new Lion(0.001, 0.3, 0.9999),
            _ => new Adam(),
        };
        RunningOptimizer dense = optimizer.Start(Layout), rows = optimizer.Start(Layout);
        float[] a = Parameters(), b = Parameters();
        RowMarks[] marks = [new(Rows), new(Rows)], first = [new(Rows), new(Rows)], second = [new(Rows), new(Rows)];
        Gradient(0, first);
        Gradient(1, second);
        for (int step = 0; step < 260; step++)
        {
            float[] gradient = Gradient(step % 100 == 0 ? 0 : 1, marks), unread = [.. gradient];
            // From here on a row that never had a gradient rests, and one that had its last long ago if its state decays: nobody is to look there.
            for (int row = 0; row < Rows; row++)
            {
                if (!second[0].IsMarked(row) && (!first[0].IsMarked(row) || (decays && step % 100 == 99))) unread.AsSpan(8 + (row * Width), Width).Fill(float.NaN);
            }
            Dense(dense, a, gradient);
            ByRows(rows, b, step < 16 ? gradient : unread, marks);
            Same(name, optimizer, All(dense, a), All(rows, b));
        }
    }

    [Fact]
    public void Parameters_that_somebody_else_changed_are_made_anew_by_ftrl()
    {
        RunningOptimizer dense = new Ftrl(0.1).Start(Layout), rows = new Ftrl(0.1).Start(Layout);
        float[] a = Parameters(), b = Parameters();
        RowMarks[] marks = [new(Rows), new(Rows)];
        for (int step = 0; step < 4; step++)
        {
            var gradient = Gradient(step, marks);
            if (step == 2)
            {
                Array.Fill(a, 3);
                Array.Fill(b, 3);
                rows.ForgetParameters();
            }
            Dense(dense, a, gradient);
            ByRows(rows, b, gradient, marks);
        }
        Assert.Equal(a, b);
    }

    [Theory, MemberData(nameof(Names))]
    public void Update_of_rows_allocates_nothing(string name)
    {
        var running = OptimizerCatalog.Catalog.Find(name).Default.Start(Layout);
        var parameters = Parameters();
        RowMarks[] marks = [new(Rows), new(Rows)];
        var gradient = Gradient(0, marks);
        ByRows(running, parameters, gradient, marks);
        running.Begin(gradient, parameters);
        int end = 8 + (Rows * Width);
        long before = GC.GetAllocatedBytesForCurrentThread();
        running.UpdateRows(1, 0, Rows, marks[0], parameters, gradient);
        running.Update(end, parameters.AsSpan(end), gradient.AsSpan(end));
        for (int i = 0; i < 3; i++)
        {
            marks[0].Clear();
            marks[0].Mark(i * 149);
            running.Begin(gradient, parameters);
            running.UpdateRows(1, 0, Rows, marks[0], parameters, gradient);
            running.Update(end, parameters.AsSpan(end), gradient.AsSpan(end));
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
