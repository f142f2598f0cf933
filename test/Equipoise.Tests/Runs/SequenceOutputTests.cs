using System.Globalization;
using System.Text;
using Equipoise.Configs;
using Equipoise.Runs;

namespace Equipoise.Tests.Runs;

/// <summary>A sequence output from config to prediction: letters to sounds, with a set that is read off the sequence by a branch.</summary>
public sealed class SequenceOutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // x is said K S, the other letters by their capitals.
    private static string Said(string word) => string.Join(' ', word.Select(c => c == 'x' ? "K S" : char.ToUpperInvariant(c).ToString(CultureInfo.InvariantCulture)));

    private string Write(int rows)
    {
        var text = new StringBuilder("word,sounds,kinds,split\n");
        for (int r = 0; r < rows; r++)
        {
            string word = string.Concat(Enumerable.Range(0, 1 + (r % 4)).Select(i => "abx"[(((r * 7) + (i * 5) + (r / 11)) % 97) % 3]));
            string said = Said(word);
            text.Append(CultureInfo.InvariantCulture, $"{word},{said},{string.Join(' ', said.Split(' ').Distinct().Order(StringComparer.Ordinal))},{(r % 5 == 0 ? "valid" : "train")}\n");
        }

        File.WriteAllText(Path.Combine(_folder, "words.csv"), text.ToString());
        return Path.Combine(_folder, "words.yaml");
    }

    private const string Text = """
        data: { source: words.csv, split: split }
        inputs:
          - { name: word, type: text, tokens: characters, length: 4, layers: [ {embedding: {width: 12, mask_zero: true}}, {bidirectional: {gru: {units: 16, return_sequences: true, zero_output_for_mask: true}}} ] }
        branches:
          - { name: frames, from: word, layers: [ {dense: 48, activation: tanh}, {reshape: [8, 24]} ] }
          - { name: heard, from: sounds, layers: [ softmax, global_noisy_or_pooling1d ] }
        outputs:
          - { name: sounds, type: sequence, from: frames }
          - { name: kinds, type: set, from: heard, metrics: [subset_accuracy] }
        training: { epochs: 8, batch: 16, optimizer: {adam: {learning_rate: 0.01}}, seed: 1 }
        """;

    [Fact]
    public void Sequences_are_learned_and_predicted_in_order()
    {
        var result = TrainingRun.Start(Config.Read(Text, Write(600)), new RunOptions { Root = Path.Combine(_folder, "runs") });
        var valid = result.Valid!;
        Assert.InRange(valid["sounds", "sequence_error_rate"], 0, 0.05);
        Assert.InRange(valid["kinds", "subset_accuracy"], 0.9, 1);
        File.WriteAllText(Path.Combine(_folder, "new.csv"), "word\nxa\nbab\n");
        var run = RunFolder.Load(result.Folder!);
        var predicted = run.Predict(run.Encode(run.ReadTable(Path.Combine(_folder, "new.csv")), labels: false));
        Assert.Equal(["K S A", "B A B"], predicted["sounds"]);
    }

    [Theory]
    [InlineData("from: frames }", "from: frames, loss: binary_crossentropy }", "Use ctc.")]
    [InlineData("metrics: [subset_accuracy]", "metrics: [sequence_error_rate]", "is for lists of labels")]
    [InlineData("from: frames }", "from: frames, metrics: [accuracy] }", "Use sequence_error_rate.")]
    [InlineData("type: set, from: heard", "type: set, loss: ctc, from: heard", "declare the type sequence")]
    [InlineData("from: frames }", "from: frames, loss: {ctc: {blank: last}} }", "Remove 'blank'.")]
    public void What_does_not_fit_a_sequence_is_refused(string right, string wrong, string message)
    {
        string file = Write(20);
        var fault = Assert.Throws<ConfigException>(() => TrainingRun.Start(Config.Read(Text.Replace(right, wrong, StringComparison.Ordinal), file), new RunOptions { Root = Path.Combine(_folder, "runs") }));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }
}
