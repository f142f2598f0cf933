using Equipoise.Activations;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Initializers;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Regularizers;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Tests;

/// <summary>Each difference from Keras that docs/coming-from-keras.md tells, shown. The numbers in the names are those of the page.</summary>
public sealed class ComingFromKerasTests
{
    private const double Rounding = 1e-6;                      // of single precision, figures of about 1

    [Theory, InlineData(false), InlineData(true)]
    public void N01_A_weight_belongs_to_the_output_of_its_name_whatever_the_order(bool alphabetical)
    {
        // Keras: outputs [z, a], loss_weights {"z": 100, "a": 1} and a list of losses give the 100 to a.
        var x = Input.Numbers("x", 1);
        Node z = Zero(x, "z"), a = Zero(x, "a");
        var options = new CompileOptions();
        foreach (var (name, weight) in alphabetical ? new[] { ("a", 1.0), ("z", 100.0) } : [("z", 100.0), ("a", 1.0)]) options.Outputs[name] = new Output(new MeanSquaredError(), weight);
        using var trainer = new Model([x], [z, a]).Compile(options);
        var account = trainer.Evaluate(Data([1], ("z", [2]), ("a", [3]))).Account;
        Assert.Equal(["z", "a"], account.Outputs.Select(o => o.Output));
        Assert.Equal((100.0, 1.0), (account["z"].Weight, account["a"].Weight));
        Assert.Equal((100 * 4) + (1 * 9), account.Total, 1e-4);
    }

    [Fact]
    public void N02_An_output_without_a_loss_is_a_mistake_unless_that_is_said()
    {
        // Keras: a list of losses shorter than the outputs trains the first ones and says nothing.
        var x = Input.Numbers("x", 1);
        var model = new Model([x], [Zero(x, "a"), Zero(x, "b")]);
        var fault = Assert.Throws<ModelException>(() => model.Compile(new CompileOptions { Outputs = { ["a"] = new Output(new MeanSquaredError()) } }));
        Assert.Contains("Output 'b' has no loss", fault.Message, StringComparison.Ordinal);
        using var trainer = model.Compile(new CompileOptions { Outputs = { ["a"] = new Output(new MeanSquaredError()), ["b"] = new Output(Loss: null) } });
        Assert.Equal(["a"], trainer.Ledger.Outputs);
    }

    [Fact]
    public void N03_A_weight_of_a_row_counts_for_all_its_steps()
    {
        // Three rows of three steps: Keras lays the weights of the rows along the time axis here, and raises where the numbers differ.
        var x = Input.Numbers("x", 3, 1);
        using var trainer = new Model([x], [x.Activate(new Linear()).Named("steps")]).Compile(new CompileOptions { Outputs = { ["steps"] = new Output(new MeanAbsoluteError()) } });
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(new float[9], 3, 1) },
            new Dictionary<string, TargetColumn> { ["steps"] = new([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 1], [1, 10, 100]) });
        Assert.Equal(((1 * (1 + 2 + 3)) + (10 * (4 + 5 + 6)) + (100 * (7 + 8 + 9))) / 9.0, trainer.Evaluate(data).Account["steps"].RawLoss, 1e-3);
    }

    [Fact]
    public void N04_One_metric_object_may_serve_several_outputs()
    {
        // Keras: both entries of the log show the pooled value.
        var metric = new Mae();
        var x = Input.Numbers("x", 1);
        using var trainer = new Model([x], [Zero(x, "a"), Zero(x, "b")]).Compile(new CompileOptions
        {
            Outputs = { ["a"] = new Output(new MeanSquaredError()) { Metrics = [metric] }, ["b"] = new Output(new MeanSquaredError()) { Metrics = [metric] } },
        });
        var result = trainer.Evaluate(Data([1, 1], ("a", [1, 1]), ("b", [5, 7])));
        Assert.Equal(1, result["a", "mae"], Rounding);
        Assert.Equal(6, result["b", "mae"], 1e-5);
    }

    [Fact]
    public void N05_Accuracy_of_a_set_counts_every_label_and_that_of_a_number_is_refused()
    {
        // Keras: a head of several sigmoids gets the accuracy of the largest, a head for a number that of yes and no.
        float[] predictions = [0.9f, 0.8f, 0.1f], targets = [1, 0, 0];
        var state = new Accuracy().Start(3);
        state.Update(new MetricRows { Items = 1, Width = 3, Predictions = predictions, Targets = [1, 1, 0], Weights = [1] });
        Assert.Equal(1, state.Result);
        Assert.Equal("labels, each at 0.5", state.Reading);
        state.Reset();
        state.Update(new MetricRows { Items = 1, Width = 3, Predictions = predictions, Targets = targets, Weights = [1] });
        Assert.Equal("classes, largest prediction", state.Reading);
        Assert.Contains(UsualParts.Metrics("set"), m => m is HammingLoss);

        var problems = new Catalogs.Problems();
        var output = Config.Read("data: a.csv\noutputs: [ {name: price, type: number, metrics: [accuracy]} ]\n").Outputs[0];
        MetricFit.Check(output, problems);
        Assert.Contains("'accuracy' is for classes, but the output is a number", problems.All.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void N06_Two_outputs_of_one_name_are_a_mistake()
    {
        // Keras: the later one overwrites the earlier in the logs.
        var x = Input.Numbers("x", 1);
        var fault = Assert.Throws<ModelException>(() => new Model([x], [Zero(x, "d"), Zero(x, "d")]));
        Assert.Contains("2 outputs are called 'd'", fault.Message, StringComparison.Ordinal);
        // One layer used twice is fine, each use under a name of its own.
        var layer = new Dense(1);
        Assert.Equal(["first", "second"], new Model([x], [layer.Apply(x).Named("first"), layer.Apply(x.Dense(1)).Named("second")]).Outputs.Select(o => o.Name));
    }

    [Fact]
    public void N07_Every_penalty_has_a_line_of_its_own_and_the_equation_closes()
    {
        // The case of Keras's users: loss is more than the sum of the weighted losses, and nothing in the logs says why.
        var x = Input.Numbers("x", 1);
        var hidden = new Dense(1) { Name = "shared", KernelInitializer = new Ones(), KernelRegularizer = new L2(0.1), ActivityRegularizer = new L1(0.01) }.Apply(x);
        using var trainer = new Model([x], [Zero(hidden, "a"), Zero(hidden, "b")]).Compile(new CompileOptions
        {
            Outputs = { ["a"] = new Output(new MeanSquaredError(), 2), ["b"] = new Output(new MeanSquaredError(), 0.5) },
        });
        var account = trainer.Evaluate(Data([1, 3], ("a", [1, 1]), ("b", [2, 2]))).Account;
        Assert.Equal([("shared", "l2 of kernel", 0.1), ("shared", "l1 of activity", 0.02)], account.Penalties.Select(p => (p.Layer, p.Kind, Math.Round(p.Value, 6))));
        Assert.Equal((2 * 1) + (0.5 * 4) + 0.1 + 0.02, account.Total, Rounding);
    }

    [Fact]
    public void N08_A_single_output_shows_its_loss_beside_the_penalty()
    {
        // Keras: with one output there is no entry but the total.
        var x = Input.Numbers("x", 1);
        using var trainer = new Model([x], [new Dense(1) { KernelInitializer = new Ones(), KernelRegularizer = new L2(0.5) }.Apply(x).Named("y")])
            .Compile(new CompileOptions { Outputs = { ["y"] = new Output(new MeanSquaredError()) } });
        var account = trainer.Evaluate(Data([1, 2], ("y", [0, 0]))).Account;
        Assert.Equal(2.5, account["y"].RawLoss, Rounding);
        Assert.Equal(0.5, account.PenaltySum, Rounding);
        Assert.Equal(3, account.Total, Rounding);
    }

    [Fact]
    public void N09_An_evaluation_is_named_and_in_the_order_of_the_model()
    {
        // Keras: evaluate gives a list of numbers whose names are elsewhere, and logs are in alphabetical order.
        var x = Input.Numbers("x", 1);
        Output Settings() => new(new MeanSquaredError()) { Metrics = [new Rmse(), new Mae()] };
        using var trainer = new Model([x], [Zero(x, "z"), Zero(x, "a")]).Compile(new CompileOptions { Outputs = { ["a"] = Settings(), ["z"] = Settings() } });
        var result = trainer.Evaluate(Data([1, 1], ("z", [1, 3]), ("a", [2, 2])));
        Assert.Equal(["z", "a"], result.Account.Outputs.Select(o => o.Output));
        Assert.Equal(["z.rmse", "z.mae", "a.rmse", "a.mae"], result.Metrics.Select(m => $"{m.Output}.{m.Name}"));
        Assert.Equal(2, result["z", "mae"], Rounding);
        Assert.Equal(Math.Sqrt(5), result["z", "rmse"], Rounding);
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("a.mae", false)]
    [InlineData("b.binary_accuracy", true)]
    [InlineData("valid:b.binary_accuracy", true)]
    [InlineData("train:a", false)]
    public void N10_A_figure_of_one_output_says_itself_which_way_it_improves(string figure, bool up)
    {
        // Keras: EarlyStopping(monitor="val_b_accuracy") raises an error on a model of several outputs, unless the direction is given.
        var x = Input.Numbers("x", 1);
        using var trainer = new Model([x], [Zero(x, "a"), Zero(x, "b")]).Compile(new CompileOptions
        {
            Outputs = { ["a"] = new Output(new MeanSquaredError()) { Metrics = [new Mae()] }, ["b"] = new Output(new BinaryCrossentropy(FromLogits: true)) { Metrics = [new BinaryAccuracy()] } },
        });
        var data = Data([1, 2], ("a", [1, 2]), ("b", [0, 1]));
        var history = trainer.Fit(data, new FitOptions { Epochs = 2, Validation = data, Callbacks = [new EarlyStopping(figure, 5), new ReduceLearningRate(figure)] });
        Assert.Equal(up, MonitoredFigure.Of(history.Epochs[0], figure, null, "Test").HigherIsBetter);
        Assert.Equal(2, history.Epochs.Count);
    }

    [Fact]
    public void N11_Intersection_over_union_keeps_fractions_of_weights()
    {
        // Keras: the figure is counted in whole numbers, so that weights below 1 count as 0.
        var x = Input.Numbers("x", 1);
        using var trainer = new Model([x], [x.Activate(new Linear()).Named("y")]).Compile(new CompileOptions { Outputs = { ["y"] = new Output(new MeanSquaredError()) { WeightedMetrics = [new MeanIoU()] } } });
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([0.9f, 0.2f, 0.9f], 1) }, new Dictionary<string, TargetColumn> { ["y"] = new([1f, 0, 0], [1], [0.5f, 0.25f, 0.5f]) });
        Assert.Equal(((0.5 / 1.0) + (0.25 / 0.75)) / 2, trainer.Evaluate(data)["y", "weighted_mean_iou"], Rounding);
    }

    [Theory, InlineData("lstm"), InlineData("gru"), InlineData("bidirectional")]
    public void N12_A_mask_goes_on_behind_recurrent_layers(string kind)
    {
        // Keras since 3.16: the loss counts the padding, as though somebody had labelled it.
        var x = Input.Tokens("x", 3, 5);
        var embedded = x.Embedding(2, maskZero: true);
        var steps = kind switch
        {
            "lstm" => embedded.Lstm(2, returnSequences: true),
            "gru" => new Gru(2) { ReturnSequences = true }.Apply(embedded),
            _ => embedded.Bidirectional(new Lstm(2) { ReturnSequences = true }),
        };
        using var trainer = new Model([x], [Zero(steps, "steps")]).Compile(new CompileOptions { Outputs = { ["steps"] = new Output(new MeanAbsoluteError()) { Metrics = [new Mae()] } } });
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new IndicesColumn([1, 2, 0, 3, 0, 0], 3) },
            new Dictionary<string, TargetColumn> { ["steps"] = new([1f, 2, 100, 3, 100, 100], [3, 1]) });
        var result = trainer.Evaluate(data);
        Assert.Equal(3, result.Account["steps"].Labelled);
        Assert.Equal((1 + 2 + 3) / 3.0, result.Account["steps"].RawLoss, Rounding);
        Assert.Equal(2, result["steps", "mae"], Rounding);     // the same denominator
    }

    [Fact]
    public void N13_Class_weights_are_for_each_output_and_go_with_sample_weights()
    {
        // Keras: class_weight with more than one output is an error, and so it is together with sample_weight.
        var x = Input.Numbers("x", 1);
        Output Settings(double ofOne) => new(new BinaryCrossentropy(FromLogits: true)) { ClassWeights = new Dictionary<int, double> { [1] = ofOne } };
        using var trainer = new Model([x], [Zero(x, "a"), Zero(x, "b")]).Compile(new CompileOptions { Optimizer = new Sgd(0), Outputs = { ["a"] = Settings(3), ["b"] = Settings(5) } });
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(new float[2], 1) }, new Dictionary<string, TargetColumn> { ["a"] = new([0f, 1]), ["b"] = new([0f, 1], [1], [1, 0.5f]) });
        var account = trainer.Fit(data).Epochs[0].Training;
        Assert.Equal(Math.Log(2) * (1 + 3) / 2, account["a"].RawLoss, Rounding);
        Assert.Equal(Math.Log(2) * (1 + (5 * 0.5)) / 2, account["b"].RawLoss, Rounding);
    }

    [Fact]
    public void N14_A_wrong_name_is_told_with_the_nearest()
    {
        // Keras: KeyError: 'b', or KeyError: 0.
        var x = Input.Numbers("x", 1);
        var model = new Model([x], [Zero(x, "price"), Zero(x, "kind")]);
        var fault = Assert.Throws<ModelException>(() => model.Compile(new CompileOptions { Outputs = { ["price"] = new Output(new MeanSquaredError()), ["knid"] = new Output(new MeanSquaredError()) } }));
        Assert.Contains("the model has no such output. Known: price, kind. Did you mean 'kind'?", fault.Message, StringComparison.Ordinal);
        using var trainer = model.Compile(new CompileOptions { Outputs = { ["price"] = new Output(new MeanSquaredError()), ["kind"] = new Output(new MeanSquaredError()) } });
        var missing = Assert.Throws<DataException>(() => trainer.Fit(Data([1], ("price", [1]), ("knid", [1]))));
        Assert.Contains("no target 'kind'. Known: price, knid. Did you mean 'knid'?", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void N15_A_missing_label_is_left_out_even_of_a_row_of_weight_0()
    {
        // Keras: NaN × 0 is NaN, and a row of weight 0 still counts in the mean.
        var x = Input.Numbers("x", 1);
        using var trainer = new Model([x], [Zero(x, "a"), Zero(x, "b")]).Compile(new CompileOptions { Outputs = { ["a"] = new Output(new MeanSquaredError()), ["b"] = new Output(new MeanSquaredError()) } });
        var account = trainer.Evaluate(Data([1, 1], ("a", [2, float.NaN]), ("b", [1, 3]))).Account;
        Assert.Equal(4, account["a"].RawLoss, Rounding);
        Assert.Equal(1, account["a"].Labelled);
        Assert.Equal(5, account["b"].RawLoss, Rounding);
    }

    [Fact]
    public void N16_A_nan_in_the_first_epoch_is_no_best_value()
    {
        // Keras: a NaN in the first epoch becomes the best value, on which nothing ever improves.
        var stopping = new EarlyStopping(patience: 1);
        Training.FedTraining.Run(stopping, [double.NaN, 3, 2], []);
        Assert.Equal(3, stopping.BestEpoch);
    }

    [Fact]
    public void Every_difference_of_the_page_has_a_test_and_every_test_a_line()
    {
        string page = Repository.Read("docs/coming-from-keras.md");
        var tests = typeof(ComingFromKerasTests).GetMethods().Select(m => m.Name).Where(n => n.Length > 3 && n[0] == 'N' && char.IsDigit(n[1])).Select(n => int.Parse(n[1..3], System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
        var lines = page.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal) && char.IsDigit(l[2])).Select(l => int.Parse(l.Split('|')[1], System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
        Assert.Equal(tests.Order(), lines.Order());
    }

    // A head whose predictions are 0, so that a loss is that of the targets.
    private static Node Zero(Node from, string name) => new Dense(1) { KernelInitializer = new Zeros() }.Apply(from).Named(name);

    private static Dataset Data(float[] x, params (string Output, float[] Labels)[] targets)
        => new(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(x, 1) }, targets.ToDictionary(t => t.Output, t => new TargetColumn(t.Labels)));
}
