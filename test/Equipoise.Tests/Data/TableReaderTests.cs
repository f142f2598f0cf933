using System.IO.Compression;
using System.Text;
using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class TableReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Quoted_fields_hold_separators_line_breaks_and_quotes()
    {
        Table table = TableReader.ReadText("a,b\n1,\"x,\n\"\"y\"\"\"\n\n,5\" pipe\r\n");
        Assert.Equal(["a", "b"], table.Names);
        Assert.Equal(["1", null], table["a"].Values.AsEnumerable());
        Assert.Equal(["x,\n\"y\"", "5\" pipe"], table["b"].Values.AsEnumerable());
        Assert.Equal("data.csv: line 2, column 'b'", table["b"].Where(0));
        Assert.Equal("data.csv: line 5, column 'b'", table["b"].Where(1));
        Assert.Equal(1, table["a"].Missing);
    }

    [Theory]
    [InlineData("x.csv", "a;b\n1,5;2\n")]
    [InlineData("x.tsv", "a\tb\n1,5\t2\n")]
    [InlineData("x.tsv.gz", "a\tb\n1,5\t2\n")]
    [InlineData("x.txt", "a|b\n1,5|2\n")]
    [InlineData("x.csv", "\uFEFFa\tb\r\n1,5\t2")]
    [InlineData("x.csv", "a,b\n\"1,5\",2")]
    public void Separator_is_found_from_the_first_line(string name, string text)
    {
        Table table = TableReader.ReadText(text, name);
        Assert.Equal(["a", "b"], table.Names);
        Assert.Equal(["1,5"], table["a"].Values.AsEnumerable());
    }

    [Fact]
    public void Further_texts_may_mean_missing() =>
        Assert.Equal([null, "na", null], TableReader.ReadText("a,b\nNA,1\nna,2\n,3\n", options: new TableOptions { Missing = ["NA"] })["a"].Values.AsEnumerable());

    [Fact]
    public void Reading_stops_after_the_wanted_rows() =>
        Assert.Equal(2, TableReader.ReadText("a\n1\n2\n3\n", options: new TableOptions { MaximumRows = 2 }).Rows);

    [Fact]
    public void Rows_of_a_wrong_length_are_told_together_with_their_lines()
    {
        var fault = Assert.Throws<DataException>(() => TableReader.ReadText("a,b\n1,2\n1,2,3\n1\n", "x.csv"));
        Assert.Equal(
            [
                "x.csv: line 3 has 3 fields, but the header names 2 columns. Put a field that holds the separator (',') in quotes.",
                "x.csv: line 4 has 1 field, but the header names 2 columns. Add the missing fields (an empty one is a missing value); the separator is ','.",
            ],
            fault.Mistakes);
    }

    [Fact]
    public void After_twenty_mistakes_the_rest_is_counted()
    {
        var fault = Assert.Throws<DataException>(() => TableReader.ReadText("a,b\n" + string.Concat(Enumerable.Repeat("1\n", 25))));
        Assert.Equal(20, fault.Mistakes.Count);
        Assert.EndsWith("and 5 more like these.", fault.Message);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("\n\n", "the file is empty")]
    [InlineData("a,b,a\n", "columns 1 and 3 are both called 'a'")]
    [InlineData("a,,b\n", "column 2 of 3 has no name")]
    [InlineData("a,b\n1,2\n1,\"x\n3,4\n", "line 3: a field begins with a quote (\") that is never closed")]
    [InlineData("a,b\n1,2\n1,\"x\"y\n", "line 3: text follows the closing quote")]
    public void Malformed_text_is_refused(string text, string message)
        => Assert.Contains(message, Assert.Throws<DataException>(() => TableReader.ReadText(text)).Message);

    [Fact]
    public void Gzip_is_told_by_its_first_bytes()
    {
        string path = Write("words.csv", Compress("a,b\n1,2\n"));
        Table table = TableReader.Read(path);
        Assert.Equal(["1"], table["a"].Values.AsEnumerable());
        Assert.Equal("words.csv", table.Source);
        Assert.Equal(TableReader.Read(Write("plain.csv", "a,b\n1,2\n"u8.ToArray())).Fingerprint, table.Fingerprint);
        Assert.Equal(new Fingerprint("492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470", 8, 1, 2), table.Fingerprint); // sha256sum
    }

    [Fact]
    public void Gzip_of_several_members_is_read_whole()
        => Assert.Equal(["1", "2"], TableReader.Read(Write("x.csv.gz", [.. Compress("a\n1\n"), .. Compress("2\n")]))["a"].Values.AsEnumerable());

    [Fact]
    public void Gzip_cut_off_anywhere_is_refused()
    {
        byte[] whole = Compress("a,b\n" + string.Join("\n", Enumerable.Range(0, 500).Select(i => $"{i},{i * 7919 % 1000}")));
        for (int length = 2; length < whole.Length; length += length < 20 || length > whole.Length - 20 ? 1 : 37)
        {
            string path = Write("cut.csv.gz", whole[..length]);
            Assert.Contains("cut off or damaged", Assert.Throws<DataException>(() => TableReader.Read(path)).Message);
        }
    }

    [Fact]
    public void Gzip_with_a_changed_byte_is_refused()
    {
        byte[] bytes = Compress("a,b\n1,2\n3,4\n5,6\n");
        bytes[^6] ^= 1; // in the checksum
        Assert.Contains("cut off or damaged", Assert.Throws<DataException>(() => TableReader.Read(Write("x.gz", bytes))).Message);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_named_with_their_line()
        => Assert.Contains("x.csv: line 3 is not UTF-8: byte 0xe9 at offset 7", Assert.Throws<DataException>(() => TableReader.Read(Write("x.csv", [.. "a\nb\ncaf"u8, 0xe9, .. "\n"u8]))).Message);

    [Fact]
    public void Utf16_is_named()
        => Assert.Contains("UTF-16", Assert.Throws<DataException>(() => TableReader.Read(Write("x.csv", [0xff, 0xfe, .. Encoding.Unicode.GetBytes("a,b\n")]))).Message);

    [Fact]
    public void Missing_file_suggests_the_nearest_name()
    {
        Write("words.csv.gz", []);
        Assert.Contains("Did you mean 'words.csv.gz'?", Assert.Throws<DataException>(() => TableReader.Read(Path.Combine(_folder, "word.csv.gz"))).Message);
        Assert.Contains("nor its folder", Assert.Throws<DataException>(() => TableReader.Read(Path.Combine(_folder, "no", "x.csv"))).Message);
        Assert.Contains("this is a folder", Assert.Throws<DataException>(() => TableReader.Read(_folder)).Message);
    }

    [Fact]
    public void Unknown_column_suggests_the_nearest_name()
        => Assert.Contains("Did you mean 'price'?", Assert.Throws<DataException>(() => TableReader.ReadText("price,carat\n1,2\n")["prise"]).Message);

    [Fact]
    public void Part_of_a_table_keeps_its_line_numbers()
    {
        Table part = TableReader.ReadText("a\n1\n2\n3\n").Select([2, 0]);
        Assert.Equal(["3", "1"], part["a"].Values.AsEnumerable());
        Assert.Equal("data.csv: line 4, column 'a'", part["a"].Where(0));
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
