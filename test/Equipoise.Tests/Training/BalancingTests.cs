using Equipoise.Balancing;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

public sealed class BalancingTests
{
    public static TheoryData<string> Samples => [.. TrainingSamples.Names];

    // Weights that wait for the losses of the step, yet are those of the user.
    private sealed record LateWeights : BalancerSettings
    {
        protected override BalancerNeeds Wants => BalancerNeeds.Losses;

        public override Balancer Start(int tasks) => new Running(this, tasks);

        private sealed class Running(LateWeights settings, int tasks) : Balancer(settings, tasks)
        {
            protected override bool Solve(in ActiveTasks tasks, Span<double> weights)
            {
                weights.Fill(1);
                return true;
            }
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public void Weights_known_late_train_as_fixed_ones_do(string sample)
    {
        var (fixedWeights, late) = (Fit(sample, new FixedWeights()), Fit(sample, new LateWeights()));
        Assert.Equal(fixedWeights.Losses.Length, late.Losses.Length);
        // The seeds are rounded once more, which training carries on.
        for (int i = 0; i < late.Losses.Length; i++) Assert.Equal(fixedWeights.Losses[i], late.Losses[i], 2e-3 * Math.Max(1, Math.Abs(fixedWeights.Losses[i])));
    }

    [Fact]
    public void Uncertainty_accounts_for_its_log_variances_in_a_line_of_their_own()
    {
        using var trainer = TrainingSamples.Model("penalised").Compile(With(TrainingSamples.Options(), new Uncertainty(0.1)));
        trainer.Fit(TrainingSamples.Data("penalised"), new FitOptions { Epochs = 3, BatchSize = 8 });
        var entry = trainer.Ledger.Last;
        var own = entry.Penalties[^1];
        Assert.Equal(("balance", "log_variances"), (own.Layer, own.Kind));
        // Weight = priority × ½ e^(−s), own term = Σ priority × ½ s.
        double wanted = 0.7 * 0.5 * -Math.Log(2 * entry["number"].Weight / 0.7) + (0.5 * -Math.Log(2 * entry["kind"].Weight));
        Assert.Equal(wanted, own.Value, 1e-9);
        Assert.NotEqual(0, own.Value);
    }

    [Fact]
    public void Dynamic_weight_average_follows_the_means_of_the_epochs()
    {
        using var trainer = TrainingSamples.Model("dense").Compile(With(TrainingSamples.Options(), new DynamicWeightAverage()));
        var history = trainer.Fit(TrainingSamples.Data("dense"), new FitOptions { Epochs = 3, BatchSize = 53 });
        double Ratio(string output) => history.Epochs[1].Training[output].RawLoss / history.Epochs[0].Training[output].RawLoss;
        double number = Math.Exp(Ratio("number") / 2), kind = Math.Exp(Ratio("kind") / 2);
        Assert.Equal(2 * 0.7 * number / (number + kind), history.Epochs[2].Training["number"].Weight, 1e-9);
        Assert.Equal(2 * kind / (number + kind), history.Epochs[2].Training["kind"].Weight, 1e-9);
    }

    [Theory, InlineData("dropout"), InlineData("normalised")]
    public void Looking_again_after_the_step_moves_no_running_state_and_sees_the_same_rows(string sample)
    {
        // With a learning rate of 0 the second look sees the first one's losses, and running means go as without it.
        var options = With(TrainingSamples.Options(optimizer: new Sgd(0)), new Famo());
        using var trainer = TrainingSamples.Model(sample).Compile(options);
        trainer.Fit(TrainingSamples.Data(sample), new FitOptions { Epochs = 2, BatchSize = 8 });
        using var plain = TrainingSamples.Model(sample).Compile(TrainingSamples.Options(optimizer: new Sgd(0)));
        plain.Fit(TrainingSamples.Data(sample), new FitOptions { Epochs = 2, BatchSize = 8 });
        foreach (var parameter in plain.Model.Parameters) Assert.Equal(plain.Model.GetWeight(parameter.Name), trainer.Model.GetWeight(parameter.Name));
        // So no output improved more than another, and the shares stay equal: weight = priority × (z / D) / Σ (z / D).
        var entry = trainer.Ledger.Last;
        double number = 1 / entry["number"].RawLoss, kind = 1 / entry["kind"].RawLoss;
        Assert.Equal(0.7 * number / (number + kind), entry["number"].Weight, 1e-6);
    }

    [Fact]
    public void An_output_without_a_label_in_a_batch_gets_weight_0_and_is_noted()
    {
        var x = Input.Numbers("x", 1);
        using var trainer = new Model([x], [x.Dense(1).Named("a"), x.Dense(1).Named("b")]).Compile(new CompileOptions
        {
            Outputs = { ["a"] = new Output(new MeanAbsoluteError()), ["b"] = new Output(new MeanAbsoluteError()) },
            Balancer = new LogSum(),
        });
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([1, 2, 3, 4], 1) },
            new Dictionary<string, TargetColumn> { ["a"] = new([float.NaN, float.NaN, 1, 2]), ["b"] = new([5, 6, 7, 8]) });
        var history = trainer.Fit(data, new FitOptions { BatchSize = 2, Shuffle = false, Validation = data });
        var first = trainer.Ledger.Step(0);
        Assert.Equal((0, 0, 0), (first["a"].Weight, first["a"].RawLoss, first["a"].Labelled));
        Assert.Equal(1 / first["b"].RawLoss, first["b"].Weight, 1e-6);
        Assert.Equal([new("masked", "a", 1)], history.Epochs[0].Training.Notes);
        Assert.Equal(trainer.Ledger.Step(1)["a"].Weight, history.Epochs[0].Validation!["a"].Weight);
    }

    [Fact]
    public void Priorities_of_metrics_want_a_metric()
    {
        var x = Input.Numbers("x", 1);
        var options = new CompileOptions { Outputs = { ["a"] = new Output(new MeanAbsoluteError()) }, Balancer = new DynamicTaskPriority() };
        var fault = Assert.Throws<ModelException>(() => new Model([x], [x.Dense(1).Named("a")]).Compile(options));
        Assert.Contains("better when higher", fault.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Methods => [.. BalancerCatalog.Catalog.Entries.Select(e => e.Name)];

    [Theory, MemberData(nameof(Methods))]
    public void Training_goes_on_with_the_same_bits_from_what_the_balancer_saved(string method)
    {
        var options = With(TrainingSamples.Options(optimizer: new Sgd(0.05)), BalancerCatalog.Catalog.Entries.Single(e => e.Name == method).Default);
        var data = TrainingSamples.Data("dense");
        var fit = new FitOptions { Epochs = 2, BatchSize = 16 };
        using var whole = TrainingSamples.Model("dense").Compile(options);
        whole.Fit(data, fit);
        var state = whole.SaveBalancer();
        using var second = TrainingSamples.Model("dense").Compile(options);
        foreach (var parameter in whole.Model.Parameters) second.Model.SetWeight(parameter.Name, whole.Model.GetWeight(parameter.Name));
        second.LoadBalancer(state);
        (second.Epoch, second.Step) = (whole.Epoch, whole.Step);
        whole.Fit(data, fit);
        second.Fit(data, fit);
        Assert.Equal(whole.Model.Store.Values, second.Model.Store.Values);
        Assert.Equal(whole.Ledger.Last["number"].Weight, second.Ledger.Last["number"].Weight);
    }

    internal static CompileOptions With(CompileOptions options, BalancerSettings balancer) => new()
    {
        Optimizer = options.Optimizer,
        Outputs = options.Outputs,
        Workers = options.Workers,
        Seed = options.Seed,
        Divisor = options.Divisor,
        Balancer = balancer,
    };

    private static (double[] Losses, float[] Weights) Fit(string sample, BalancerSettings balancer)
    {
        using var trainer = TrainingSamples.Model(sample).Compile(With(TrainingSamples.Options(), balancer));
        trainer.Fit(TrainingSamples.Data(sample), new FitOptions { Epochs = 2, BatchSize = 8 });
        return ([.. Enumerable.Range(0, trainer.Ledger.StepCount).Select(s => trainer.Ledger.Step(s).Total)], [.. trainer.Model.Parameters.SelectMany(p => trainer.Model.GetWeight(p.Name))]);
    }
}
