using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Models;

namespace Equipoise.Runs;

/// <summary>Arrays of doubles by name as a safetensors file: 8 bytes with the length of a JSON header, the header, then all numbers, little-endian float64.</summary>
/// <remarks>The file is written aside and renamed, so it is whole or not there.</remarks>
public static class StateFile
{
    private const int MostHeaderBytes = 1_000_000;

    /// <summary>Writes arrays, in the order of their names.</summary>
    public static void Write(string file, IReadOnlyDictionary<string, double[]> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        var header = new JsonObject();
        long offset = 0;
        foreach (var (name, values) in arrays.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            header[name] = new JsonObject { ["dtype"] = "F64", ["shape"] = new JsonArray(values.Length), ["data_offsets"] = new JsonArray(offset, offset + (8L * values.Length)) };
            offset += 8L * values.Length;
        }
        SafetensorsFile.Write(file, header, stream =>
        {
            foreach (var (_, values) in arrays.OrderBy(a => a.Key, StringComparer.Ordinal)) WriteNumbers(stream, values);
        });
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="DataException">It is no such file.</exception>
    public static IReadOnlyDictionary<string, double[]> Read(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        long header = bytes.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (header < 2 || header > Math.Min(bytes.Length - 8, MostHeaderBytes)) throw new DataException($"{file}: this is not a safetensors file: its header is missing or cut short.");
        var arrays = new Dictionary<string, double[]>();
        try
        {
            foreach (var (name, entry) in JsonNode.Parse(bytes.AsSpan(8, (int)header))!.AsObject())
            {
                long begin = (long)entry!["data_offsets"]![0]!, end = (long)entry["data_offsets"]![1]!;
                var numbers = bytes.AsSpan(checked((int)(8 + header + begin)), checked((int)(end - begin)));
                var values = new double[numbers.Length / 8];
                for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(numbers[(8 * i)..]);
                arrays.Add(name, values);
            }
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException or OverflowException)
        {
            throw new DataException($"{file}: the header does not describe arrays of numbers: {fault.Message}");
        }
        return arrays;
    }

    private static void WriteNumbers(FileStream stream, double[] values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes<double>(values));
            return;
        }
        Span<byte> number = stackalloc byte[8];
        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(number, value);
            stream.Write(number);
        }
    }
}
