using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Equipoise.Balancing;
using Equipoise.Configs;
using Equipoise.Ledger;
using Equipoise.Runs;

namespace Equipoise.Tests.Runs;

/// <summary>Every balancer of the catalogue on two small tasks of the kinds that balancing is tried on: two digits in one image, and how words sound.</summary>
public sealed class BalancedSampleTests : IDisposable
{
    private const int Rows = 40, Side = 8;
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public BalancedSampleTests()
    {
        WriteDigits();
        WriteWords();
    }

    public static TheoryData<string> Methods => [.. BalancerCatalog.Catalog.Names];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Methods))]
    public void Two_digits_in_one_image(string method) => Check(method, $$"""
        data: { source: digits.csv, split: split }
        inputs: [ {name: picture, type: image, images: digits.idx3, layers: [ {conv2d: 3, kernel_size: 3, activation: relu}, {max_pooling2d: 2}, flatten ]} ]
        trunk: [ {dense: 8, activation: relu} ]
        outputs: [ {name: left, type: category}, {name: right, type: category} ]
        training: { epochs: 2, batch: 16, optimizer: {adam: 0.003}, seed: 3, workers: 2 }
        balance: {{method}}
        """);

    [Theory, MemberData(nameof(Methods))]
    public void How_words_sound(string method) => Check(method, $$$"""
        data: { source: words.csv, split: split }
        inputs: [ {name: word, type: text, tokens: characters, length: 6, layers: [ {embedding: 5}, {bidirectional: {gru: 4}} ]} ]
        trunk: [ {dense: 8, activation: relu, kernel_regularizer: {l2: 0.001}}, {dropout: 0.1} ]
        outputs: [ {name: sounds, type: set}, {name: syllables, type: number}{{{(method == "pareto_mtl" ? "" : ", {name: stress, type: category}")}}} ]
        training: { epochs: 2, batch: 16, optimizer: {adam: 0.003}, seed: 3, workers: 2 }
        balance: {{{method}}}
        """);

    // Each line of the ledger adds up, and weights were set in every step.
    private void Check(string method, string config)
    {
        var result = TrainingRun.Start(Config.Read(config, Path.Combine(_folder, $"{method}.yaml")), new RunOptions { Root = Path.Combine(_folder, "runs") });
        var lines = RunFolder.ReadLedger(result.Folder!).ToList();
        Assert.Equal(2 * 2, lines.Count(l => l.Part == "step"));
        foreach (var (_, entry) in lines)
        {
            double sum = entry.Outputs.Sum(o => o.Weight * o.RawLoss) + entry.Penalties.Sum(p => p.Value);
            double size = entry.Outputs.Sum(o => Math.Abs(o.Weight * o.RawLoss)) + entry.Penalties.Sum(p => Math.Abs(p.Value));
            Assert.Equal(entry.Total, sum, 1e-6 * size);
            Assert.All(entry.Outputs, o => Assert.True(double.IsFinite(o.Weight) && double.IsFinite(o.RawLoss)));
        }
        Assert.All(lines.Where(l => l.Part == "step"), l => Assert.Contains(l.Entry.Outputs, o => o.Weight > 0));
    }

    // A digit is a bright row of the left or the right half.
    private void WriteDigits()
    {
        var text = new StringBuilder("split,left,right\n");
        var bytes = new byte[16 + (Rows * Side * Side)];
        (bytes[2], bytes[3]) = (8, 3);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), Rows);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), Side);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), Side);
        for (int r = 0; r < Rows; r++)
        {
            int left = r * 7 % 3, right = r * 5 % 4;
            text.Append(CultureInfo.InvariantCulture, $"{SplitOf(r)},d{left},d{right}\n");
            for (int p = 0; p < Side * Side; p++)
            {
                int row = p / Side, digit = p % Side < Side / 2 ? left : right;
                bytes[16 + (r * Side * Side) + p] = (byte)(row == 1 + digit ? 220 : ((r * 31) + (p * 17)) % 40);
            }
        }
        File.WriteAllText(Path.Combine(_folder, "digits.csv"), text.ToString());
        File.WriteAllBytes(Path.Combine(_folder, "digits.idx3"), bytes);
    }

    private void WriteWords()
    {
        string[] begins = ["ba", "ke", "lo", "mi", "tu"], ends = ["n", "ra", "so", "tim", ""];
        var text = new StringBuilder("split,word,sounds,syllables,stress\n");
        for (int r = 0; r < Rows; r++)
        {
            string word = begins[r % 5] + ends[r * 3 % 5 == 0 ? 4 : r * 7 % 4];
            int syllables = word.Count(c => "aeiou".Contains(c, StringComparison.Ordinal));
            text.Append(CultureInfo.InvariantCulture, $"{SplitOf(r)},{word},{string.Join(' ', word.Distinct())},{(r % 9 == 4 ? "" : syllables)},{(word.EndsWith('m') ? "last" : "first")}\n");
        }
        File.WriteAllText(Path.Combine(_folder, "words.csv"), text.ToString());
    }

    private static string SplitOf(int row) => row % 5 == 0 ? "valid" : "train";
}
