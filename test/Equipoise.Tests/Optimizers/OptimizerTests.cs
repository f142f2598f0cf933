using Equipoise.Optimizers;
using Equipoise.Schedules;

namespace Equipoise.Tests.Optimizers;

/// <summary>What holds for every optimiser of the catalogue.</summary>
public sealed class OptimizerTests
{
    private static readonly ParameterLayout Layout = new(
    [
        new("kernel", 0, 33 * 5, [33, 5]),
        new("bias", 165, 5, [5]) { Decays = false },
        new("frozen", 170, 12, [3, 4], Trainable: false),
        new("slow", 184, 17, [17]) { LearningRateScale = 0.1 },      // two numbers of padding before it
        new("filters", 201, 2 * 3 * 4, [2, 3, 4]),
    ], 230);

    public static TheoryData<string> Names => [.. OptimizerCatalog.Catalog.Names];

    private static Optimizer Default(string name) => OptimizerCatalog.Catalog.Find(name).Default with { LearningRate = 0.01, WeightDecay = 0.1 };

    // Every kind of extra on, so that the properties hold for them too.
    private static IEnumerable<Optimizer> Variants(string name)
    {
        var optimizer = Default(name);
        yield return optimizer;
        yield return optimizer with { GlobalClipNorm = 0.5 };
        yield return optimizer with { ClipNorm = 0.5, AverageMomentum = 0.9, AverageEvery = 2, LossScale = 8 };
        yield return optimizer with { ClipValue = 0.3, AccumulationSteps = 2, LearningRate = new ExponentialDecay(0.1, 2, 0.5) };
    }

    private static float[] Numbers(int seed, float size = 1)
    {
        var random = new Equipoise.Engine.Randomness.RandomStream((ulong)seed);
        return [.. Enumerable.Range(0, Layout.Length).Select(i => size * (float)random.Normal((ulong)i))];
    }

    private static void Step(RunningOptimizer running, float[] parameters, float[] gradient, params int[] cuts)
    {
        running.Begin(gradient, parameters);
        int[] edges = [0, .. cuts, Layout.Length];
        for (int i = edges.Length - 2; i >= 0; i--)
        {
            running.Update(edges[i], parameters.AsSpan(edges[i]..edges[i + 1]), gradient.AsSpan(edges[i]..edges[i + 1]));
        }
    }

    private static float[] Run(Optimizer optimizer, int steps, params int[] cuts)
    {
        var running = optimizer.Start(Layout);
        var parameters = Numbers(1);
        for (int step = 0; step < steps; step++) Step(running, parameters, Numbers(100 + step), cuts);
        return parameters;
    }

    [Theory, MemberData(nameof(Names))]
    public void Slices_give_the_same_bits_as_the_whole(string name)
    {
        foreach (var optimizer in Variants(name))
        {
            var whole = Run(optimizer, 5);
            Assert.All(whole, x => Assert.True(float.IsFinite(x)));
            Assert.Equal(whole, Run(optimizer, 5, 64, 128));
            Assert.Equal(whole, Run(optimizer, 5, 1, 2, 3, 9, 40, 163, 168, 171, 183, 190, 202, 229));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Frozen_blocks_and_padding_are_never_changed_and_the_rest_is(string name)
    {
        foreach (var optimizer in Variants(name))
        {
            float[] before = Numbers(1), after = Run(optimizer, 5);        // an odd number: steps of one size cannot cancel
            for (int i = 0; i < before.Length; i++)
            {
                bool trained = Layout.Blocks.Any(b => b.Trainable && i >= b.Offset && i < b.Offset + b.Length);
                Assert.True(trained == (before[i] != after[i]), $"{name}: number {i} went from {before[i]} to {after[i]}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Nothing_is_allocated_after_the_first_step(string name)
    {
        foreach (var optimizer in Variants(name))
        {
            var running = optimizer.Start(Layout);
            float[] parameters = Numbers(1), gradient = Numbers(2);
            for (int i = 0; i < 2; i++)
            {
                running.Begin(gradient, parameters);
                running.Update(0, parameters, gradient);
            }
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 4; i++)
            {
                running.Begin(gradient, parameters);
                running.Update(0, parameters, gradient);
            }
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Restored_run_goes_on_with_the_same_bits(string name)
    {
        foreach (var optimizer in Variants(name))
        {
            RunningOptimizer first = optimizer.Start(Layout), second = optimizer.Start(Layout);
            var parameters = Numbers(1);
            for (int step = 0; step < 3; step++) Step(first, parameters, Numbers(100 + step));
            second.Restore(first.Steps, [.. first.State.Reverse().Select(s => (s.Name, (float[])s.Values.Clone()))]);
            var copy = (float[])parameters.Clone();
            for (int step = 3; step < 6; step++)
            {
                Step(first, parameters, Numbers(100 + step));
                Step(second, copy, Numbers(100 + step));
            }
            Assert.Equal(parameters, copy);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Restore_refuses_state_of_another_optimizer(string name)
        => Assert.Contains("nonsense", Assert.Throws<ArgumentException>(() => Default(name).Start(Layout).Restore(1, [("nonsense", new float[3])])).Message, StringComparison.Ordinal);

    [Theory, MemberData(nameof(Names))]
    public void Every_optimizer_comes_down_a_valley(string name)
    {
        var layout = ParameterLayout.Of(("w", [4, 4]));
        double rate = name switch { "adadelta" => 20, "ftrl" or "adagrad" => 1, "muon" => 0.2, _ => 0.02 };
        var running = (OptimizerCatalog.Catalog.Find(name).Default with { LearningRate = rate, WeightDecay = 0 }).Start(layout);
        var parameters = Enumerable.Range(0, 16).Select(i => 1 + (i * 0.1f)).ToArray();
        double Loss() => parameters.Sum(w => (double)w * w);
        double before = Loss();
        for (int step = 0; step < 200; step++)
        {
            var gradient = Array.ConvertAll(parameters, w => 2 * w);
            running.Begin(gradient, parameters);
            running.Update(0, parameters, gradient);
        }
        Assert.True(Loss() < 0.5 * before, $"{name}: from {before} to {Loss()}");
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradient_that_is_not_finite_shows_in_the_parameters(string name)
    {
        var running = Default(name).Start(Layout);
        float[] parameters = Numbers(1), gradient = Numbers(2);
        gradient[3] = float.NaN;
        Step(running, parameters, gradient);
        Assert.True(float.IsNaN(parameters[3]), $"{name} hides a NaN");
    }

    [Theory, MemberData(nameof(Names))]
    public void Tiny_moments_become_zero_before_they_are_denormal(string name)
    {
        var running = Default(name).Start(Layout);
        float[] parameters = Numbers(1), gradient = Numbers(2, 1e-20f), zero = new float[Layout.Length];
        Step(running, parameters, gradient);
        for (int step = 0; step < 50; step++) Step(running, parameters, zero);
        Assert.All(running.State.SelectMany(s => s.Values), x => Assert.False(float.IsSubnormal(x), $"{name} keeps {x}"));
    }

    [Fact]
    public void Global_norm_is_clipped_over_trainable_blocks_alone()
    {
        var layout = new ParameterLayout([new("a", 0, 1, [1]), new("frozen", 1, 1, [1], false), new("b", 2, 1, [1])]);
        var running = new Sgd(1) { GlobalClipNorm = 1 }.Start(layout);
        float[] parameters = [0, 0, 0], gradient = [3, 100, 4];
        Assert.True(running.NeedsNorms);
        running.Begin(gradient, parameters);
        running.Update(0, parameters, gradient);
        Assert.Equal(5, running.GradientNorm, 12);
        Assert.Equal([-0.6f, 0, -0.8f], parameters);
    }

    [Theory, MemberData(nameof(Names))]
    public void Skipped_block_is_left_alone_for_one_step(string name)
    {
        var running = (Default(name) with { GlobalClipNorm = 0.5, AverageMomentum = 0.9 }).Start(Layout);
        float[] parameters = Numbers(1), gradient = Numbers(2);
        var bias = Layout.Blocks[1];
        gradient.AsSpan(bias.Offset, bias.Length).Fill(float.NaN);
        var before = (float[])parameters.Clone();
        running.Skip(1);
        Step(running, parameters, gradient);
        Assert.Equal(before.AsSpan(bias.Offset, bias.Length), parameters.AsSpan(bias.Offset, bias.Length));
        Assert.NotEqual(before[0], parameters[0]);
        running.WriteAverages(parameters, before);
        Assert.Equal(parameters.AsSpan(bias.Offset, bias.Length), before.AsSpan(bias.Offset, bias.Length));
        for (int step = 0; step < 3; step++) Step(running, parameters, Numbers(3 + step));
        Assert.All(parameters, x => Assert.True(float.IsFinite(x)));
        Assert.NotEqual(before[bias.Offset], parameters[bias.Offset]);
    }

    [Fact]
    public void Norm_is_clipped_block_by_block()
    {
        var running = new Sgd(1) { ClipNorm = 1 }.Start(ParameterLayout.Of(("a", [2]), ("b", [2])));
        float[] parameters = [0, 0, 0, 0], gradient = [3, 4, 0.3f, 0.4f];
        running.Begin(gradient, parameters);
        running.Update(0, parameters, gradient);
        Assert.Equal([-0.6f, -0.8f, -0.3f, -0.4f], parameters);
    }

    [Fact]
    public void Value_is_clipped_number_by_number()
    {
        var running = new Sgd(1) { ClipValue = 0.5 }.Start(ParameterLayout.Of(("a", [3])));
        float[] parameters = [0, 0, 0], gradient = [3, -4, 0.25f];
        running.Begin(gradient, parameters);
        running.Update(0, parameters, gradient);
        Assert.Equal([-0.5f, 0.5f, -0.25f], parameters);
    }

    [Fact]
    public void Norms_measured_by_others_give_the_same_bits()
    {
        var optimizer = new Adam { GlobalClipNorm = 0.5 };
        RunningOptimizer alone = optimizer.Start(Layout), helped = optimizer.Start(Layout);
        float[] a = Numbers(1), b = Numbers(1);
        for (int step = 0; step < 3; step++)
        {
            var gradient = Numbers(100 + step);
            for (int block = Layout.Blocks.Count - 1; block >= 0; block--) helped.MeasureNorm(block, gradient);
            Step(alone, a, gradient);
            Step(helped, b, gradient);
        }
        Assert.Equal(a, b);
    }

    [Fact]
    public void Accumulated_gradients_give_the_update_of_their_mean()
    {
        var layout = ParameterLayout.Of(("a", [3]));
        RunningOptimizer two = new Adam(0.1) { AccumulationSteps = 2, ClipNorm = 1 }.Start(layout), one = new Adam(0.1) { ClipNorm = 1 }.Start(layout);
        float[] a = [1, 2, 3], b = [1, 2, 3];
        foreach (float[] gradient in new float[][] { [1, 2, 3], [3, 2, -1] })
        {
            two.Begin(gradient, a);
            two.Update(0, a, gradient);
        }
        one.Begin([2, 2, 1], b);
        one.Update(0, b, [2, 2, 1]);
        Assert.Equal(b, a);
        Assert.Equal((2L, 1L), (two.Steps, two.Updates));
    }

    [Fact]
    public void Average_of_parameters_is_written_for_evaluation()
    {
        var running = new Sgd(1) { AverageMomentum = 0.5 }.Start(ParameterLayout.Of(("a", [1])));
        float[] parameters = [4], average = [0];
        foreach (float[] gradient in new float[][] { [1], [1], [1] })       // parameters 3, 2, 1; averages 3, 2.5, 1.75
        {
            running.Begin(gradient, parameters);
            running.Update(0, parameters, gradient);
        }
        running.WriteAverages(parameters, average);
        Assert.Equal([1.75f], average);
        Assert.Equal([1f], parameters);
    }

    [Fact]
    public void Schedule_free_evaluates_the_mean_of_its_base_points()
    {
        var running = new ScheduleFreeAdamW(0.1).Start(ParameterLayout.Of(("a", [1])));
        float[] parameters = [1], average = [0];
        double mean = 0;
        for (int step = 1; step <= 5; step++)
        {
            float[] gradient = [parameters[0]];
            running.Begin(gradient, parameters);
            running.Update(0, parameters, gradient);
            mean += (running.State.Single(s => s.Name == "base").Values[0] - mean) / step;
        }
        running.WriteAverages(parameters, average);
        Assert.Equal(mean, average[0], 1e-5);
    }

    [Fact]
    public void Schedule_is_read_at_the_step_and_the_factor_acts_upon_it()
    {
        var running = new Sgd(new PiecewiseConstantDecay([0], [1, 0.5])).Start(ParameterLayout.Of(("a", [1])));
        float[] parameters = [0], gradient = [1];
        Assert.Equal(1, running.LearningRate);
        running.Begin(gradient, parameters);
        running.Update(0, parameters, gradient);
        Assert.Equal(-1, parameters[0]);
        running.LearningRateFactor = 0.5;
        Assert.Equal(0.25, running.LearningRate);
        running.Begin(gradient, parameters);
        running.Update(0, parameters, gradient);
        Assert.Equal(-1.25f, parameters[0]);
    }

    public static TheoryData<Optimizer, string> Bad => new()
    {
        { new Adam(Beta1: 1), "Adam: Beta1 is 1, but it must be at least 0 and below 1." },
        { new Adam(-0.1), "ConstantSchedule: Value is -0.1" },
        { new RmsProp(Epsilon: 0), "RmsProp: Epsilon is 0, but it must be above 0" },
        { new Sgd(Momentum: double.NaN), "Sgd: Momentum is NaN" },
        { new Ftrl(LearningRatePower: 0.5), "Ftrl: LearningRatePower is 0.5, but it must be at most 0" },
        { new AdamW(WeightDecay: -1), "AdamW: WeightDecay is -1" },
        { new Lion { ClipNorm = 0 }, "Lion: ClipNorm is 0, but it must be above 0" },
        { new Muon(Iterations: 0), "Muon: Iterations is 0" },
        { new Sgd { AccumulationSteps = 0 }, "Sgd: AccumulationSteps is 0, but it must be at least 1" },
        { new ScheduleFreeAdamW(Beta1: 0), "ScheduleFreeAdamW: Beta1 is 0, but it must be above 0" },
    };

    [Theory, MemberData(nameof(Bad))]
    public void Bad_setting_is_refused_with_name_value_and_range(Optimizer optimizer, string message)
        => Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Start(Layout)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_kinds_of_clipping_are_refused()
        => Assert.Throws<ArgumentException>(() => new Sgd { ClipNorm = 1, ClipValue = 1 }.Start(Layout));

    [Fact]
    public void Slice_beyond_the_vector_is_refused()
    {
        var running = new Sgd().Start(Layout);
        Assert.Throws<ArgumentOutOfRangeException>(() => running.Update(225, new float[6], new float[6]));
        Assert.Throws<ArgumentException>(() => running.Begin(new float[3], new float[3]));
    }

    [Fact]
    public void Layout_refuses_blocks_that_overlap_or_do_not_fit_their_shape()
    {
        Assert.Contains("'b' begins at 3", Assert.Throws<ArgumentException>(() => new ParameterLayout([new("a", 0, 4, [4]), new("b", 3, 1, [1])])).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => new ParameterLayout([new("a", 0, 4, [2, 3])])).Message, StringComparison.Ordinal);
    }
}
