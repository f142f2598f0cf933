using Equipoise.Activations;
using Equipoise.Balancing;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Ledger;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Backward for each output by itself, inside a training step, against steps of one output at a time.</summary>
public sealed class EachOutputTests
{
    // Gradients are sums of floats in another order or grouping.
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Samples => [.. TrainingSamples.Names];

    /// <summary>Keeps what it is shown at the last step; gives the weights it is made with.</summary>
    private sealed record Probe(double[] Weights, bool Gives = false) : BalancerSettings
    {
        public List<float[]> Rows { get; } = [];

        public double[] Gramian { get; private set; } = [];

        public override bool GivesDirection => Gives;

        protected override BalancerNeeds Wants => BalancerNeeds.Losses | BalancerNeeds.Gramian | BalancerNeeds.Gradients;

        public override Balancer Start(int tasks) => new Running(this, tasks);

        private sealed class Running(Probe probe, int tasks) : Balancer(probe, tasks)
        {
            protected override bool UsesPriorities => true;

            protected override bool Solve(in ActiveTasks tasks, Span<double> weights)
            {
                probe.Rows.Clear();
                for (int i = 0; i < tasks.Count; i++) probe.Rows.Add(tasks.Gradient(i).ToArray());
                probe.Gramian = tasks.Gramian.ToArray();
                for (int i = 0; i < tasks.Count; i++) weights[i] = probe.Weights[tasks.Tasks[i]];
                tasks.Combine(weights);
                return true;
            }
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public void Each_gradient_is_that_of_a_step_of_its_output_alone(string sample)
    {
        var probe = new Probe([1, 1]);
        Gradient(sample, [0.7, 1], probe);
        float[] penalties = Gradient(sample, [0, 0]);
        for (int k = 0; k < 2; k++)
        {
            float[] alone = Gradient(sample, k == 0 ? [1, 0] : [0, 1]);
            Assert.NotEmpty(probe.Rows[k]);
            float[] wanted = [.. Enumerable.Range(0, probe.Rows[k].Length).Select(i => alone[i] - penalties[i])];
            AssertClose(wanted, probe.Rows[k]);
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public void Gramian_is_the_product_of_the_rows(string sample)
    {
        var probe = new Probe([1, 1]);
        Gradient(sample, [1, 1], probe);
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                double sum = 0;
                for (int c = 0; c < probe.Rows[i].Length; c++) sum += (double)probe.Rows[i][c] * probe.Rows[j][c];
                double size = Math.Sqrt(probe.Gramian[0] * probe.Gramian[3]);
                Assert.Equal(sum, probe.Gramian[(i * 2) + j], 1e-12 * size);
            }
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public void What_is_put_together_is_the_gradient_of_the_weighted_losses(string sample)
    {
        float[] wanted = Gradient(sample, [0.35, 2.5]);
        foreach (bool direction in new[] { false, true }) AssertClose(wanted, Gradient(sample, [1, 1], new Probe([0.35, 2.5], direction)));
        AssertClose(wanted, Gradient(sample, [1, 1], new Probe([0.35, 2.5]), scope: GradientView.LastShared));
    }

    [Theory, MemberData(nameof(Samples))]
    public void Heads_may_get_their_priority_alone(string sample)
    {
        foreach (var scope in new[] { GradientView.AllShared, GradientView.LastShared })
        {
            float[] shared = Gradient(sample, [0.35, 2.5]), heads = Gradient(sample, [0.7, 1]);
            var probe = new Probe([0.35, 2.5]) { HeadWeighting = HeadWeighting.Unit };
            float[] both = Gradient(sample, [0.7, 1], probe, scope, out var model);
            foreach (var parameter in model.Store.Parameters)
            {
                var range = model.Store.OffsetOf(parameter)..(model.Store.OffsetOf(parameter) + parameter.Length);
                bool head = parameter.Name.StartsWith("number/", StringComparison.Ordinal) || parameter.Name.StartsWith("kind/", StringComparison.Ordinal);
                AssertClose((head ? heads : shared)[range], both[range]);
            }
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public void Bits_do_not_depend_on_the_number_of_workers(string sample)
    {
        var (one, five) = (new Probe([0.35, 2.5]), new Probe([0.35, 2.5]));
        Assert.Equal(Gradient(sample, [1, 1], one, workers: 1), Gradient(sample, [1, 1], five, workers: 5));
        Assert.Equal(one.Gramian, five.Gramian);
        Assert.Equal(one.Rows[0], five.Rows[0]);
        Assert.Equal(one.Rows[1], five.Rows[1]);
    }

    [Theory, MemberData(nameof(Samples))]
    public void Looking_at_gradients_changes_no_bit_of_the_training(string sample)
    {
        Assert.Equal(Fit(sample, new FixedWeights(), 0), Fit(sample, new FixedWeights(), 3));
        Assert.Equal(Fit(sample, new LogSum(), 0), Fit(sample, new LogSum(), 3));
    }

    public static TheoryData<string> Weightings => [.. BalancerCatalog.Catalog.Entries.Where(e => !e.Default.GivesDirection && e.Default.Needs != BalancerNeeds.None).Select(e => e.Name)];

    [Theory, MemberData(nameof(Weightings))]
    public void The_update_of_a_weighting_is_the_gradient_of_the_losses_weighted_as_the_ledger_says(string method)
    {
        var balancer = BalancerCatalog.Catalog.Entries.Single(e => e.Name == method).Default;
        float[] found = Gradient("dense", [0.7, 1], balancer, 2, GradientView.AllShared, out _, out var entry);
        float[] wanted = Gradient("dense", [1, 1], new Given([entry["number"].Weight, entry["kind"].Weight]));
        AssertClose(wanted, found);
    }

    private sealed record Given(double[] Weights) : BalancerSettings
    {
        protected override BalancerNeeds Wants => BalancerNeeds.Losses;

        public override Balancer Start(int tasks) => new Running(this, tasks);

        private sealed class Running(Given given, int tasks) : Balancer(given, tasks)
        {
            protected override bool Solve(in ActiveTasks tasks, Span<double> weights)
            {
                given.Weights.CopyTo(weights);
                return true;
            }
        }
    }

    [Fact]
    public void Partly_shared_parameters_and_layers_used_in_several_places_are_right()
    {
        // The branch reaches a and b; one layer stands in the heads of b and c and in the trunk; only the first layer reaches all.
        var rows = new Probe([1.3, 0.4, 2]);
        var (total, names) = Several([1, 1, 1], rows);
        for (int k = 0; k < 3; k++)
        {
            double[] one = [0, 0, 0];
            one[k] = 1;
            var (alone, _) = Several(one, null);
            AssertClose(alone[..rows.Rows[k].Length], rows.Rows[k]);
            Assert.Contains(rows.Rows[k], v => v != 0);
        }
        // The store begins with what is shared, in the order of the rows; c does not reach the branch.
        int branch = names["branch/kernel"];
        Assert.All(rows.Rows[2][branch..(branch + 30)], v => Assert.Equal(0, v));
        Assert.Contains(rows.Rows[1][branch..(branch + 30)], v => v != 0);
        AssertClose(Several([1.3, 0.4, 2], null).Gradient, total);
        // The last shared layer is that in the heads of b and c, so a is left out there and keeps its priority.
        AssertClose(Several([1, 0.4, 2], null).Gradient, Several([1, 1, 1], new Probe([1.3, 0.4, 2]), GradientView.LastShared).Gradient);
    }

    private static (float[] Gradient, Dictionary<string, int> Offsets) Several(double[] weights, BalancerSettings? balancer, GradientView scope = GradientView.AllShared)
    {
        var x = Input.Numbers("x", 4);
        var twice = new Dense(5) { Name = "twice", Activation = new Relu() };
        var first = new Dense(6) { Name = "first", Activation = new Relu() }.Apply(x);
        var trunk = twice.Apply(new Dense(5) { Name = "second" }.Apply(first));
        var branch = new Dense(5) { Name = "branch", Activation = new Silu() }.Apply(first);
        var model = new Model([x], [branch.Dense(1).Named("a"), twice.Apply(branch.Dense(5, new Relu())).Dense(2).Named("b"), twice.Apply(trunk).Dense(1).Named("c")], seed: 4);
        var options = new CompileOptions { Optimizer = new Sgd(0.01), Workers = 3, Balancer = balancer ?? new FixedWeights(), Scope = scope };
        string[] names = ["a", "b", "c"];
        for (int k = 0; k < 3; k++) options.Outputs[names[k]] = new Output(new MeanSquaredError(), weights[k]);
        using var trainer = model.Compile(options);
        float[] Draw(int n, double step) => [.. Enumerable.Range(0, n).Select(i => (float)Math.Sin(i * step))];
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(Draw(80, 1.3), 4) },
            new Dictionary<string, TargetColumn> { ["a"] = new(Draw(20, 0.7)), ["b"] = new(Draw(40, 2.1), [2]), ["c"] = new(Draw(20, 3.3)) });
        trainer.Fit(data, new FitOptions { BatchSize = 20 });
        return ([.. model.Store.Gradient], model.Store.Parameters.ToDictionary(p => p.Name, model.Store.OffsetOf));
    }

    private static float[] Fit(string sample, BalancerSettings balancer, int diagnose)
    {
        var options = TrainingSamples.Options();
        using var trainer = TrainingSamples.Model(sample).Compile(new CompileOptions
        {
            Optimizer = options.Optimizer,
            Outputs = options.Outputs,
            Workers = 2,
            Seed = 3,
            Balancer = balancer,
            Diagnose = diagnose,
        });
        trainer.Fit(TrainingSamples.Data(sample), new FitOptions { Epochs = 2, BatchSize = 16 });
        var account = trainer.Ledger.Epochs[0].Training.Gradients;
        Assert.Equal(diagnose > 0, account is not null);
        if (account is not null)
        {
            Assert.Equal(2, account.Steps);
            Assert.All(account.Norms, n => Assert.True(n.Norm > 0));
            Assert.All(account.Pairs, p => Assert.InRange(p.Cosine, -1.000001, 1.000001));
            Assert.NotEmpty(account.Layers);
        }
        return [.. trainer.Model.Store.Values];
    }

    private static float[] Gradient(string sample, double[] weights, BalancerSettings? balancer = null, int workers = 2, GradientView scope = GradientView.AllShared)
        => Gradient(sample, weights, balancer, workers, scope, out _, out _);

    private static float[] Gradient(string sample, double[] weights, BalancerSettings? balancer, GradientView scope, out Model model)
        => Gradient(sample, weights, balancer, 2, scope, out model, out _);

    // The gradient that one step leaves, weight penalties included.
    private static float[] Gradient(string sample, double[] weights, BalancerSettings? balancer, int workers, GradientView scope, out Model model, out LedgerEntry entry)
    {
        model = TrainingSamples.Model(sample);
        var outputs = TrainingSamples.Options().Outputs;
        var options = new CompileOptions { Optimizer = new Sgd(0.01), Workers = workers, Seed = 3, Balancer = balancer ?? new FixedWeights(), Scope = scope };
        options.Outputs["number"] = outputs["number"] with { Weight = weights[0] };
        options.Outputs["kind"] = outputs["kind"] with { Weight = weights[1] };
        using var trainer = model.Compile(options);
        trainer.Fit(TrainingSamples.Data(sample), new FitOptions { BatchSize = 53 });
        entry = trainer.Ledger.Last;
        return [.. model.Store.Gradient];
    }

    private static void AssertClose(float[] wanted, float[] found)
    {
        Assert.Equal(wanted.Length, found.Length);
        double size = wanted.Length == 0 ? 0 : wanted.Max(Math.Abs);
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], found[i], Tolerance * (1 + size));
    }
}
