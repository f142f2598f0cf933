using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Equipoise.Data;

/// <summary>Reads a data file, plain or gzip (told by its first two bytes, not by its name): the whole into memory, or as a stream.</summary>
internal static class DataFile
{
    // The decompressor of .NET ends a cut-off file silently. So a second gzip member with known content is put behind the file:
    // if that content comes out at the end, all that was before it is whole (length and checksum of each member are checked).
    private static readonly byte[] Seal = "the end of the file"u8.ToArray();
    private static readonly byte[] SealMember = Compress(Seal);

    /// <summary>The content of the file, decompressed.</summary>
    public static ReadOnlyMemory<byte> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = ReadBytes(path);
        return bytes is [0x1f, 0x8b, ..] ? Decompress(path, bytes) : bytes;
    }

    /// <summary>The content of a file as a stream, decompressed; and what must stand at its end if it is whole, which is no part of it.</summary>
    public static (Stream Content, byte[] Seal) Open(string path)
    {
        var file = Try(path, static path => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan));
        bool compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return compressed ? (new GZipStream(new JoinedStream(file, new MemoryStream(SealMember)), CompressionMode.Decompress), Seal) : (file, []);
    }

    /// <summary>How many bytes the content has; of a gzip file an estimate, which may be too low but not by more than compression of texts explains.</summary>
    public static long Size(string path) => Try(path, static path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length < 18 || file.ReadByte() != 0x1f || file.ReadByte() != 0x8b) return file.Length;
        file.Position = file.Length - 4;
        Span<byte> end = stackalloc byte[4];
        file.ReadExactly(end);
        return Math.Max(BinaryPrimitives.ReadUInt32LittleEndian(end), 3 * file.Length); // the former is exact for one member below 4 GiB
    });

    private static byte[] ReadBytes(string path) => Try(path, File.ReadAllBytes);

    private static T Try<T>(string path, Func<string, T> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return open(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
            if (!Directory.Exists(folder)) throw new DataException($"{path}: there is no such file, nor its folder '{folder}'.", fault);
            var names = Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Take(10_000);
            string hint = Catalogs.Suggestion.Nearest(Path.GetFileName(path), names) is { } near ? $" Did you mean '{near}'?" : " Paths are relative to the folder of the config, or the current one.";
            throw new DataException($"{path}: there is no such file.{hint}", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new DataException(Directory.Exists(path) ? $"{path}: this is a folder. Name a file in it." : $"{path}: reading it is not allowed. Check its permissions.", fault);
        }
        catch (IOException fault)
        {
            throw new DataException($"{path}: it cannot be read. {fault.Message}", fault);
        }
    }

    private static ReadOnlyMemory<byte> Decompress(string path, byte[] bytes)
    {
        // The last four bytes are the content's length (modulo 2^32, of the last member): only a hint, bounded by what deflate can reach.
        long hint = bytes.Length < 18 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4));
        using var content = new MemoryStream((int)Math.Min(Math.Min(hint + 1024, 1032L * bytes.Length), 1 << 30));
        try
        {
            using var joined = new MemoryStream(bytes.Length + SealMember.Length);
            joined.Write(bytes);
            joined.Write(SealMember);
            joined.Position = 0;
            using var gzip = new GZipStream(joined, CompressionMode.Decompress);
            gzip.CopyTo(content);
        }
        catch (InvalidDataException fault)
        {
            throw Broken(path, content.Length, fault);
        }
        catch (IOException fault)
        {
            throw new DataException($"{path}: its content is larger than 2 GiB, more than is read into memory. Split the file, or let the tool use its cache.", fault);
        }
        var all = content.GetBuffer().AsMemory(0, (int)content.Length);
        if (!all.Span.EndsWith(Seal)) throw Broken(path, content.Length, null);
        return all[..^Seal.Length];
    }

    /// <summary>What to tell of a file that is not whole.</summary>
    internal static DataException Broken(string path, long length, Exception? fault) => new(
        string.Create(CultureInfo.InvariantCulture, $"{path}: the gzip file is cut off or damaged; about {length:N0} bytes of content could be read. Copy or download it again ('gzip -t' checks it)."), fault);

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(content);
        return compressed.ToArray();
    }
}
