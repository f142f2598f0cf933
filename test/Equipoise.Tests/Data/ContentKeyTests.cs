using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class ContentKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-key-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Of_a_small_file_it_follows_from_the_bytes_alone()
    {
        string one = Write("one", "1,2\n3,4\n"), two = Write("two", "1,2\n3,4\n"), other = Write("other", "1,2\n3,5\n");
        File.SetLastWriteTimeUtc(two, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Assert.Equal(ContentKey.Of(one)!.Text, ContentKey.Of(two)!.Text);
        Assert.NotEqual(ContentKey.Of(one)!.Text, ContentKey.Of(other)!.Text);
    }

    [Fact]
    public void Of_a_large_file_it_follows_from_size_date_and_pieces()
    {
        var date = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        string text = new('7', 5 << 20);
        string Key(string content, DateTime changed)
        {
            string path = Write("file", content);
            File.SetLastWriteTimeUtc(path, changed);
            return ContentKey.Of(path, wholeUpTo: 1 << 20)!.Text;
        }
        string key = Key(text, date);
        Assert.Equal(key, Key(text, date));
        Assert.NotEqual(key, Key(text, date.AddTicks(1)));
        Assert.NotEqual(key, Key(text + "7", date));
        Assert.NotEqual(key, Key("8" + text[1..], date));
        Assert.NotEqual(key, Key(text[..^1] + "8", date));
    }

    [Fact]
    public void A_file_that_was_changed_meanwhile_is_noticed()
    {
        string path = Write("file", "1,2\n");
        var key = ContentKey.Of(path)!;
        Assert.True(key.IsStill(path));
        File.WriteAllText(path, "1,23\n");
        Assert.False(key.IsStill(path));
        File.Delete(path);
        Assert.False(key.IsStill(path));
        Assert.Null(ContentKey.Of(path));
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
