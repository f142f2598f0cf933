using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Optimizers;

namespace Equipoise.Tests.Configs;

public sealed class ConfigTests
{
    private const string Whole = """
        data: { source: words.csv.gz, split: split, extra: more.csv, missing: [NA, "?"] }
        encoders:
          letters: [ {dense: 8}, {dense: 4} ]
        inputs:
          - { name: word, type: text, tokens: characters, length: 20, layers: [ {dense: 32}, {dense: 64} ] }
          - { name: left, type: text, encoder: letters }
          - { name: right, type: text, encoder: letters }
          - { name: sizes, columns: [x, y], type: number, scaling: log1p, clip: 5 }
        trunk: [ {dense: 128, use_bias: false} ]
        outputs:
          - { name: stress, type: category, weight: 1.5, metrics: [accuracy, {top_k_accuracy: {k: 2}}, {f1: {average: macro}}], class_weights: {a: 2} }
          - { name: phones, type: set, loss: {binary_crossentropy: {label_smoothing: 0.1}}, metrics: {f1: {average: micro}} }
          - { name: syllables, type: number, loss: {huber: 2}, weight: 0.3, transform: log1p, layers: [ {dense: 16} ] }
          - { name: old, column: age, type: ordered, order: [young, old] }
        balance: { method: fixed }
        training: { optimizer: {adam: {learning_rate: 0.002}}, epochs: 12, batch: 1_000, seed: 7, workers: 2, bucket_by: word, divisor: batch, early_stopping: {patience: 3, monitor: stress.accuracy}, keep: stress.accuracy }
        """;

    [Fact]
    public void Whole_config_is_read()
    {
        var config = Config.Read(Whole, "some/folder/words.yaml");
        Assert.Equal("words", config.Name);
        Assert.Equal("split", config.Data.Split.Column);
        Assert.Equal(["NA", "?"], config.Data.Missing);
        var word = config.Inputs![0];
        Assert.Equal(new TextEncoding { Tokens = TextTokens.Characters, Length = 20 }, word.Encoding);
        Assert.Equal([new Dense(32), new Dense(64)], word.Layers!);
        Assert.Equal(new NumberEncoding(NumberScaling.Log1p, 5), config.Inputs[3].Encoding);
        Assert.Equal(["x", "y"], config.Inputs[3].Columns);
        Assert.Equal(new Dense(128) { UseBias = false }, Assert.Single(config.Trunk!));
        Assert.Equal(1.5, config.Outputs[0].Weight);
        Assert.Equal(3, config.Outputs[0].Metrics!.Count);
        Assert.Equal(2, config.Outputs[0].ClassWeights!["a"]);
        Assert.Equal(new BinaryCrossentropy(LabelSmoothing: 0.1), config.Outputs[1].Loss);
        Assert.Equal(new Huber(2), config.Outputs[2].Loss);
        Assert.Equal(new NumberTargetEncoding(TargetTransform.Log1p), config.Outputs[2].Encoding);
        Assert.Equal(["young", "old"], Assert.IsType<OrderedCategoryTargetEncoding>(config.Outputs[3].Encoding).Order);
        Assert.Equal(new Adam(0.002), config.Training.Optimizer);
        Assert.Equal("word", config.Training.BucketBy);
        Assert.Equal((12, 1000, 7, 2), (config.Training.Epochs, config.Training.Batch, config.Training.Seed, config.Training.Workers));
        Assert.Equal((3, "stress.accuracy"), (config.Training.EarlyStopping!.Patience, config.Training.EarlyStopping.Monitor));
    }

    [Fact]
    public void Source_and_names_of_outputs_are_enough()
    {
        var config = Config.Read("data: words.csv\noutputs: [stress, phones]\n");
        Assert.Equal("words.csv", config.Data.Source);
        Assert.Equal(["stress", "phones"], config.Outputs.Select(o => o.Name));
        Assert.Null(config.Inputs);
        Assert.Null(config.Outputs[0].Type);
    }

    [Fact]
    public void Layers_of_one_name_are_objects_of_their_own()
    {
        var config = Config.Read("data: a.csv\noutputs: [y]\ntrunk: [dense, dense]\n");
        Assert.NotSame(config.Trunk![0], config.Trunk[1]);
        Assert.NotSame(LayerCatalog.Dense.Default, config.Trunk[0]);
    }

    [Fact]
    public void Activations_may_stand_among_layers()
    {
        var config = Config.Read("data: a.csv\noutputs: [y]\ntrunk: [ {dense: 4}, relu, {leaky_relu: 0.3} ]\n");
        Assert.Equal(["dense", "activation", "activation"], config.Trunk!.Select(l => l.Kind));
        var plain = Config.Read("data: a.csv\noutputs: [y]\ntrunk: [ {activation: relu}, {activation: {leaky_relu: 0.3}} ]\n");
        Assert.Equal(plain.Trunk!, config.Trunk!.Skip(1));
    }

    [Theory]
    [InlineData("datas: a.csv\ndata: a.csv\noutputs: [y]", 1, 1, "no key 'datas'", "Did you mean 'data'?")]
    [InlineData("outputs: [y]", 1, 1, "'data' is missing", "source")]
    [InlineData("data: a.csv", 1, 1, "There is no output", "outputs: [NAME]")]
    [InlineData("data: {source: a.csv, splt: s}\noutputs: [y]", 1, 23, "no key 'splt'", "Did you mean 'split'?")]
    [InlineData("data: {split: s}\noutputs: [y]", 1, 7, "'source' is missing", "file with the data")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, loss: hubber}", 3, 20, "no loss called 'hubber'", "Did you mean 'huber'?")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, loss: {huber: {delta: -1}}}", 3, 36, "'-1'", "number > 0")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, metrics: [f2]}", 3, 24, "no metric called 'f2'", "f1")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, weight: -0.5}", 3, 22, "finite number ≥ 0", "'-0.5'")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, weight: .nan}", 3, 22, "finite number ≥ 0", "'.nan'")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, weight: NaN}", 3, 22, "finite number ≥ 0", "'NaN'")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, weight: much}", 3, 22, "finite number ≥ 0", "'much'")]
    [InlineData("data: a.csv\noutputs: [y, y]", 2, 14, "Two outputs are called 'y'", "line 2")]
    [InlineData("data: a.csv\noutputs: [y]\ninputs: [x, x]", 3, 13, "Two inputs are called 'x'", "name of its own")]
    [InlineData("data: a.csv\noutputs: [y]\ninputs: [x, y]", 3, 13, "cannot be an input too", "Remove")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, type: categry}", 3, 20, "no output type called 'categry'", "Did you mean 'category'?")]
    [InlineData("data: a.csv\noutputs: [y]\ninputs:\n - {name: x, type: text, lenght: 3}", 4, 26, "no key 'lenght'", "Did you mean 'length'?")]
    [InlineData("data: a.csv\noutputs: [y]\ninputs:\n - {name: x, encoder: shared}", 4, 23, "no shared encoder called 'shared'", "none")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, type: set, loss: categorical_crossentropy}", 3, 31, "any number of them", "binary_crossentropy")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, type: number, loss: bce}", 3, 34, "the output is a number", "mean_squared_error")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, type: binary, loss: sparse_categorical_crossentropy}", 3, 34, "a softmax over a single number", "binary_crossentropy")]
    [InlineData("data: a.csv\noutputs:\n - {name: y, type: number, class_weights: balanced}", 3, 43, "for classes", "Remove")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining: {epochs: 0}", 3, 20, "at least 1", "'0'")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining: {optimizer: {adam: {lerning_rate: 1}}}", 3, 31, "'adam' has no setting called 'lerning_rate'", "learning_rate")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining: {divisor: rows}", 3, 21, "no divisor 'rows'", "labelled_rows")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining: {time_limit: soon}", 3, 24, "A time above 0", "10 min")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining: {early_stopping: {watch: [y.loss], monitor: total}}", 3, 55, "'watch' for several", "Remove one")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining: {early_stopping: {watch: [y.loss, y.loss]}}", 3, 36, "watched 2 times", "once")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining: {early_stopping: {watch: [{monitor: total, freeze: true}]}}", 3, 62, "no head to freeze", "one output")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining: {early_stopping: {watch: [y.loss], rule: at_least, count: 2}}", 3, 69, "only 1 figures", "'count' is 2")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining: {early_stopping: {rule: any}}", 3, 35, "for several figures", "'watch'")]
    [InlineData("data: a.csv\noutputs: [y]\nbalance: mgdaa", 3, 10, "no balancer called 'mgdaa'", "fixed")]
    [InlineData("data: a.csv\noutputs: [y]\ntrunk: [{dens: 3}]", 3, 10, "no layer called 'dens'", "Did you mean 'dense'?")]
    [InlineData("data: {source: a.csv, split: {train: 0.8, valid: 0.4}}\noutputs: [y]", 1, 30, "more than 1", "shares")]
    [InlineData("data: a.csv\noutputs: [y]\ntraining:\n", 3, 1, "'training' has no value", "remove the key")]
    [InlineData("", 1, 1, "empty", "outputs: [NAME]")]
    public void Mistake_is_told_with_place_and_remedy(string text, int line, int column, string what, string remedy)
    {
        var fault = Assert.Throws<ConfigException>(() => Config.Read(text, "run.yaml"));
        var problem = Assert.Single(fault.Problems);
        Assert.Contains(what, problem.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, problem.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (problem.Mark.Line, problem.Mark.Column));
        Assert.StartsWith($"run.yaml:{line}:{column}: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var fault = Assert.Throws<ConfigException>(() => Config.Read("data: a.csv\noutputs:\n - {name: y, loss: hubber, weight: -1}\ntraining: {epoch: 3}\n"));
        Assert.Equal([3, 3, 4], fault.Problems.Select(p => p.Mark.Line));
        Assert.EndsWith("3 mistakes.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_names_the_way_out()
    {
        var fault = Assert.Throws<ConfigException>(() => Config.Load("no-such-folder/equipoise.yaml"));
        Assert.Contains("equipoise init", fault.Message, StringComparison.Ordinal);
    }
}
