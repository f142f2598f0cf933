using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A folder of encoded tables, so that a table is parsed and encoded once, and may be larger than memory.</summary>
/// <remarks>
/// An entry is kept under a hash of all that it follows from: the bytes of the files, the parts of the config that part and encode them, and the build of the library. So an entry never grows old; a change makes another one.
/// Entries are written under a passing name and then renamed: several processes may read and write at once, and the last one to make an entry replaces an equal one. Every entry has checksums; a damaged one is made again.
/// When all are larger than <see cref="Limit"/>, those that were not used for the longest time go, but never the newest. Numbers lie with the lowest byte first; on machines that count the other way there is no cache.
/// </remarks>
public sealed class DataCache
{
    private const string Ending = ".columns";
    private const string FactsEnding = ".facts";
    private const string Passing = ".part";

    /// <summary>A cache in a folder, which is made when the first entry is written.</summary>
    public DataCache(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = folder;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Bytes that all entries may have together; 10 GiB. A single entry may be larger.</summary>
    public long Limit { get; init; } = 10L << 30;

    /// <summary>A table of more bytes of text is not brought into memory, but encoded piece by piece; 32 MiB. The encoded numbers are the same.</summary>
    public long LargeAbove { get; init; } = 32L << 20;

    /// <summary>The folder of the user: <c>EQUIPOISE_CACHE</c>, or <c>equipoise</c> in <c>XDG_CACHE_HOME</c>, <c>~/.cache</c>, <c>~/Library/Caches</c> (macOS) or the local application data (Windows). Null if there is none, or if the first says <c>off</c>.</summary>
    public static string? UsualFolder()
    {
        if (Environment.GetEnvironmentVariable("EQUIPOISE_CACHE") is { Length: > 0 } own) return own == "off" ? null : own;
        if (!BitConverter.IsLittleEndian) return null;
        string? home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } user ? user : null;
        string? root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : home is null ? null : Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache");
        return string.IsNullOrEmpty(root) ? null : Path.Combine(root, "equipoise");
    }

    /// <summary>The entries, the last used first.</summary>
    public IReadOnlyList<DataCacheEntry> Entries() => [.. Files(Ending).OrderByDescending(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal).Select(f =>
    {
        var description = ColumnFile.ReadDescription(f.FullName);
        return new DataCacheEntry(Path.GetFileNameWithoutExtension(f.Name), (string?)description?["source"] ?? "(damaged)", (long?)description?["rows"] ?? 0, f.Length, f.LastWriteTimeUtc);
    })];

    /// <summary>Removes all entries, and what broken-off processes left behind. Trainings that use one at the moment go on.</summary>
    /// <returns>How many entries went, and how many bytes.</returns>
    public (int Entries, long Bytes) Clear()
    {
        int entries = 0;
        long bytes = 0;
        foreach (var file in Files(Ending).Concat(Files(FactsEnding)).Concat(Files(Passing)))
        {
            long length = file.Length;
            if (!Remove(file.FullName)) continue;
            bytes += length;
            if (file.Name.EndsWith(Ending, StringComparison.Ordinal)) entries++;
        }
        return (entries, bytes);
    }

    /// <summary>The key of all that something follows from.</summary>
    internal static string KeyOf(IEnumerable<string> causes) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', causes))))[..32];

    /// <summary>An entry, which counts as used now; null if there is none that is whole.</summary>
    internal ColumnFile? Find(string key)
    {
        string path = PathOf(key, Ending);
        if (!File.Exists(path)) return null;
        if (ColumnFile.Open(path) is not { } file)
        {
            Remove(path);
            return null;
        }
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A cache that may only be read still serves.
        }
        return file;
    }

    /// <summary>The name of a file to be made, which nobody else makes.</summary>
    internal string Temporary()
    {
        // What the entries hold are somebody's data: nobody else should read them.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
        else Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Path.Combine(Folder, $"{Environment.ProcessId}-{Guid.NewGuid():n}{Passing}");
    }

    /// <summary>Gives a finished file its name, and makes room if there is too much.</summary>
    internal void Keep(string key, string temporary)
    {
        Rename(temporary, PathOf(key, Ending));
        MakeRoom(key);
    }

    /// <summary>A small object that was kept; null if there is none that is whole.</summary>
    internal JsonObject? ReadFacts(string key)
    {
        try
        {
            string path = PathOf(key, FactsEnding);
            if (!File.Exists(path)) return null;
            string text = File.ReadAllText(path);
            int end = text.IndexOf('\n', StringComparison.Ordinal);
            if (end < 0 || !uint.TryParse(text.AsSpan(0, end), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint sum) || sum != ColumnFile.Sum(text[(end + 1)..])) return null;
            return JsonNode.Parse(text[(end + 1)..]) as JsonObject;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps a small object.</summary>
    internal void WriteFacts(string key, JsonObject facts)
    {
        string text = facts.ToJsonString(), temporary = Temporary();
        File.WriteAllText(temporary, string.Create(CultureInfo.InvariantCulture, $"{ColumnFile.Sum(text):x8}\n{text}"));
        Rename(temporary, PathOf(key, FactsEnding));
    }

    private string PathOf(string key, string ending) => Path.Combine(Folder, key + ending);

    private IEnumerable<FileInfo> Files(string ending) => Directory.Exists(Folder) ? new DirectoryInfo(Folder).EnumerateFiles("*" + ending + (ending == Passing ? "*" : "")).Where(f => f.Exists) : [];

    private static void Rename(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException && File.Exists(to))
        {
            Remove(from);                                      // Windows does not replace a file that is mapped; the one that is there is as good
        }
    }

    private void MakeRoom(string newest)
    {
        foreach (var left in Files(Passing).Where(f => f.LastWriteTimeUtc < DateTime.UtcNow.AddDays(-1)).ToArray()) Remove(left.FullName);
        var entries = Files(Ending).Concat(Files(FactsEnding)).OrderByDescending(f => f.LastWriteTimeUtc).ToArray();
        long sum = 0;
        foreach (var file in entries)
        {
            sum += file.Length;
            if (sum > Limit && Path.GetFileNameWithoutExtension(file.Name) != newest) Remove(file.FullName);
        }
    }

    private static bool Remove(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;                                      // in use, on Windows: it goes another time
        }
    }
}
