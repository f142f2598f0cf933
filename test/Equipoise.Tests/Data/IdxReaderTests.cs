using System.IO.Compression;
using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class IdxReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(params byte[] bytes)
    {
        string path = Path.Combine(_folder, "x.idx");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 10, 20];

    [Fact]
    public void Images_become_an_input()
    {
        var array = IdxReader.Read(Write(Images));
        Assert.Equal([2, 1, 2], array.Shape);
        var input = array.ToInput(1 / 255f, channel: true);
        Assert.Equal([1, 2, 1], input.Shape);
        Assert.Equal([0, 1, 10 / 255f, 20 / 255f], input.Values);
        Assert.Equal((2, 2), (array.Fingerprint.Rows, array.Fingerprint.Columns));
    }

    [Fact]
    public void Gzip_is_read_too()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal)) gzip.Write(Images);
        Assert.Equal([0, 255, 10, 20], IdxReader.Read(Write(compressed.ToArray())).ToInput().Values);
    }

    [Fact]
    public void Labels_of_two_places_become_classes()
    {
        var array = IdxReader.Read(Write(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4));
        Assert.Equal([1, 3], array.ToClasses(0).Values);
        Assert.Equal([2, 4], array.ToClasses(1).Values);
        Assert.Throws<ArgumentOutOfRangeException>(() => array.ToClasses(2));
    }

    [Theory]
    [InlineData(9, new byte[] { 0xfe }, -2f)]
    [InlineData(11, new byte[] { 0xff, 0xfe }, -2f)]
    [InlineData(12, new byte[] { 0, 1, 0, 0 }, 65536f)]
    [InlineData(13, new byte[] { 0x3f, 0xc0, 0, 0 }, 1.5f)]
    [InlineData(14, new byte[] { 0x3f, 0xf8, 0, 0, 0, 0, 0, 0 }, 1.5f)]
    public void Other_types_are_big_endian(byte type, byte[] number, float value)
    {
        var array = IdxReader.Read(Write([0, 0, type, 1, 0, 0, 0, 1, .. number]));
        Assert.Equal(value, array[0]);
        Assert.Equal([1], array.ToInput().Shape);
        if (value is < 0 or 1.5f) Assert.Throws<DataException>(() => array.ToClasses());
    }

    [Theory]
    [InlineData(new byte[] { 0x89, 0x50, 0x4e, 0x47 }, "no IDX file")]
    [InlineData(new byte[] { }, "begins with nothing")]
    [InlineData(new byte[] { 0, 0, 7, 1, 0, 0, 0, 0 }, "type 0x07 is unknown")]
    [InlineData(new byte[] { 0, 0, 8, 5 }, "5 sizes")]
    [InlineData(new byte[] { 0, 0, 8, 2, 0, 0, 0, 1 }, "ends within its header")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 1, 2 }, "says [3], 3 bytes of numbers, but there are 2")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 1, 2 }, "Something was added")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0xff, 0, 0, 0 }, "size 1 of the IDX file is -16777216")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0x7f, 0, 0, 0, 0x7f, 0, 0, 0, 0x7f, 0, 0, 0 }, "more than can be read")]
    public void Wrong_files_are_refused(byte[] bytes, string message) => Assert.Contains(message, Assert.Throws<DataException>(() => IdxReader.Read(Write(bytes))).Message);

    [Fact]
    public void File_without_items_is_empty() => Assert.Equal(0, IdxReader.Read(Write(0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 5)).ToInput().Rows);
}
