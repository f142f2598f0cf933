using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Ledger;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Tests.Runs;

public sealed class TrainingRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public TrainingRunTests() => Write("data.csv", Table(100, r => $"{(r % 10 == 9 ? "test" : r % 5 == 0 ? "valid" : "train")},{X(r)},{X(r + 50)},{X(r) - X(r + 50)},{(X(r) > 5 ? "big" : "small")},{r}", "split,a,b,y,size,number"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static double X(int r) => (r * 37 % 101) / 10.0;

    private string Root => Path.Combine(_folder, "runs");

    private RunResult Train(string config, Callback? callback = null, CancellationToken cancellation = default)
        => TrainingRun.Start(Config.Read(config, Path.Combine(_folder, "try.yaml")), new RunOptions { Root = Root, Callbacks = callback is null ? [] : [callback], Cancellation = cancellation });

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    private static string Table(int rows, Func<int, FormattableString> row, string header)
    {
        var text = new StringBuilder(header + "\n");
        for (int r = 0; r < rows; r++) text.Append(row(r).ToString(CultureInfo.InvariantCulture)).Append('\n');
        return text.ToString();
    }

    private const string Usual = """
        data: { source: data.csv, split: split }
        inputs: [ {name: sides, type: number, columns: [a, b]} ]
        trunk: [ {dense: 6} ]
        outputs: [ {name: y, type: number}, {name: size, type: binary} ]
        training: { epochs: 4, batch: 10, optimizer: {adam: {learning_rate: 0.01}}, seed: 3, workers: 1 }
        """;

    [Fact]
    public void Interruption_keeps_the_last_complete_epoch()
    {
        using var interruption = new CancellationTokenSource();
        var result = Train(Usual, new AtStep(2, 3, interruption.Cancel), interruption.Token);
        Assert.True(result.Interrupted);
        Assert.Null(result.Test);
        Assert.Equal(1, result.BestEpoch);
        var run = RunFolder.Load(result.Folder!, RunFiles.Last);
        Assert.Equal(RunFolder.ReadLedger(run.Path).Where(l => l.Part != "step").Select(l => (l.Part, l.Entry.Epoch)), [("epoch", 1), ("validation", 1)]);
        Assert.Equal([result.Folder!], Directory.EnumerateDirectories(Root));
        var whole = Train(Usual.Replace("epochs: 4", "epochs: 1", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Folder!, RunFiles.Last)), File.ReadAllBytes(Path.Combine(run.Path, RunFiles.Last)));
    }

    [Fact]
    public void Best_epoch_is_that_of_the_figure_named_in_keep()
    {
        var result = Train(Usual.Replace("epochs: 4", "epochs: 8, keep: size.accuracy", StringComparison.Ordinal).Replace("0.01", "0.3", StringComparison.Ordinal));
        double[] values = [.. result.History.Of("size.accuracy").Select(v => v!.Value)];
        Assert.Equal(Array.IndexOf(values, values.Max()) + 1, result.BestEpoch);
        Assert.Equal(values.Max(), result.Valid!["size", "accuracy"]);
    }

    [Fact]
    public void Batches_by_length_want_a_text_input()
    {
        const string Text = """
            data: { source: words.csv }
            inputs: [ {name: word, type: text, tokens: characters, length: 8, layers: [ {embedding: {width: 4, mask_zero: true}}, {gru: 4} ]}, {name: a, type: number} ]
            outputs: [ {name: y, type: number} ]
            training: { epochs: 1, batch: 10, bucket_by: word }
            """;
        Write("words.csv", Table(100, r => $"{new string('x', 1 + (r * 7 % 8))},{X(r)},{X(r + 3)}", "word,a,y"));
        double[] Losses(RunResult result) => [.. RunFolder.ReadLedger(result.Folder!).Select(l => l.Entry.Total)];
        Assert.NotEqual(Losses(Train(Text.Replace(", bucket_by: word", "", StringComparison.Ordinal))), Losses(Train(Text)));
        foreach (string wrong in new[] { "a", "words" })
        {
            string message = Assert.Throws<ConfigException>(() => Train(Text.Replace("bucket_by: word", $"bucket_by: {wrong}", StringComparison.Ordinal))).Message;
            Assert.Contains($"no text input called '{wrong}'", message, StringComparison.Ordinal);
            Assert.Contains("try.yaml:4:46", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Early_stopping_ends_training()
    {
        var result = Train(Usual.Replace("epochs: 4", "epochs: 200, early_stopping: {patience: 2, monitor: y.loss, least_change: 0.5}", StringComparison.Ordinal));
        Assert.InRange(result.History.Epochs.Count, 3, 20);
        Assert.NotNull(result.History.StopReason);
    }

    [Theory]
    [InlineData("watch: [y.loss, {monitor: size.accuracy, patience: 1}], patience: 2, rule: all", "no improvement any more of")]
    [InlineData("watch: [y.loss, {monitor: size.accuracy, weight: 5}], patience: 2, rule: score, least_change: 0.2", "the score of")]
    [InlineData("watch: [{monitor: y.loss, least_change: 0.3}, size.loss], patience: 2, rule: pareto", "no epoch was better")]
    public void Early_stopping_watches_several_outputs(string stopping, string reason)
    {
        var result = Train(Usual.Replace("epochs: 4", $"epochs: 300, early_stopping: {{{stopping}}}", StringComparison.Ordinal).Replace("0.01", "0.2", StringComparison.Ordinal));
        Assert.InRange(result.History.Epochs.Count, 2, 299);
        Assert.StartsWith(reason, result.History.StopReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_that_is_not_there_is_told_with_its_place()
    {
        var fault = Assert.Throws<ConfigException>(() => Train(Usual.Replace("epochs: 4", "keep_each: [size.acuracy], reduce_learning_rate: {monitor: z.loss}, early_stopping: {watch: [y.los]}", StringComparison.Ordinal)));
        Assert.Equal(["training.keep_each", "training.reduce_learning_rate.monitor", "training.early_stopping.watch[0]"], fault.Problems.Select(p => p.Path));
        Assert.Contains("Did you mean 'size.accuracy'?", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_weights_by_further_figures_are_kept()
    {
        var result = Train(Usual.Replace("epochs: 4", "epochs: 8, keep_each: [size.accuracy, y]", StringComparison.Ordinal).Replace("0.01", "0.3", StringComparison.Ordinal));
        foreach (string figure in new[] { "size.accuracy", "y" })
        {
            double[] values = [.. result.History.Of(figure).Select(v => v!.Value)];
            double best = figure == "y" ? values.Min() : values.Max();
            var run = RunFolder.Load(result.Folder!, RunFiles.BestBy(figure));
            var evaluation = run.Evaluate(run.ReadPart("valid"));
            Assert.Equal(best, figure == "y" ? evaluation.Account["y"].RawLoss : evaluation["size", "accuracy"], 1e-9);
            var told = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(result.Folder!, RunFiles.Metrics)))!["best_each"]![figure]!;
            Assert.Equal(Array.IndexOf(values, best) + 1, (int)told["epoch"]!);
            Assert.Equal(RunFiles.BestBy(figure), (string)told["file"]!);
        }
        Assert.Contains("best-y.safetensors", Assert.Throws<RunException>(() => RunFolder.Load(result.Folder!, RunFiles.BestBy("z"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_learning_rate_is_lowered_and_a_time_limit_ends_training()
    {
        var result = Train(Usual.Replace("epochs: 4", "epochs: 6, reduce_learning_rate: {patience: 1, factor: 0.5, least_change: 100}", StringComparison.Ordinal));
        Assert.Equal([0.01, 0.01, 0.005, 0.0025, 0.00125, 0.000625], result.History.Epochs.Select(e => Math.Round(e.Training.LearningRate, 9)));
        var limited = Train(Usual.Replace("epochs: 4", "epochs: 100000, time_limit: 0.3 s", StringComparison.Ordinal));
        Assert.Equal("the time limit of 0.3 s was reached", limited.History.StopReason);
        Assert.NotNull(limited.Test);
    }

    [Fact]
    public void Extra_rows_train_and_a_label_that_they_lack_is_missing()
    {
        Write("more.csv", Table(30, r => $"{X(r)},{X(r + 3)},{(r % 2 == 0 ? "big" : "small")}", "a,b,size"));
        var result = Train(Usual.Replace("split: split }", "split: split, extra: more.csv }", StringComparison.Ordinal));
        Assert.Equal(100, result.Data.Train.Rows);
        Assert.Equal(70, result.Train!.Account["y"].Labelled);
        Assert.Equal(100, result.Train.Account["size"].Labelled);
        Assert.Equal(20, result.Valid!.Account["y"].Labelled);
    }

    [Fact]
    public void Raw_losses_of_the_parts_are_means_over_labelled_rows_also_when_training_divides_by_the_label_rate()
    {
        Write("more.csv", Table(70, r => $"{X(r)},{X(r + 3)},{(r % 2 == 0 ? "big" : "small")}", "a,b,size"));
        var result = Train(Usual.Replace("split: split }", "split: split, extra: more.csv }", StringComparison.Ordinal).Replace("seed: 3", "divisor: batch_label_rate", StringComparison.Ordinal));
        // The metric counts rows, the loss is the mean of squares in standardised units: their ratio is the squared scale, the same on every part.
        double Scale(EvaluationResult part) => Math.Pow(part["y", "rmse"], 2) / part.Account["y"].RawLoss;
        Assert.Equal(Scale(result.Valid!), Scale(result.Train!), 1e-4 * Scale(result.Valid!));
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(result.Valid!.Account.Total, run.Evaluate(run.ReadPart("valid")).Account.Total);
    }

    [Fact]
    public void Inputs_that_share_an_encoder_share_scale_and_weights()
    {
        var result = Train("""
            data: { source: data.csv, split: split }
            encoders: { side: [ {dense: 3, name: side} ] }
            inputs: [ {name: a, type: number, encoder: side}, {name: b, type: number, encoder: side} ]
            trunk: []
            outputs: [ {name: y, type: number} ]
            training: { epochs: 1 }
            """);
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(["side/kernel", "side/bias"], run.Model.Parameters.Select(p => p.Name).Where(n => n.StartsWith("side", StringComparison.Ordinal)));
        var table = new Table(["a", "b"], [["1"], ["1"]]);
        var data = run.Encode(table, labels: false);
        Assert.Equal(((NumbersColumn)data.Inputs["a"]).Values, ((NumbersColumn)data.Inputs["b"]).Values);
    }

    [Theory]
    [InlineData("categorical_crossentropy")]
    [InlineData("kl_divergence")]
    [InlineData("{categorical_focal_crossentropy: {gamma: 1}}")]
    public void Loss_on_spread_classes_trains_a_category(string loss)
    {
        var result = Train($"data: {{ source: data.csv, split: split }}\ninputs: [ {{name: sides, type: number, columns: [a, b]}} ]\ntrunk: []\noutputs: [ {{name: size, type: category, loss: {loss}}} ]\ntraining: {{ epochs: 60, optimizer: {{adam: 0.05}} }}\n");
        Assert.True(result.Valid!["size", "accuracy"] > 0.85, result.Valid.Account.Equation(names: true));
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(result.Test!.Account.Total, run.Evaluate(run.ReadPart("test")).Account.Total);
        var predictions = run.Predict(run.ReadPart("test"), probabilities: true);
        for (int r = 0; r < predictions.Rows; r++) Assert.Equal(1, float.Parse(predictions["size=big"][r], CultureInfo.InvariantCulture) + float.Parse(predictions["size=small"][r], CultureInfo.InvariantCulture), 1e-5);
    }

    [Fact]
    public void Class_weights_by_name_weigh_the_rows_of_the_class()
    {
        var plain = Train(Usual);
        var weighted = Train(Usual.Replace("type: binary", "type: binary, class_weights: {big: 3, small: 3}", StringComparison.Ordinal));
        var first = RunFolder.ReadLedger(plain.Folder!)[0].Entry["size"].RawLoss;
        Assert.Equal(3 * first, RunFolder.ReadLedger(weighted.Folder!)[0].Entry["size"].RawLoss, 1e-5);
    }

    [Fact]
    public void Images_come_by_place_or_by_number()
    {
        // Image i is bright on its left half if i is even.
        WriteImages("images.idx3", 100, i => i % 2 == 0);
        Write("pictures.csv", Table(100, r => $"{(r < 60 ? "train" : r < 80 ? "valid" : "test")},{99 - r},{(r % 2 == 0 ? "left" : "right")}", "split,image,side"));
        string config = """
            data: { source: pictures.csv, split: split }
            inputs: [ {name: picture, type: image, images: images.idx3, layers: [flatten]} ]
            trunk: []
            outputs: [ side ]
            training: { epochs: 30, optimizer: {adam: 0.05}, batch: 10 }
            """;
        var result = Train(config);
        Assert.Equal(1, result.Test!["side", "accuracy"]);
        // Turned round, the number of the image leads to the other side; the model learns that as well.
        var numbered = Train(config.Replace("images: images.idx3", "images: [images.idx3], column: image", StringComparison.Ordinal));
        Assert.Equal(1, numbered.Test!["side", "accuracy"]);
        var run = RunFolder.Load(numbered.Folder!);
        var swapped = run.Predict(run.Encode(new Table(["image"], [["0", "1"]]), labels: false))["side"];
        Assert.Equal(["right", "left"], swapped);
        WriteImages("images.idx3", 99, i => true);
        var fault = Assert.Throws<DataException>(() => Train(config));
        Assert.Contains("has 99 images", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_do_not_fit_are_told_and_leave_nothing()
    {
        var fault = Assert.ThrowsAny<EquipoiseException>(() => Train(Usual.Replace("{dense: 6}", "{dense: 6}, {reshape: [5]}", StringComparison.Ordinal)));
        Assert.Equal(3, fault.ExitCode);
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public void Random_split_is_the_same_again_and_stratified()
    {
        string config = Usual.Replace("split: split", "split: {train: 0.6, valid: 0.2, seed: 5, stratify: size}", StringComparison.Ordinal);
        var one = RunData.Read(Config.Read(config, Path.Combine(_folder, "try.yaml")));
        var two = RunData.Read(Config.Read(config, Path.Combine(_folder, "try.yaml")));
        Assert.Equal((60, 20, 20), (one.Train.Rows, one.Valid!.Rows, one.Test!.Rows));
        Assert.Equal(one.Test.Targets["y"].Values, two.Test!.Targets["y"].Values);
    }

    private void WriteImages(string file, int count, Func<int, bool> left)
    {
        const int Side = 4;
        var bytes = new byte[16 + (count * Side * Side)];
        bytes[2] = 8;
        bytes[3] = 3;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), count);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), Side);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), Side);
        for (int i = 0; i < count * Side * Side; i++) bytes[16 + i] = (byte)((i % Side < Side / 2) == left(i / (Side * Side)) ? 200 + (i % 50) : i % 30);
        File.WriteAllBytes(Path.Combine(_folder, file), bytes);
    }

    private sealed class AtStep(int epoch, int step, Action action) : Callback
    {
        public override void StepEnds(Trainer trainer, int atEpoch, int atStep, int steps)
        {
            if (atEpoch == epoch && atStep == step) action();
        }
    }
}
