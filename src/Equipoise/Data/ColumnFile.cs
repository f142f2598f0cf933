using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Engine.Execution;

namespace Equipoise.Data;

/// <summary>A file of columns that is mapped into memory, as <see cref="ColumnFileWriter"/> wrote it, with checksums over all of it.</summary>
/// <remarks>
/// 64 bytes of head: the mark, the length of the file, place and length of the description, its checksum, and the checksum of the head so far. Then the sections, each at a multiple of 64 bytes, numbers with the lowest byte first.
/// At the end the description in JSON, which lists the sections with a checksum for each 4 MiB. Checksums are CRC-32C (polynomial 0x1EDC6F41, from 0, nothing inverted).
/// </remarks>
internal sealed class ColumnFile
{
    /// <summary>Bytes of the head.</summary>
    public const int HeadBytes = 64;

    /// <summary>Bytes under one checksum.</summary>
    public const int PieceBytes = 4 << 20;

    /// <summary>What a file begins with; its last figure counts the versions of this layout.</summary>
    public static readonly byte[] Mark = "EQPCOLS1"u8.ToArray();

    private const long FewBytes = 64 << 20;

    private readonly MappedFile _file;
    private readonly (long Offset, long Length)[] _sections;

    private sealed record Piece(long Offset, int Length, uint Sum);

    private ColumnFile(MappedFile file, JsonObject description, (long Offset, long Length)[] sections)
    {
        _file = file;
        Description = description;
        _sections = sections;
    }

    /// <summary>What the writer said about the sections.</summary>
    public JsonObject Description { get; }

    /// <summary>Opens a file and reads all of it once, to compare the checksums.</summary>
    /// <returns>Null if it is not there, or damaged in any way.</returns>
    public static ColumnFile? Open(string path)
    {
        try
        {
            if (ReadDescription(path) is not { } description) return null;
            var file = new MappedFile(path);
            var nodes = description["sections"]!.AsArray();
            var sections = new (long Offset, long Length)[nodes.Count];
            var pieces = new List<Piece>();
            for (int i = 0; i < sections.Length; i++)
            {
                var (offset, length) = sections[i] = ((long)nodes[i]!["offset"]!, (long)nodes[i]!["length"]!);
                var sums = nodes[i]!["sums"]!.AsArray();
                if (offset < HeadBytes || length < 0 || offset + length > file.Length || sums.Count != (length + PieceBytes - 1) / PieceBytes) return null;
                for (int p = 0; p < sums.Count; p++) pieces.Add(new Piece(offset + ((long)p * PieceBytes), (int)Math.Min(PieceBytes, length - ((long)p * PieceBytes)), (uint)sums[p]!));
            }
            bool Right(Piece piece) => Sum(0, file.Span<byte>(piece.Offset, piece.Length)) == piece.Sum;
            // A few milliseconds: less than it takes to begin with several threads.
            bool right = file.Length <= FewBytes ? pieces.TrueForAll(Right) : Parallel.ForEach(pieces, (piece, state) =>
            {
                if (!Right(piece)) state.Stop();
            }).IsCompleted;
            return right ? new ColumnFile(file, description, sections) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or NullReferenceException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The description alone, without looking at the sections; null if the file is not there, or damaged.</summary>
    public static JsonObject? ReadDescription(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
            Span<byte> head = stackalloc byte[HeadBytes];
            if (RandomAccess.Read(file, head, 0) != HeadBytes || !head.StartsWith(Mark) || Sum(0, head[..36]) != BinaryPrimitives.ReadUInt32LittleEndian(head[36..])) return null;
            long length = BinaryPrimitives.ReadInt64LittleEndian(head[8..]), offset = BinaryPrimitives.ReadInt64LittleEndian(head[16..]), size = BinaryPrimitives.ReadInt64LittleEndian(head[24..]);
            if (length != RandomAccess.GetLength(file) || offset + size != length || size > int.MaxValue) return null;
            byte[] text = new byte[size];
            for (int done = 0; done < size;)
            {
                int read = RandomAccess.Read(file, text.AsSpan(done), offset + done);
                if (read == 0) return null;
                done += read;
            }
            return Sum(0, text) == BinaryPrimitives.ReadUInt32LittleEndian(head[32..]) ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The head of a file.</summary>
    public static byte[] Head(long offset, ReadOnlySpan<byte> description)
    {
        byte[] head = new byte[HeadBytes];
        Mark.CopyTo(head, 0);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), offset + description.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16), offset);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(24), description.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(32), Sum(0, description));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(36), Sum(0, head.AsSpan(0, 36)));
        return head;
    }

    /// <summary>The values of a section.</summary>
    public ColumnValues<T> Values<T>(int section) where T : unmanaged
        => new(_file, _sections[section].Offset, _sections[section].Length / Unsafe.SizeOf<T>());

    /// <summary>A checksum carried on over some bytes.</summary>
    public static uint Sum(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes) sum = BitOperations.Crc32C(sum, b);
        return sum;
    }

    /// <summary>A checksum of a text.</summary>
    public static uint Sum(string text) => Sum(0, Encoding.UTF8.GetBytes(text));
}
