using System.Text.Json.Nodes;
using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class ColumnFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-columns-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Sections_come_back_as_they_were_appended()
    {
        float[] numbers = [.. Enumerable.Range(0, 1_300_000).Select(i => i * 0.5f)];
        string path = Write(file =>
        {
            int first = file.Reserve(4L * numbers.Length), open = file.ReserveOpen(), last = file.Reserve(8);
            file.Append<float>(first, numbers.AsSpan(0, 7));
            file.Append<int>(open, [3, 1]);
            file.Append<float>(first, numbers.AsSpan(7));
            file.Append<int>(open, [4]);
            file.Append<int>(last, [5, 9]);
        });
        var read = ColumnFile.Open(path)!;
        Assert.Equal(numbers, read.Values<float>(0).ToArray());
        Assert.Equal([3, 1, 4], read.Values<int>(1).ToArray());
        Assert.Equal([5, 9], read.Values<int>(2).ToArray());
        Assert.Equal("yes", (string?)read.Description["mine"]);
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_noticed()
    {
        string path = Write(file => file.Append<int>(file.Reserve(40), [.. Enumerable.Range(0, 10)]));
        byte[] whole = File.ReadAllBytes(path);
        var unnoticed = new List<int>();
        string copy = Path.Combine(_folder, "copy");
        for (int at = 0; at < whole.Length; at++)
        {
            if (at is >= 40 and < ColumnFile.HeadBytes or >= ColumnFile.HeadBytes + 40 and < ColumnFile.HeadBytes + 64) continue; // between the parts nothing is written
            byte[] changed = [.. whole];
            changed[at] ^= 0x10;
            File.WriteAllBytes(copy, changed);
            if (ColumnFile.Open(copy) is not null) unnoticed.Add(at);
        }
        Assert.Empty(unnoticed);
    }

    [Fact]
    public void A_file_that_is_cut_off_or_longer_or_something_else_is_noticed()
    {
        string path = Write(file => file.Append<int>(file.Reserve(40), [.. Enumerable.Range(0, 10)]));
        byte[] whole = File.ReadAllBytes(path);
        foreach (byte[] other in (byte[][])[[], whole[..30], whole[..80], whole[..^1], [.. whole, 0], new byte[200]])
        {
            File.WriteAllBytes(path, other);
            Assert.Null(ColumnFile.Open(path));
        }
        Assert.Null(ColumnFile.Open(Path.Combine(_folder, "nothing")));
    }

    [Fact]
    public void A_file_that_is_not_finished_goes_away()
    {
        string path = Path.Combine(_folder, "broken-off");
        using (var file = new ColumnFileWriter(path)) file.Append<int>(file.ReserveOpen(), [1, 2]);
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public void The_checksum_is_that_of_RFC_3720_without_its_inversions()
    {
        // CRC-32C of 32 zero bytes is 0x8A9136AA (RFC 3720, B.4); it begins from and ends with all bits turned round.
        Assert.Equal(0x8A9136AAu, ~ColumnFile.Sum(uint.MaxValue, new byte[32]));
        byte[] bytes = [.. Enumerable.Range(0, 37).Select(i => (byte)(i * 11))];
        for (int cut = 0; cut <= bytes.Length; cut++) Assert.Equal(ColumnFile.Sum(0, bytes), ColumnFile.Sum(ColumnFile.Sum(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    private string Write(Action<ColumnFileWriter> write)
    {
        string path = Path.Combine(_folder, "file");
        using var file = new ColumnFileWriter(path);
        write(file);
        file.Finish(new JsonObject { ["mine"] = "yes" });
        return path;
    }
}
