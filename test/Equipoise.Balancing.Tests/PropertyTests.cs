using Equipoise.Catalogs;

namespace Equipoise.Balancing.Tests;

/// <summary>What every method of the catalogue promises, and what groups of them promise.</summary>
public sealed class PropertyTests
{
    private const double Close = 1e-7;                         // sums in another order, through solvers, relative to the largest number

    // Draws belong to places, or outputs have different parts to play.
    private static readonly Dictionary<string, string> NotAlike = new()
    {
        ["random"] = "draws a number for each place",
        ["grad_drop"] = "the same for every output, but the rounding of sums may turn a draw",
        ["pcgrad"] = "the order of visits is drawn for each place",
        ["grad_vac"] = "the order of visits is drawn for each place",
        ["pareto_mtl"] = "its first output is the one that the first sector favours",
    };

    public static TheoryData<string> All => [.. BalancerCatalog.Catalog.Names];

    public static TheoryData<string> Alike => [.. BalancerCatalog.Catalog.Names.Where(name => !NotAlike.ContainsKey(name))];

    public static TheoryData<string> OnGradients => [.. BalancerCatalog.Catalog.Entries.Where(e => (e.Default.Needs & (BalancerNeeds.Gramian | BalancerNeeds.Gradients)) != 0).Select(e => e.Name)];

    /// <summary>Methods that never hurt an output, to first order.</summary>
    public static TheoryData<string> Harmless => ["mgda", "upgrad", "dual_proj", "nash", "fair_grad", "imtl_g", "con_fig", "cagrad"];

    [Theory, MemberData(nameof(All))]
    public void Weights_are_finite_for_gradients_of_any_size(string name)
    {
        foreach (var (tasks, width, rank) in new[] { (1, 1, 1), (4, 3, 1), (4, 3, 2), (4, 3, 3), (9, 11, 5), (9, 11, 9) })
        {
            if (name == "pareto_mtl") continue;                // two outputs: below
            foreach (double scale in new[] { 0, 1e-10, 1, 1e3, 1e5, 1e10, 1e15 })
            {
                double[][] rows = [.. Harness.Rows(tasks + width + rank, tasks, width, rank).Select(row => row.Select(v => v * scale).ToArray())];
                Check(name, rows, $"{name}, {tasks} outputs, scale {scale}");
            }
        }

        foreach (double scale in new[] { 0, 1e-10, 1, 1e10, 1e15 }) Check(name, [[scale, 2 * scale], [-3 * scale, scale]], $"{name}, two outputs, scale {scale}");
        foreach (double second in new[] { 1e-10, 1e15 }) Check(name, [[1, 0.5], [-0.8 * second, 0.3 * second]], $"{name}, lengths 1 and {second}");
    }

    [Theory, MemberData(nameof(Alike))]
    public void Outputs_in_another_order_get_their_own_weights(string name)
    {
        int[] order = [2, 0, 3, 1];
        T[] Mix<T>(T[] values) => [.. order.Select(i => values[i])];
        Balancer straight = Start(name, 4), mixed = Start(name, 4);
        for (int step = 0; step < 12; step++)
        {
            var (rows, losses, after) = Step(step, 4);
            double[] priorities = [1, 2, 0.5, 1.5];
            float[] direction = new float[6], other = new float[6];
            double[] weights = Harness.Weigh(straight, rows, losses, priorities, step: step, epoch: step / 2, direction: direction);
            double[] theirs = Harness.Weigh(mixed, Mix(rows), Mix(losses), Mix(priorities), step: step, epoch: step / 2, direction: other);
            Near(Mix(weights), theirs, $"{name} step {step}");
            if (BalancerCatalog.Catalog.Find(name).Default.GivesDirection) Near([.. direction.Select(v => (double)v)], [.. other.Select(v => (double)v)], $"{name} direction {step}", 1e-5);
            straight.AfterStep(after);
            mixed.AfterStep(Mix(after));
            if (step % 2 == 0) continue;
            straight.EndEpoch(losses, [.. losses.Select(Score)]);
            mixed.EndEpoch(Mix(losses), [.. Mix(losses).Select(Score)]);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Saved_state_goes_on_with_the_same_bits(string name)
    {
        int tasks = name == "pareto_mtl" ? 2 : 3;
        Balancer first = Start(name, tasks), second = Start(name, tasks);
        for (int step = 0; step < 12; step++)
        {
            if (step == 5)
            {
                second = Start(name, tasks);
                second.Load(first.Save());
            }

            var (rows, losses, after) = Step(step, tasks);
            float[] direction = new float[6], other = new float[6];
            double[] weights = Harness.Weigh(first, rows, losses, step: step, epoch: step / 2, direction: direction);
            if (step < 5)
            {
                first.AfterStep(after);
            }
            else
            {
                Assert.Equal(weights, Harness.Weigh(second, rows, losses, step: step, epoch: step / 2, direction: other));
                Assert.Equal(direction, other);
                first.AfterStep(after);
                second.AfterStep(after);
            }

            if (step % 2 == 0) continue;
            first.EndEpoch(losses, [.. losses.Select(Score)]);
            if (step >= 5) second.EndEpoch(losses, [.. losses.Select(Score)]);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_masked_output_is_as_if_it_were_not_there(string name)
    {
        if (name == "pareto_mtl") return;                      // has no meaning for one output
        Balancer masked = Start(name, 4), without = Start(name, 3);
        for (int step = 0; step < 6; step++)
        {
            var (rows, losses, after) = Step(step, 4);
            rows[3] = [double.NaN, 1, 1, 1, 1, 1];
            losses[3] = double.NaN;
            float[] direction = new float[6], other = new float[6];
            double[] weights = Harness.Weigh(masked, rows, losses, present: [true, true, true, false], step: step, direction: direction);
            double[] theirs = Harness.Weigh(without, rows[..3], [.. losses.Take(3)], step: step, direction: other);
            Near(theirs, [.. weights.Take(3)], $"{name} step {step}", 1e-12);
            Assert.Equal(0, weights[3]);
            Assert.Contains(new BalancerEvent(BalancerEventKind.Masked, 3), masked.Events.ToArray());
            if (BalancerCatalog.Catalog.Find(name).Default.GivesDirection) Near([.. direction.Select(v => (double)v)], [.. other.Select(v => (double)v)], $"{name} direction {step}", 1e-6);
            masked.AfterStep(after);
            without.AfterStep(after.AsSpan(0, 3));
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_loss_or_gradient_that_is_not_finite_is_left_out_and_told(string name)
    {
        int tasks = name == "pareto_mtl" ? 2 : 3;
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity })
        {
            var (rows, losses, _) = Step(0, tasks);
            losses[1] = bad;
            var balancer = Start(name, tasks);
            double[] weights = Harness.Weigh(balancer, rows, losses);
            Assert.All(weights, weight => Assert.True(double.IsFinite(weight)));
            Assert.Equal(0, weights[1]);
            Assert.Contains(new BalancerEvent(BalancerEventKind.NotFinite, 1), balancer.Events.ToArray());
            (rows, losses, _) = Step(0, tasks);
            rows[0][2] = bad;
            balancer = Start(name, tasks);
            weights = Harness.Weigh(balancer, rows, losses);
            Assert.All(weights, weight => Assert.True(double.IsFinite(weight)));
            Assert.Equal(0, weights[0]);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_single_output_has_its_priority(string name)
    {
        if (name is "pareto_mtl" or "equal") return;           // wants two; ignores priorities
        double[] weights = Harness.Weigh(Start(name, 1), [[3, 4, 0, 0, 0, 0]], [0.7], [0.25]);
        Assert.Equal([0.25], weights);
    }

    [Theory, MemberData(nameof(OnGradients))]
    public void A_zero_gradient_keeps_the_base_weight_and_changes_nothing_for_the_others(string name)
    {
        if (name == "pareto_mtl") return;
        var (rows, losses, _) = Step(1, 4);
        rows[2] = new double[6];
        var balancer = Start(name, 4);
        double[] weights = Harness.Weigh(balancer, rows, losses);
        Assert.Contains(new BalancerEvent(BalancerEventKind.ZeroGradient, 2), balancer.Events.ToArray());
        Assert.True(weights[2] is 1 or 0.25, $"{name}: {weights[2]}");
        Assert.All(weights, weight => Assert.True(double.IsFinite(weight)));
    }

    [Theory, MemberData(nameof(OnGradients))]
    public void All_zero_gradients_give_base_weights_and_no_step(string name)
    {
        int tasks = name == "pareto_mtl" ? 2 : 3;
        var direction = new float[6];
        direction[3] = 7;
        double[] weights = Harness.Weigh(Start(name, tasks), [.. Enumerable.Range(0, tasks).Select(_ => new double[6])], direction: direction);
        Assert.All(weights, weight => Assert.Equal(weights[0], weight));
        Assert.True(weights[0] > 0);
        if (BalancerCatalog.Catalog.Find(name).Default.GivesDirection) Assert.All(direction, value => Assert.Equal(0, value));
    }

    [Theory, InlineData("nash"), InlineData("fair_grad"), InlineData("cagrad")]
    public void Opposed_gradients_give_plain_weights_and_are_told(string name)
    {
        // Inside its radius below 1 CAGrad still has a direction, near the mean, that hurts one output.
        var balancer = name == "cagrad" ? new CAGrad(2).Start(2) : Start(name, 2);
        double[] weights = Harness.Weigh(balancer, [[1, 2, 0], [-3, -6, 0]]);
        double[] wanted = name == "nash" ? [1.5, 0.5] : [0.5, 0.5];
        for (int k = 0; k < 2; k++) Assert.Equal(wanted[k], weights[k], 1e-12);
        Assert.Contains(new BalancerEvent(BalancerEventKind.Opposed, -1), balancer.Events.ToArray());
    }

    [Theory, MemberData(nameof(Harmless))]
    public void No_output_is_hurt_to_first_order(string name)
    {
        foreach (var (tasks, width, seed) in new[] { (2, 5, 1), (3, 5, 2), (4, 6, 3), (9, 12, 4), (20, 30, 5), (4, 3, 6), (9, 5, 7) })
        {
            if (width < tasks && name is "nash" or "fair_grad" or "imtl_g" or "con_fig") continue;    // solved exactly only for independent gradients
            var rows = Harness.Rows(seed, tasks, width);
            BalancerSettings[] variants = name == "cagrad" ? [new CAGrad(1), new CAGrad(2)] : [BalancerCatalog.Catalog.Find(name).Default];
            foreach (var settings in variants)
            {
                var balancer = settings.Start(tasks);
                double[] weights = Harness.Weigh(balancer, rows), decrease = new double[tasks];
                if (balancer.Events.ToArray().Any(e => e.Kind == BalancerEventKind.Opposed)) continue;
                GramianDiagnostics.Decrease(Harness.Gramian(rows), weights, decrease);
                double size = rows.Max(Harness.Norm) * weights.Select((w, i) => Math.Abs(w) * Harness.Norm(rows[i])).Sum();
                Assert.All(decrease, value => Assert.True(value >= -1e-9 * size, $"{name}, {tasks} outputs: {value} of {size}"));
            }
        }
    }

    /// <summary>Methods whose direction does not depend on the units of the losses.</summary>
    [Theory, InlineData("nash"), InlineData("imtl_g"), InlineData("log_sum"), InlineData("geometric_mean"), InlineData("uw_o"), InlineData("initial_loss"), InlineData("loss_scale")]
    public void Losses_in_other_units_give_the_same_direction(string name)
    {
        double[] units = [1, 1e6, 1e-4];
        var settings = name == "log_sum" ? new LogSum(0) : BalancerCatalog.Catalog.Find(name).Default;
        Balancer plain = settings.Start(3), scaled = settings.Start(3);
        for (int step = 0; step < 4; step++)
        {
            var (rows, losses, _) = Step(step, 3);
            double[][] others = [.. rows.Select((row, i) => row.Select(v => v * units[i]).ToArray())];
            double[] one = Harness.Combine(Harness.Weigh(plain, rows, losses), rows);
            double[] two = Harness.Combine(Harness.Weigh(scaled, others, [.. losses.Zip(units, (l, u) => l * u)]), others);
            double product = one.Zip(two, (a, b) => a * b).Sum() / Harness.Norm(one) / Harness.Norm(two);
            Assert.Equal(1, product, 1e-12);
            if (name is "nash" or "log_sum" or "uw_o" or "initial_loss") Near(one, two, name, 1e-9);
        }
    }

    [Fact]
    public void CoV_and_DWA_do_not_see_units()
    {
        foreach (BalancerSettings settings in new BalancerSettings[] { new CoefficientOfVariation(), new DynamicWeightAverage() })
        {
            Balancer plain = settings.Start(2), scaled = settings.Start(2);
            for (int step = 0; step < 6; step++)
            {
                var (rows, losses, _) = Step(step, 2);
                double[] others = [losses[0] * 1000, losses[1] / 1000];
                Near(Harness.Weigh(plain, rows, losses), Harness.Weigh(scaled, rows, others), settings.ToString(), 1e-9);
                plain.EndEpoch(losses);
                scaled.EndEpoch(others);
            }
        }
    }

    [Fact]
    public void UPGrad_and_ConFIG_are_linear_in_the_lengths_of_the_gradients()
    {
        foreach (BalancerSettings settings in new BalancerSettings[] { new UPGrad(), new ConFig() })
        {
            var rows = Harness.Rows(11, 4, 7);
            double[] a = [1, 2, 3, 0.5], b = [0.3, 4, 1, 1], sum = [.. a.Zip(b, (x, y) => x + y)];
            double[] Direction(double[] scale)
            {
                double[][] scaled = [.. rows.Select((row, i) => row.Select(v => v * scale[i]).ToArray())];
                return Harness.Combine(Harness.Weigh(settings.Start(4), scaled), scaled);
            }

            Near([.. Direction(a).Zip(Direction(b), (x, y) => x + y)], Direction(sum), settings.ToString(), 1e-9);
        }
    }

    [Fact]
    public void UPGrad_of_two_outputs_is_half_of_PCGrad()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var rows = Harness.Rows(seed, 2, 4);
            Near([.. Harness.Weigh(new PCGrad().Start(2), rows).Select(w => w / 2)], Harness.Weigh(new UPGrad().Start(2), rows), $"seed {seed}", 1e-12);
        }
    }

    [Fact]
    public void IMTL_L_is_twice_uncertainty_with_the_sign_of_s_turned()
    {
        double[] s = [0.3, -0.7, 1.2], losses = [0.8, 2.5, 0.1];
        var rows = Harness.Rows(1, 3, 4);
        Balancer impartial = new ImtlLoss { Initials = s }.Start(3), uncertain = new Uncertainty { Initials = [.. s.Select(v => -v)] }.Start(3);
        double[] one = Harness.Weigh(impartial, rows, losses), two = Harness.Weigh(uncertain, rows, losses);
        Near(one, [.. two.Select(w => 2 * w)], "weights", 1e-12);
        Assert.Equal(impartial.Objective, 2 * uncertain.Objective, 1e-12);
    }

    /// <summary>Where the weights are the slope of a scalar, finite differences of it must agree.</summary>
    [Theory, InlineData("uncertainty"), InlineData("imtl_l"), InlineData("geometric_mean"), InlineData("log_sum"), InlineData("smooth_tchebycheff"), InlineData("boundary_intersection"), InlineData("cosmos")]
    public void Weights_are_the_slope_of_the_objective(string name)
    {
        double[] losses = [0.8, 2.5, 0.1], priorities = name is "smooth_tchebycheff" or "boundary_intersection" or "cosmos" ? [1, 2, 0.5] : [1, 1, 1];
        var rows = Harness.Rows(1, 3, 4);
        double[] weights = Harness.Weigh(Start(name, 3), rows, losses, priorities);
        for (int k = 0; k < 3; k++)
        {
            double Value(double change)
            {
                double[] moved = [.. losses];
                moved[k] += change;
                var balancer = Start(name, 3);
                Harness.Weigh(balancer, rows, moved, priorities);
                return balancer.Objective;
            }

            const double Change = 1e-5;
            Assert.Equal((Value(Change) - Value(-Change)) / (2 * Change), weights[k], 1e-6);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_step_allocates_nothing_after_the_first(string name)
    {
        int tasks = name == "pareto_mtl" ? 2 : 5;
        var balancer = Start(name, tasks);
        var (rows, losses, after) = Step(3, tasks);
        double[] gramian = Harness.Gramian(rows), weights = new double[tasks];
        var gradients = Harness.Floats(rows);
        var direction = new float[6];
        long allocated = long.MaxValue;
        for (int attempt = 0; attempt < 5 && allocated > 0; attempt++)  // the runtime's own, such as a method being compiled again, may fall on this thread
        {
            for (int i = 0; i < 3; i++) Run(i);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 3; i < 23; i++) Run(i);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);

        void Run(int step)
        {
            balancer.Weigh(new BalancerInput { Losses = losses, Gramian = gramian, CrossGramian = gramian, Gradients = gradients, Step = step, Epoch = step }, weights, direction);
            balancer.AfterStep(after);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Settings_are_read_as_they_are_written(string name)
    {
        var entry = BalancerCatalog.Catalog.Find(name);
        var problems = new Problems();
        foreach (var settings in new[] { entry.Default, entry.Default with { Rescale = WeightScale.SumToOne, HeadWeighting = HeadWeighting.Unit, UpdateEvery = 3 } })
        {
            var written = BalancerCatalog.Catalog.Write(settings);
            var read = BalancerCatalog.Catalog.Read(written, "balance", problems);
            Assert.Empty(problems.All);
            Assert.Equal(written.ToString(), BalancerCatalog.Catalog.Write(read!).ToString());
        }
    }

    private static Balancer Start(string name, int tasks) => BalancerCatalog.Catalog.Find(name).Default.Start(tasks);

    private static double Score(double loss) => 1 / (1 + loss);

    private static void Check(string name, double[][] rows, string what)
    {
        if (name == "pareto_mtl" && rows.Length != 2) return;
        double[] losses = [.. Enumerable.Range(0, rows.Length).Select(i => 0.3 + i)];
        var direction = new float[rows[0].Length];
        var balancer = Start(name, rows.Length);
        for (int step = 0; step < 3; step++)
        {
            double[] weights = Harness.Weigh(balancer, rows, losses, step: step, direction: direction);
            Assert.All(weights, weight => Assert.True(double.IsFinite(weight), $"{what}: {weight}"));
            if (BalancerCatalog.Catalog.Find(name).Default.GivesDirection) Assert.All(direction, value => Assert.True(float.IsFinite(value), $"{what}: {value}"));
        }
    }

    // Gradients [tasks, 6], positive losses, and those after the step.
    private static (double[][] Rows, double[] Losses, double[] After) Step(int step, int tasks)
    {
        var random = new Random(100 + step);
        double[] losses = [.. Enumerable.Range(0, tasks).Select(i => (0.2 + random.NextDouble()) * (i + 1))];
        return (Harness.Rows(step + 7, tasks, 6), losses, [.. losses.Select(loss => loss * (0.9 + (0.1 * random.NextDouble())))]);
    }

    private static void Near(double[] wanted, double[] got, string what, double relative = Close)
    {
        double size = wanted.Max(Math.Abs);
        for (int i = 0; i < wanted.Length; i++) Assert.True(Math.Abs(wanted[i] - got[i]) <= relative * size, $"{what}: {string.Join(' ', got)}, wanted {string.Join(' ', wanted)}");
    }
}
