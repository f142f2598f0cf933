using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Runs;

namespace Equipoise.Tests.Runs;

/// <summary>Rows from a cache, or encoded piece by piece, are the same bits as rows parsed into memory.</summary>
public sealed class CachedDataTests : IDisposable
{
    private const string AllKinds = """
        data: { source: rows.csv, split: { train: 0.7, valid: 0.2, test: 0.1, seed: 3 }, weights: w, missing: [NA], extra: [more.csv] }
        inputs:
          - { name: sizes, type: number, columns: [x, y] }
          - { name: tag, type: category }
          - { name: words, type: text, columns: [note], length: 4, layers: [ {embedding: 4} ] }
          - { name: terms, type: bag, columns: [note], minimum: 1 }
          - { name: marks, type: set }
        trunk: [ {dense: 4} ]
        outputs:
          - { name: z, type: number, transform: standardise, metrics: [ mae, { expression: {title: money, better: lower_is_better, formula: 'sum(p * "x") / n'} } ] }
          - { name: kind, type: category }
          - { name: sold, type: binary }
          - { name: tags, column: labels, type: set }
          - { name: spelt, column: letters, type: sequence, from: words, layers: [ {lstm: {units: 4, return_sequences: true}} ], loss: ctc }
        training: { epochs: 1, batch: 32, seed: 5 }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-cached-").FullName;

    public CachedDataTests()
    {
        Write("rows.csv", Table(9_000, 0));
        Write("more.csv", Table(900, 5).Replace("x,y,tag", "x,unknown,tag", StringComparison.Ordinal));
    }

    private string CacheFolder => Path.Combine(_folder, "cache");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1000)]
    public void Rows_are_the_same_bits_without_a_cache_when_it_is_made_and_when_it_is_found(long largeAbove)
    {
        var config = Read(AllKinds);
        var plain = RunData.Read(config);
        var made = RunData.Read(config, new DataCache(CacheFolder) { LargeAbove = largeAbove });
        var found = RunData.Read(config, new DataCache(CacheFolder) { LargeAbove = largeAbove });
        foreach (var other in (RunData[])[made, found])
        {
            Same(plain.Train, other.Train);
            Same(plain.Valid!, other.Valid!);
            Same(plain.Test!, other.Test!);
            Assert.Equal(plain.Encoders.ToJson().ToJsonString(), other.Encoders.ToJson().ToJsonString());
            Assert.Equal(plain.Notes, other.Notes);
            Assert.Equal(plain.Warnings.Order(StringComparer.Ordinal), other.Warnings.Order(StringComparer.Ordinal));
            Assert.Equal(plain.Files.OrderBy(f => f.Key), other.Files.OrderBy(f => f.Key));
        }
        Assert.NotEmpty(plain.Warnings);
        Assert.True(((NumbersColumn)found.Train.Inputs["sizes"]).Values.IsMapped);
        Assert.Equal(largeAbove == 1000, ((NumbersColumn)made.Train.Inputs["sizes"]).Values.IsMapped);
    }

    [Fact]
    public void A_run_from_the_cache_ends_with_the_same_weights()
    {
        byte[] Train(DataCache? cache)
        {
            var result = TrainingRun.Start(RunData.Read(Read(AllKinds), cache), new RunOptions { Root = Path.Combine(_folder, "runs") });
            return File.ReadAllBytes(Path.Combine(result.Folder!, RunFiles.Last));
        }
        byte[] plain = Train(null);
        Assert.Equal(plain, Train(new DataCache(CacheFolder)));
        Assert.Equal(plain, Train(new DataCache(CacheFolder)));
    }

    [Fact]
    public void The_second_time_the_file_is_not_parsed()
    {
        string text = AllKinds.Replace("name: tag, type: category }", "name: tag }", StringComparison.Ordinal);
        RunData.Read(Read(text), new DataCache(CacheFolder));
        var source = RunSource.Read(Read(text), new DataCache(CacheFolder));
        source.Encode(Read(text));
        Assert.False(source.WasParsed);
    }

    [Fact]
    public void A_change_of_what_is_encoded_makes_another_entry_and_a_change_of_anything_else_does_not()
    {
        var cache = new DataCache(CacheFolder);
        RunData.Read(Read(AllKinds), cache);
        RunData.Read(Read(AllKinds.Replace("dense: 4", "dense: 5", StringComparison.Ordinal).Replace("seed: 5", "seed: 6", StringComparison.Ordinal)), cache);
        Assert.Single(cache.Entries());
        foreach (var (from, to) in new[] { ("seed: 3", "seed: 4"), ("length: 4", "length: 5"), ("missing: [NA]", "missing: [NA, q3]"), (", extra: [more.csv]", "") })
        {
            int before = cache.Entries().Count;
            RunData.Read(Read(AllKinds.Replace(from, to, StringComparison.Ordinal)), cache);
            Assert.Equal(before + 1, cache.Entries().Count);
        }
        Write("rows.csv", Table(9_000, 1));
        int entries = cache.Entries().Count;
        RunData.Read(Read(AllKinds), cache);
        Assert.Equal(entries + 1, cache.Entries().Count);
    }

    [Fact]
    public void A_damaged_entry_is_made_again()
    {
        var cache = new DataCache(CacheFolder);
        var plain = RunData.Read(Read(AllKinds), cache);
        string entry = Directory.EnumerateFiles(CacheFolder, "*.columns").Single();
        byte[] bytes = File.ReadAllBytes(entry);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(entry, bytes);
        File.WriteAllText(Directory.EnumerateFiles(CacheFolder, "*.facts").Single(), "00000000\n{}");
        Same(plain.Train, RunData.Read(Read(AllKinds), cache).Train);
        bytes[bytes.Length / 3] ^= 1;
        Assert.Equal(bytes, File.ReadAllBytes(entry));
    }

    [Fact]
    public void Many_at_once_make_one_entry()
    {
        var plain = RunData.Read(Read(AllKinds));
        var all = new RunData[6];
        Parallel.For(0, all.Length, i => all[i] = RunData.Read(Read(AllKinds), new DataCache(CacheFolder) { LargeAbove = i % 2 == 0 ? 1000 : long.MaxValue }));
        foreach (var data in all) Same(plain.Train, data.Train);
        Assert.Equal([".columns", ".facts"], Directory.EnumerateFiles(CacheFolder).Select(f => Path.GetExtension(f)).Order());
    }

    [Fact]
    public void Above_its_limit_the_cache_loses_what_was_not_used_for_longest()
    {
        var cache = new DataCache(CacheFolder) { Limit = 1 };
        RunData.Read(Read(AllKinds), cache);
        string first = cache.Entries().Single().Key;
        RunData.Read(Read(AllKinds.Replace("seed: 3", "seed: 4", StringComparison.Ordinal)), cache);
        Assert.NotEqual(first, cache.Entries().Single().Key);
        Assert.Equal(1, cache.Clear().Entries);
        Assert.Empty(Directory.EnumerateFiles(CacheFolder));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_told_and_training_goes_on()
    {
        Write("file", "");
        var data = RunData.Read(Read(AllKinds), new DataCache(Path.Combine(_folder, "file", "cache")));
        Assert.Contains(data.Warnings, w => w.Contains("--no-cache", StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_in_a_large_table_are_those_of_a_small_one()
    {
        Write("rows.csv", Table(9_000, 0).Replace("\n7,", "\nseven,", StringComparison.Ordinal));
        string Mistakes(DataCache? cache) => Assert.Throws<DataException>(() => RunData.Read(Read(AllKinds), cache)).Message;
        Assert.Equal(Mistakes(null), Mistakes(new DataCache(CacheFolder) { LargeAbove = 1000 }));
    }

    private static void Same(Dataset expected, Dataset actual)
    {
        Assert.Equal(expected.Rows, actual.Rows);
        Assert.Equal(Bits(expected.RowWeights), Bits(actual.RowWeights));
        foreach (var (name, column) in expected.Inputs)
        {
            switch (column)
            {
                case NumbersColumn numbers:
                    Assert.Equal(numbers.Shape, ((NumbersColumn)actual.Inputs[name]).Shape);
                    Assert.Equal(Bits(numbers.Values), Bits(((NumbersColumn)actual.Inputs[name]).Values));
                    break;
                case IndicesColumn indices:
                    Assert.Equal(indices.Values.ToArray(), ((IndicesColumn)actual.Inputs[name]).Values.ToArray());
                    break;
                case BagColumn bag:
                    var other = (BagColumn)actual.Inputs[name];
                    Assert.Equal(bag.Offsets.ToArray(), other.Offsets.ToArray());
                    Assert.Equal(bag.Indices.ToArray(), other.Indices.ToArray());
                    Assert.Equal(Bits(bag.Weights), Bits(other.Weights));
                    Assert.Equal(bag.Vocabulary, other.Vocabulary);
                    break;
            }
        }
        foreach (var (name, numbers) in expected.Columns) Assert.Equal(numbers.ToArray(), actual.Columns[name].ToArray());
        Assert.NotEmpty(expected.Columns);
        foreach (var (name, target) in expected.Targets)
        {
            Assert.Equal(target.Shape, actual.Targets[name].Shape);
            Assert.Equal(Bits(target.Values), Bits(actual.Targets[name].Values));
        }
    }

    private static int[]? Bits(ColumnValues<float>? values) => values is null ? null : MemoryMarshal.Cast<float, int>(values.ToArray()).ToArray();

    private Config Read(string text) => Config.Read(text, Path.Combine(_folder, "equipoise.yaml"));

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    private static string Table(int rows, int turn)
    {
        var text = new StringBuilder("x,y,tag,note,marks,labels,z,kind,sold,letters,w\n");
        for (int i = 0; i < rows; i++)
        {
            int k = (i * 7919) + turn;
            string tag = i % 900 == 7 ? $"rare{i}" : $"t{k % 6}";
            text.Append(CultureInfo.InvariantCulture, $"{(i == 5 ? 7 : k % 1013)},{(k % 7 == 2 ? "NA" : $"{k % 31}.25")},{tag},{(k % 9 == 0 ? "" : $"w{k % 40} w{k % 23} {(i % 900 == 11 ? "only once here" : "and")}")},")
                .Append(CultureInfo.InvariantCulture, $"m{k % 5} m{k % 8},l{k % 4} l{4 + (k % 3)}{(i % 900 == 13 ? " other" : "")},{(k % 11 == 0 ? "" : $"{k % 503}")},{(i % 900 == 17 ? "odd" : $"k{k % 3}")},{(k % 2 == 0 ? "yes" : "no")},{(i == 8_505 ? "a b a b c" : k % 3 == 0 ? "a b" : "c")},{1 + (k % 3)}\n");
        }
        return text.ToString();
    }
}
