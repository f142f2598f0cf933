using Equipoise.Activations;
using Equipoise.Balancing;
using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Ledger;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Losses over several outputs while training: gradients, rows that count, the account, balancers, bits.</summary>
public sealed class JointTermTests
{
    private const int Rows = 45;

    // Differences of totals near 1 in float32, with a step of 0.01.
    private const double Step = 0.01, Tolerance = 2e-3;

    public static TheoryData<string> Names => [.. All().Select(j => j.Name)];

    // Each kind of link and unit: softmax, sigmoid, numbers with a scaled and a logarithmic unit, and without a loss of its own.
    private static IEnumerable<JointTerm> All() =>
    [
        new("classes", ["first", "second"], new Divergence(), 0.7),
        new("teacher", ["second", "first"], new Agreement(0.3), 1.5),
        new("chances", ["yes", "no"], new Divergence(), 0.4),
        new("order", ["plain", "scaled", "log"], new LinearConstraint(1, Scale: 3) { Coefficients = [1, -0.5, 0.2] }, 0.8),
        new("sum", ["plain", "scaled", "log"], new SumError(4), 0.6),
        new("own", ["plain", "free"], new JointFunction((in row) =>
        {
            float over = row.Prediction(0)[0] - row.Prediction(1)[0];
            row.Slope(0)[0] = 2 * over;
            row.Slope(1)[0] = -2 * over;
            return over * over;
        }), 0.5),
    ];

    [Theory, MemberData(nameof(Names))]
    public void A_step_goes_down_the_gradient_of_the_total_that_is_shown(string name)
    {
        var model = NewModel();
        var data = NewData();
        using var trainer = model.Compile(Options(new Sgd(1.0), [All().First(j => j.Name == name)]));
        var before = model.Parameters.ToDictionary(p => p.Name, p => model.GetWeight(p.Name));
        double start = trainer.Evaluate(data, Rows).Account.Total;
        trainer.Fit(data, new FitOptions { BatchSize = Rows, Shuffle = false });
        Assert.Equal(start, trainer.Ledger.Last.Total, 1e-5 * Math.Abs(start));
        Assert.True(trainer.Ledger.Last[name].Contribution > 0.001, $"The term is {trainer.Ledger.Last[name].Contribution}.");
        var after = model.Parameters.ToDictionary(p => p.Name, p => model.GetWeight(p.Name));
        foreach (var (parameter, values) in before) model.SetWeight(parameter, values);
        foreach (var (parameter, values) in before)
        {
            for (int i = 0; i < Math.Min(2, values.Length); i++)
            {
                double analytic = values[i] - after[parameter][i], numeric = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
                Assert.True(Math.Abs(numeric - analytic) <= Tolerance * Math.Max(1, Math.Abs(numeric)), $"{name}, {parameter}[{i}]: the step was {analytic:R}, by differences {numeric:R}");

                double At(double step)
                {
                    float[] moved = [.. values];
                    moved[i] += (float)step;
                    model.SetWeight(parameter, moved);
                    double total = trainer.Evaluate(data, Rows).Account.Total;
                    model.SetWeight(parameter, values);
                    return total;
                }
            }
        }
    }

    [Fact]
    public void Rows_without_labels_count_unless_the_loss_looks_at_labels()
    {
        using var trainer = NewModel().Compile(Options(new Adam(), All()));
        var account = trainer.Evaluate(NewData(), 7).Account;
        Assert.Equal(Rows, account["classes"].Labelled);
        // Missing: plain where r % 7 is 3, scaled where r % 5 is 1; log has all.
        Assert.Equal(Enumerable.Range(0, Rows).Count(r => r % 7 != 3 && r % 5 != 1), account["sum"].Labelled);
        Assert.Equal(account.Total, account.Outputs.Sum(o => o.Weight * o.RawLoss) + account.PenaltySum, 1e-5 * account.Total);
    }

    [Fact]
    public void Predictions_and_labels_are_seen_as_users_see_them()
    {
        var model = NewModel();
        float most = 0, least = float.MaxValue;
        bool probabilities = true, missing = false;
        using var trainer = model.Compile(Options(new Adam(), [new JointTerm("look", ["scaled", "first"], new JointFunction((in row) =>
        {
            (most, least) = (Math.Max(most, row.Prediction(0)[0]), Math.Min(least, row.Prediction(0)[0]));
            float sum = 0;
            foreach (float p in row.Prediction(1)) sum += p;
            probabilities &= Math.Abs(sum - 1) < 1e-5;
            missing |= float.IsNaN(row.Target(0)[0]);
            return 0;
        }))], workers: 1));
        var data = NewData();
        trainer.Evaluate(data);
        float[] predicted = trainer.Predict(data)["scaled"];
        Assert.Equal((20 * predicted.Max()) + 5, most, 1e-4);
        Assert.Equal((20 * predicted.Min()) + 5, least, 1e-4);
        Assert.True(probabilities && missing);
    }

    [Fact]
    public void Weight_0_shows_it_and_trains_nothing()
    {
        var data = NewData();
        var without = NewModel();
        using (var trainer = without.Compile(Options(new Adam(0.01), []))) trainer.Fit(data, new FitOptions { BatchSize = 16 });
        var with = NewModel();
        using (var trainer = with.Compile(Options(new Adam(0.01), [.. All().Select(j => j with { Weight = 0 })])))
        {
            trainer.Fit(data, new FitOptions { BatchSize = 16 });
            Assert.True(trainer.Ledger.Last["classes"].RawLoss > 0);
            Assert.Equal(0, trainer.Ledger.Last["classes"].Contribution);
        }
        Assert.All(without.Parameters, p => Assert.Equal(without.GetWeight(p.Name), with.GetWeight(p.Name)));
    }

    [Fact]
    public void Masked_positions_do_not_count()
    {
        var x = Input.Numbers("x", 4, 2);
        var steps = x.Masking().Dense(3, new Tanh());
        var model = new Model([x], [steps.Dense(1).Named("a"), steps.Dense(1).Named("b")], 1);
        float[] values = [.. Enumerable.Range(0, 6 * 8).Select(i => i / 2 % 4 >= 1 + (i / 8 % 3) ? 0 : 1f + i)];
        float[] labels = [.. Enumerable.Range(0, 24).Select(i => i % 5f)];
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(values, 4, 2) },
            new Dictionary<string, TargetColumn> { ["a"] = new(labels, [4, 1]), ["b"] = new([.. labels.Select((v, i) => i == 0 ? float.NaN : v)], [4, 1]) });
        using var trainer = model.Compile(new CompileOptions
        {
            Workers = 2,
            Outputs = { ["a"] = new Output(new MeanSquaredError()), ["b"] = new Output(new MeanSquaredError()) },
            JointLosses = [new JointTerm("agree", ["a", "b"], new Agreement()), new JointTerm("sum", ["a", "b"], new SumError())],
        });
        trainer.Fit(data, new FitOptions { BatchSize = 4 });
        // Steps kept: 1, 2, 3, 1, 2, 3.
        var account = trainer.Evaluate(data).Account;
        Assert.Equal((12, 11), (account["agree"].Labelled, account["sum"].Labelled));
    }

    public static TheoryData<string> Balancers => ["dwa", "uncertainty", "upgrad", "pcgrad", "grad_norm"];

    [Theory, MemberData(nameof(Balancers))]
    public void A_balancer_leaves_its_weight_alone_and_the_bits_do_not_depend_on_the_workers(string method)
    {
        var (ledger, weights) = Run(1);
        var (ledger3, weights3) = Run(3);
        Assert.Equal(ledger, ledger3);
        Assert.Equal(weights, weights3);

        (string Ledger, float[] Weights) Run(int workers)
        {
            var model = NewModel();
            var options = Options(new Adam(0.01), All(), workers, BalancerCatalog.Catalog.Find(method).Default, diagnose: 2);
            using var trainer = model.Compile(options);
            trainer.Fit(NewData(), new FitOptions { Epochs = 2, BatchSize = 16 });
            foreach (var joint in All()) Assert.Equal(joint.Weight, trainer.Ledger.Last[joint.Name].Weight);
            using var writer = new StringWriter();
            LedgerFile.AppendSteps(writer, trainer.Ledger, 0, trainer.Ledger.StepCount);
            return (writer.ToString(), [.. model.Parameters.SelectMany(p => model.GetWeight(p.Name))]);
        }
    }

    [Fact]
    public void Looking_at_gradients_changes_no_bit()
    {
        float[] Trained(int diagnose)
        {
            var model = NewModel();
            using var trainer = model.Compile(Options(new Sgd(0.1), All(), diagnose: diagnose));
            trainer.Fit(NewData(), new FitOptions { Epochs = 1, BatchSize = 16 });
            return [.. model.Parameters.SelectMany(p => model.GetWeight(p.Name))];
        }
        Assert.Equal(Trained(0), Trained(1));
    }

    [Fact]
    public void It_makes_outputs_agree_where_there_are_no_labels()
    {
        double Difference(double weight)
        {
            var model = NewModel();
            using var trainer = model.Compile(Options(new Adam(0.02), [new JointTerm("agree", ["first", "second"], new Divergence(), weight)]));
            trainer.Fit(NewData(), new FitOptions { Epochs = 30, BatchSize = 15 });
            return trainer.Evaluate(NewData()).Account["agree"].RawLoss;
        }
        double without = Difference(0), with = Difference(3);
        Assert.True(with < without / 3, $"with {with}, without {without}");
    }

    [Fact]
    public void Mistakes_are_told_together()
    {
        var options = Options(new Adam(), [new("a", ["first", "frist"], new Agreement()), new("plain", ["plain", "plain"], new Agreement()), new("b", ["first", "plain"], new Divergence(), -1), new("b", ["free", "plain"], new SumError())]);
        options.Outputs["scaled"] = options.Outputs["scaled"] with { UnitSlope = null };
        var all = Assert.Throws<ModelException>(() => NewModel().Compile(options)).Message;
        foreach (string part in (string[])["Did you mean 'first'?", "called like an output", "names the output 'plain' 2 times", "weight of the loss 'b' is -1", "of one width, but they have 3, 1", "2 losses over several outputs are called 'b'", "'free' has neither a loss nor metrics"])
            Assert.Contains(part, all, StringComparison.Ordinal);
        options = Options(new Adam(), [new("a", ["scaled", "plain"], new Agreement())]);
        options.Outputs["scaled"] = options.Outputs["scaled"] with { UnitSlope = null };
        Assert.Contains("set Output.UnitSlope", Assert.Throws<ModelException>(() => NewModel().Compile(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_no_number_is_named()
    {
        using var trainer = NewModel().Compile(Options(new Adam(), [new("broken", ["first", "second"], new JointFunction((in _) => float.NaN))]));
        var thrown = Assert.Throws<DivergedException>(() => trainer.Fit(NewData()));
        Assert.Equal("broken", thrown.Term);
        Assert.Contains("'broken' over several outputs became NaN", thrown.Message, StringComparison.Ordinal);
    }

    private static Model NewModel()
    {
        var x = Input.Numbers("x", 5);
        var shared = x.Dense(7, new Tanh());
        return new Model([x],
        [
            shared.Dense(3).Named("first"), shared.Dense(3).Named("second"), shared.Dense(1).Named("yes"), shared.Dense(1).Named("no"),
            shared.Dense(1).Named("plain"), shared.Dense(1).Named("scaled"), shared.Dense(1).Named("log"), shared.Dense(1).Named("free"),
        ], 4);
    }

    private static CompileOptions Options(Optimizer optimizer, IEnumerable<JointTerm> joints, int workers = 2, BalancerSettings? balancer = null, int diagnose = 0) => new()
    {
        Optimizer = optimizer,
        Workers = workers,
        Balancer = balancer ?? new FixedWeights(),
        Diagnose = diagnose,
        JointLosses = [.. joints],
        Outputs =
        {
            ["first"] = new Output(new SparseCategoricalCrossentropy(true), 0.5) { Metrics = [new CategoricalAccuracy()] },
            ["second"] = new Output(new SparseCategoricalCrossentropy(true)),
            ["yes"] = new Output(new BinaryCrossentropy(true)),
            ["no"] = new Output(new BinaryCrossentropy(true), 0.3),
            ["plain"] = new Output(new MeanSquaredError()),
            ["scaled"] = new Output(new MeanSquaredError()) { ToUnits = x => (20 * x) + 5, UnitSlope = _ => 20 },
            ["log"] = new Output(new Huber()) { ToUnits = MathF.Exp, UnitSlope = MathF.Exp },
            ["free"] = new Output(null),
        },
    };

    private static Dataset NewData()
    {
        var random = new RandomStream(6);
        float Draw(string what, int i) => (float)((2 * random.Derive(what).Uniform((ulong)i)) - 1);
        TargetColumn Number(string what, int hole) => new([.. Enumerable.Range(0, Rows).Select(r => hole > 0 && r % hole == hole / 2 - (hole == 5 ? 1 : 0) ? float.NaN : Draw(what, r))]);
        TargetColumn Kind(string what) => new([.. Enumerable.Range(0, Rows).Select(r => r % 4 == 2 ? -1 : random.Derive(what).Below((ulong)r, 3))]);
        TargetColumn Binary(string what) => new([.. Enumerable.Range(0, Rows).Select(r => (float)random.Derive(what).Below((ulong)r, 2))]);
        return new Dataset(
            new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([.. Enumerable.Range(0, Rows * 5).Select(i => Draw("x", i))], 5) },
            new Dictionary<string, TargetColumn>
            {
                ["first"] = Kind("first"), ["second"] = Kind("second"), ["yes"] = Binary("yes"), ["no"] = Binary("no"),
                ["plain"] = Number("plain", 7), ["scaled"] = Number("scaled", 5), ["log"] = Number("log", 0),
            },
            [.. Enumerable.Range(0, Rows).Select(r => 1 + (r % 3 * 0.25f))]);
    }
}
