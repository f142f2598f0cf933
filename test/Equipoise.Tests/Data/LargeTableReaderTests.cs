using System.IO.Compression;
using System.Text;
using Equipoise.Data;

namespace Equipoise.Tests.Data;

/// <summary>A table that goes to the disk is the same as one in memory.</summary>
public sealed class LargeTableReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-large-").FullName;
    private int _spools;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cells_lines_and_fingerprint_are_those_of_the_table_in_memory(bool compressed)
    {
        string path = Write(Text(9000), compressed);
        var small = TableReader.Read(path, new TableOptions { Missing = ["NA"] });
        var large = Large(path, new TableOptions { Missing = ["NA"] });
        Assert.True(large.IsLarge);
        Same(small, large);
        Assert.Equal(small.Fingerprint, large.Fingerprint);
        int[] rows = [.. Enumerable.Range(0, 9000).Where(r => r % 3 == 1), 5, 8999, 0];
        Same(small.Select(rows), large.Select(rows));
        Table Piece(Table table) => table.Load(10, 700, [table["text"], table["id"]]);
        Same(Piece(small.Select(rows)), Piece(large.Select(rows)));
        Assert.Equal(["spool-0"], Directory.EnumerateFiles(_folder, "spool-*").Select(f => Path.GetFileName(f)!).Except(OperatingSystem.IsWindows() ? [] : ["spool-0"]).DefaultIfEmpty("spool-0"));
    }

    [Fact]
    public void Columns_below_each_other_are_read_in_any_order()
    {
        var table = Large(Write(Text(5000), false), new TableOptions());
        var joined = JoinedCells.Join([table["id"].Values, ["x", null], table["text"].Values]);
        Assert.Equal(10_002, joined.Count);
        foreach (int at in (int[])[0, 4999, 5000, 5001, 5002, 10_001, 3, 9000])
            Assert.Equal(at < 5000 ? table["id"].Values[at] : at < 5002 ? (at == 5000 ? "x" : null) : table["text"].Values[at - 5002], joined[at]);
    }

    [Theory]
    [InlineData("a,b\n1,2\n1,2,3\n")]
    [InlineData("a,b\n1,\"2\n3,4\n")]
    [InlineData("a,a\n1,2\n")]
    [InlineData("")]
    public void Mistakes_are_told_in_the_same_words(string text)
    {
        string path = Write(text, false);
        Assert.Equal(Assert.Throws<DataException>(() => TableReader.Read(path)).Message, Assert.Throws<DataException>(() => Large(path, new TableOptions())).Message);
    }

    [Fact]
    public void A_byte_that_is_not_UTF8_is_told_with_its_line_wherever_it_is()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Text(30_000));
        bytes[bytes.Length - 10] = 0xff;
        string path = Path.Combine(_folder, "bad.csv");
        File.WriteAllBytes(path, bytes);
        Assert.Equal(Assert.Throws<DataException>(() => TableReader.Read(path)).Message, Assert.Throws<DataException>(() => Large(path, new TableOptions())).Message);
    }

    [Fact]
    public void A_gzip_file_that_is_cut_off_is_told()
    {
        string path = Write(Text(30_000), true);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Contains("cut off or damaged", Assert.Throws<DataException>(() => Large(path, new TableOptions())).Message, StringComparison.Ordinal);
    }

    private static string Text(int rows)
    {
        // Characters of one to four bytes, so that some lie across the ends of buffers.
        var text = new StringBuilder("id,text,empty\n");
        for (int i = 0; i < rows; i++) text.Append(i).Append(",\"häß € \U0001F600, line ").Append(i % 17).Append(i % 5 == 0 ? "\nbreak" : "").Append("\",").Append(i % 4 == 0 ? "NA" : i % 4 == 1 ? "" : "x").Append('\n');
        return text.ToString();
    }

    private static void Same(Table expected, Table actual)
    {
        Assert.Equal(expected.Names, actual.Names);
        Assert.Equal(expected.Rows, actual.Rows);
        foreach (string name in expected.Names) Assert.Equal(expected[name].Values, actual[name].Values);
        for (int row = 0; row < expected.Rows; row++) Assert.Equal(expected.Line(row), actual.Line(row));
    }

    private Table Large(string path, TableOptions options) => TableReader.ReadLarge(path, options, Path.Combine(_folder, $"spool-{_spools++}"));

    private string Write(string text, bool compressed)
    {
        string path = Path.Combine(_folder, compressed ? "data.csv.gz" : "data.csv");
        using var file = File.Create(path);
        using var content = compressed ? new GZipStream(file, CompressionLevel.Fastest) : (Stream)file;
        content.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
