using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Equipoise.Data;

/// <summary>What tells one state of a file from another, as it lies on the disk.</summary>
/// <remarks>
/// Up to 1 GiB the SHA-256 of all bytes: right whatever dates and names do, and read faster than a table is parsed by far. Of a larger file, whose bytes alone would take seconds to minutes to read at each start, size, time of the
/// last change, and the SHA-256 of 64 pieces of 1 MiB, evenly spread, the first and the last among them: whoever changes bytes between the pieces and keeps size and date is not noticed.
/// </remarks>
/// <param name="Text">The key.</param>
/// <param name="Bytes">Size of the file when it was looked at.</param>
/// <param name="Changed">Time of its last change then.</param>
internal sealed record ContentKey(string Text, long Bytes, DateTime Changed)
{
    private const long WholeUpTo = 1L << 30;
    private const int Pieces = 64;
    private const int PieceBytes = 1 << 20;
    private const int BufferBytes = 1 << 16;                   // stays in the processor's own cache between reading and hashing

    /// <summary>Looks at a file; null if it cannot be read.</summary>
    public static ContentKey? Of(string path, long wholeUpTo = WholeUpTo)
    {
        try
        {
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long bytes = RandomAccess.GetLength(file);
            var changed = File.GetLastWriteTimeUtc(file);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] buffer = new byte[BufferBytes];
            bool whole = bytes <= wholeUpTo;
            for (int i = 0; i < (whole ? 1 : Pieces); i++)
            {
                long offset = whole ? 0 : Spread(bytes - PieceBytes, i);
                long end = whole ? long.MaxValue : offset + PieceBytes;
                for (int read; offset < end && (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read) hash.AppendData(buffer, 0, (int)Math.Min(read, end - offset));
            }
            if (!whole)
            {
                Span<byte> stamp = stackalloc byte[16];
                BinaryPrimitives.WriteInt64LittleEndian(stamp, bytes);
                BinaryPrimitives.WriteInt64LittleEndian(stamp[8..], changed.Ticks);
                hash.AppendData(stamp);
            }
            return new ContentKey(string.Create(CultureInfo.InvariantCulture, $"{(whole ? "whole" : "pieces")} {Convert.ToHexStringLower(hash.GetCurrentHash())}"), bytes, changed);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // all · i / (Pieces − 1), rounded down, of any file; without 128 bits, for which nothing is compiled beforehand.
    private static long Spread(long all, long i) => (all / (Pieces - 1) * i) + (all % (Pieces - 1) * i / (Pieces - 1));

    /// <summary>Whether the file still looks as it did: then what was read meanwhile is what the key stands for.</summary>
    public bool IsStill(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Length == Bytes && file.LastWriteTimeUtc == Changed;
    }
}
