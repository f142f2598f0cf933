using System.Buffers.Binary;
using System.Numerics;

namespace Equipoise.Audits.Readers;

/// <summary>The records of an event file: u64 length, u32 masked CRC-32C of the length, the bytes, u32 masked CRC-32C of the bytes; all little endian.</summary>
internal static class EventRecords
{
    /// <summary>The bytes of each record. A record cut short at the end (training goes on, or was ended) is left out.</summary>
    /// <exception cref="AuditException">A checksum is wrong.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(ReadOnlyMemory<byte> file, string path)
    {
        int at = 0, number = 0;
        while (file.Length - at >= 16)
        {
            number++;
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Span.Slice(at, 8));
            if (Masked(file.Span.Slice(at, 8)) != BinaryPrimitives.ReadUInt32LittleEndian(file.Span.Slice(at + 8, 4)))
                throw new AuditException($"{path}: record {number} (byte {at}) is damaged: the checksum of its length is wrong.");
            if (length > (ulong)(file.Length - at - 16)) yield break;
            var bytes = file.Slice(at + 12, (int)length);
            if (Masked(bytes.Span) != BinaryPrimitives.ReadUInt32LittleEndian(file.Span.Slice(at + 12 + (int)length, 4)))
                throw new AuditException($"{path}: record {number} (byte {at}) is damaged: its checksum is wrong.");
            yield return bytes;
            at += 16 + (int)length;
        }
    }

    /// <summary>CRC-32C, turned right by 15 bits, plus 0xA282EAD8.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Crc(bytes), 15) + 0xA282EAD8u;

    /// <summary>CRC-32C (Castagnoli).</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
