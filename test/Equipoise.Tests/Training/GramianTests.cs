using Equipoise.Activations;
using Equipoise.Balancing;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Regularizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>The Gramian without the rows of the Jacobian, and that of the shared features, against what they stand for.</summary>
public sealed class GramianTests
{
    // Sums of floats over rows in another order; of the product of two gradients' lengths.
    private const double Tolerance = 1e-6;
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    public static TheoryData<int, int> Shapes => new() { { 7, 40 }, { 16, 40 }, { 33, 40 }, { 130, 12 } };      // fewer rows than the layers are wide, and more

    /// <summary>Keeps the Gramian that it is shown at the last step, with the rows or without; gives the weights it is made with.</summary>
    private sealed record Probe(double[] Weights, bool Rows) : BalancerSettings
    {
        public double[] Gramian { get; private set; } = [];

        protected override BalancerNeeds Wants => BalancerNeeds.Losses | BalancerNeeds.Gramian | (Rows ? BalancerNeeds.Gradients : BalancerNeeds.None);

        public override Balancer Start(int tasks) => new Running(this, tasks);

        private sealed class Running(Probe probe, int tasks) : Balancer(probe, tasks)
        {
            protected override bool Solve(in ActiveTasks tasks, Span<double> weights)
            {
                probe.Gramian = tasks.Gramian.ToArray();
                for (int i = 0; i < tasks.Count; i++) weights[i] = probe.Weights[tasks.Tasks[i]];
                return true;
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Gramian_and_update_without_rows_are_those_with_them(int rows, int width)
    {
        foreach (var scope in new[] { GradientView.AllShared, GradientView.LastShared })
        {
            foreach (var heads in new[] { HeadWeighting.Same, HeadWeighting.Unit })
            {
                var (with, without) = (new Probe([1.3, 0, 2, 0.2, 1], true) { HeadWeighting = heads }, new Probe([1.3, 0, 2, 0.2, 1], false) { HeadWeighting = heads });
                float[] wanted = Step(Dense(width), rows, with, scope), found = Step(Dense(width), rows, without, scope);
                AssertGramian(with.Gramian, without.Gramian);
                AssertClose(wanted, found);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Bits_without_rows_do_not_depend_on_the_number_of_workers(int rows, int width)
    {
        var (one, three) = (new Probe([1.3, 0.5, 2, 0.2, 1], false), new Probe([1.3, 0.5, 2, 0.2, 1], false));
        Assert.Equal(Step(Dense(width), rows, one, workers: 1), Step(Dense(width), rows, three, workers: 3));
        Assert.Equal(one.Gramian, three.Gramian);
    }

    [Fact]
    public void Layers_used_twice_and_partly_shared_ones_are_right_without_rows()
    {
        var (with, without) = (new Probe([1.3, 0.4, 2, 1, 0.7], true), new Probe([1.3, 0.4, 2, 1, 0.7], false));
        AssertClose(Step(Branched(), 9, with), Step(Branched(), 9, without));
        AssertGramian(with.Gramian, without.Gramian);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void What_an_earlier_step_left_in_the_store_counts_for_nothing(bool rows)
    {
        // Outputs without weight, and with them the layers that they alone reach; in the second model all of a branch.
        double[][] weightings = [[1.3, 0.4, 2, 1, 0.7], [0, 0, 2, 0, 1], [0, 0, 0, 1, 0.5], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0]];
        foreach (double[] weights in weightings)
        {
            foreach (var scope in new[] { GradientView.AllShared, GradientView.LastShared })
            {
                foreach (var build in new[] { () => Dense(40), Branched })
                {
                    var used = build();
                    used.Store.Gradient.AsSpan().Fill(float.NaN);
                    Assert.Equal(Step(build(), 9, new Probe(weights, rows), scope), Step(used, 9, new Probe(weights, rows), scope));
                }
            }
        }
    }

    [Fact]
    public void Penalties_of_activities_and_weights_come_on_top_of_an_update_without_rows()
    {
        Model Penalised()
        {
            var x = Input.Numbers("x", 3);
            var shared = new Dense(20) { Activation = new Tanh(), KernelRegularizer = new L2(0.1), ActivityRegularizer = new L2(0.2) }.Apply(x);
            return new Model([x], [.. Names.Select(n => shared.Dense(1).Named(n))], seed: 2);
        }
        AssertClose(Step(Penalised(), 9, new Probe([1, 2, 3, 4, 5], true)), Step(Penalised(), 9, new Probe([1, 2, 3, 4, 5], false)));
    }

    [Fact]
    public void Of_one_row_the_last_linear_layer_and_the_features_say_the_same()
    {
        // The gradient of a kernel is x·dᵀ and that of a bias d, with d the gradient of the features: their Gramian is (1 + |x|²) times that of the features.
        var (last, features) = (new Probe([1, 1, 1, 1, 1], false), new Probe([1, 1, 1, 1, 1], false));
        Step(Linear(null), 1, last, GradientView.LastShared);
        Step(Linear(null), 1, features, GradientView.SharedFeatures);
        double factor = 1 + Row(0).Sum(v => (double)v * v);
        AssertGramian(last.Gramian, [.. features.Gramian.Select(g => factor * g)]);
        Assert.All(Enumerable.Range(0, 5), i => Assert.True(features.Gramian[6 * i] > 0));
    }

    [Fact]
    public void Gramian_of_the_features_adds_up_over_the_rows()
    {
        var whole = new Probe([1, 1, 1, 1, 1], false);
        Step(Linear(new Relu()), 6, whole, GradientView.SharedFeatures);
        var sum = new double[25];
        for (int r = 0; r < 6; r++)
        {
            var one = new Probe([1, 1, 1, 1, 1], false);
            Step(Linear(new Relu()), 1, one, GradientView.SharedFeatures, first: r);
            for (int c = 0; c < 25; c++) sum[c] += one.Gramian[c];
        }
        AssertGramian(sum, whole.Gramian);
    }

    [Fact]
    public void Features_are_what_comes_out_of_the_activation()
    {
        // All units are off: nothing reaches the weights, but the heads would still have the features moved.
        var model = Linear(new Relu());
        model.SetWeight("shared/bias", [-100, -100, -100, -100]);
        var probe = new Probe([1, 1, 1, 1, 1], false);
        Step(model, 4, probe, GradientView.SharedFeatures);
        Assert.All(Enumerable.Range(0, 5), i => Assert.True(probe.Gramian[6 * i] > 0));
    }

    [Fact]
    public void Update_by_the_features_is_that_of_the_weighted_losses()
    {
        var weights = new[] { 1.3, 0.4, 2, 1, 0.7 };
        float[] wanted = Step(Dense(20), 9, new Probe(weights, true));
        AssertClose(wanted, Step(Dense(20), 9, new Probe(weights, false), GradientView.SharedFeatures));
        AssertClose(Step(Branched(), 9, new Probe(weights, true)), Step(Branched(), 9, new Probe(weights, false), GradientView.SharedFeatures));
        AssertClose(Step(Dense(20), 9, new Probe(weights, true) { HeadWeighting = HeadWeighting.Unit }), Step(Dense(20), 9, new Probe(weights, false) { HeadWeighting = HeadWeighting.Unit }, GradientView.SharedFeatures));
    }

    [Fact]
    public void Every_gramian_method_steps_without_garbage_in_every_scope()
    {
        foreach (var scope in Enum.GetValues<GradientView>())
        {
            using var trainer = Dense(20).Compile(Options(new UPGrad(), scope, 1));
            var garbage = new Garbage();
            trainer.Fit(Data(0, 40), new FitOptions { BatchSize = 4, Epochs = 2, Callbacks = [garbage] });
            Assert.Equal(0, garbage.Least);
        }
    }

    [Theory, InlineData(-70), InlineData(55)]
    public void An_output_of_any_size_keeps_its_bits(int exponent)
    {
        // Squares of its gradients are beyond single precision.
        float size = MathF.ScaleB(1, exponent);
        foreach (var (rows, width) in new[] { (7, 40), (130, 12) })
        {
            foreach (var scope in Enum.GetValues<GradientView>())
            {
                var (usual, other) = (new Probe([1, 1, 1, 1, 1], false), new Probe([1, 1, 1, 1 / (double)size, 1], false));
                float[] wanted = Step(Dense(width), rows, usual, scope), found = Step(Dense(width), rows, other, scope, sizeOfD: size);
                for (int c = 0; c < 25; c++) usual.Gramian[c] *= (c / 5 == 3 ? size : 1.0) * (c % 5 == 3 ? size : 1.0);
                Assert.Equal(usual.Gramian, other.Gramian);
                Assert.Equal(wanted, found);
            }
        }
    }

    // Bytes allocated from the end of one step to that of the next, at the least: the ledger grows now and then.
    private sealed class Garbage : Callback
    {
        private long _last = -1;

        public long Least { get; private set; } = long.MaxValue;

        public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (_last >= 0) Least = Math.Min(Least, now - _last);
            _last = GC.GetAllocatedBytesForCurrentThread();
        }
    }

    private static Model Dense(int width)
    {
        var x = Input.Numbers("x", 3);
        var shared = x.Dense(width, new Tanh()).Named("first").Dense(width - 3, new Relu()).Named("second");
        return new Model([x], [.. Names.Select((n, t) => t == 2 ? shared.Dense(4, new Tanh()).Dense(1).Named(n) : shared.Dense(1).Named(n))], seed: 2);
    }

    private static Model Linear(Activation? activation)
    {
        var x = Input.Numbers("x", 3);
        var shared = x.Dense(4, activation).Named("shared");
        return new Model([x], [.. Names.Select(n => shared.Dense(1).Named(n))], seed: 2);
    }

    // One layer in two places, a branch that three outputs reach, and an output that others read.
    private static Model Branched()
    {
        var x = Input.Numbers("x", 3);
        var twice = new Dense(18) { Name = "twice", Activation = new Tanh() };
        var first = x.Dense(18, new Tanh()).Named("first");
        var trunk = twice.Apply(twice.Apply(first));
        var branch = first.Dense(25, new Silu()).Named("branch");
        var a = branch.Dense(1).Named("a");
        return new Model([x], [a, Node.Concatenate(a, branch).Dense(1).Named("b"), branch.Dense(1).Named("c"), trunk.Dense(1).Named("d"), Node.Concatenate(trunk, first).Dense(1).Named("e")], seed: 4);
    }

    private static float[] Row(int r) => [.. Enumerable.Range(0, 3).Select(c => MathF.Sin((3 * r) + c + 1))];

    private static Dataset Data(int first, int rows, float sizeOfD = 1) => new(
        new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([.. Enumerable.Range(first, rows).SelectMany(Row)], 3) },
        Names.Select((n, t) => (n, t)).ToDictionary(p => p.n, p => new TargetColumn([.. Enumerable.Range(first, rows).Select(r => MathF.Cos((5 * r) + p.t))], weights: p.n == "d" ? [.. Enumerable.Repeat(sizeOfD, rows)] : null)));

    private static CompileOptions Options(BalancerSettings balancer, GradientView scope, int workers)
    {
        // Sums in place of means, so that a batch is the sum of its rows.
        var options = new CompileOptions { Optimizer = new Sgd(0.001), Workers = workers, Balancer = balancer, Scope = scope, Divisor = Divisor.None };
        foreach (string name in Names) options.Outputs[name] = new Output(new MeanSquaredError());
        return options;
    }

    // The gradient that one step leaves.
    private static float[] Step(Model model, int rows, BalancerSettings balancer, GradientView scope = GradientView.AllShared, int workers = 2, int first = 0, float sizeOfD = 1)
    {
        using var trainer = model.Compile(Options(balancer, scope, workers));
        trainer.Fit(Data(first, rows, sizeOfD), new FitOptions { BatchSize = rows, Shuffle = false });
        return [.. model.Store.Gradient];
    }

    private static void AssertGramian(double[] wanted, double[] found)
    {
        Assert.Equal(wanted.Length, found.Length);
        int n = (int)Math.Sqrt(wanted.Length);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) Assert.Equal(wanted[(i * n) + j], found[(i * n) + j], (Tolerance * Math.Sqrt(wanted[i * (n + 1)] * wanted[j * (n + 1)])) + 1e-30);
        }
    }

    private static void AssertClose(float[] wanted, float[] found)
    {
        Assert.Equal(wanted.Length, found.Length);
        double size = wanted.Max(Math.Abs);
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], found[i], Tolerance * (1 + size));
    }
}
