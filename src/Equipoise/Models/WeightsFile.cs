using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;

namespace Equipoise.Models;

/// <summary>Weights as a safetensors file: 8 bytes with the length of a JSON header, the header, then all numbers, little-endian float32.</summary>
/// <remarks>The header is padded with spaces so that the numbers begin at a multiple of 8. The file is written aside and renamed, so it is whole or not there.</remarks>
internal static class WeightsFile
{
    private const int MostHeaderBytes = 100_000_000;

    public static void Write(string file, ParameterStore store)
    {
        var header = new JsonObject();
        long offset = 0;
        foreach (var parameter in store.Parameters)
        {
            header.Add(parameter.Name, new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. parameter.Shape.Dimensions.Select(d => (JsonNode)d)]),
                ["data_offsets"] = new JsonArray(offset, offset + (4L * parameter.Length)),
            });
            offset += 4L * parameter.Length;
        }
        SafetensorsFile.Write(file, header, stream =>
        {
            foreach (var parameter in store.Parameters) WriteNumbers(stream, store.ValuesOf(parameter));
        });
    }

    public static void Read(string file, ParameterStore store)
    {
        var tensors = ReadAll(file);
        var mistakes = new List<string>();
        foreach (var parameter in store.Parameters)
        {
            if (!tensors.TryGetValue(parameter.Name, out var tensor)) mistakes.Add($"weight '{parameter.Name}' {parameter.Shape} is missing");
            else if (!tensor.Shape.SequenceEqual(parameter.Shape.Dimensions)) mistakes.Add($"weight '{parameter.Name}' is [{string.Join(", ", tensor.Shape)}] in the file but {parameter.Shape} in the model");
        }
        foreach (string name in tensors.Keys.Where(n => store.Parameters.All(p => p.Name != n))) mistakes.Add($"weight '{name}' is in the file but not in the model");
        if (mistakes.Count > 0) throw new DataException($"{file}: the weights do not fit the model: {string.Join("; ", mistakes)}.");
        foreach (var parameter in store.Parameters) tensors[parameter.Name].Values.CopyTo(store.ValuesOf(parameter));
        store.Touch();
    }

    /// <summary>All tensors of a file of 32-bit floats.</summary>
    public static Dictionary<string, (int[] Shape, float[] Values)> ReadAll(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{file}: the weights cannot be read: {problem.Message}");
        }
        if (bytes.Length < 8) throw Damaged(file, $"it has {bytes.Length} bytes");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > MostHeaderBytes || 8 + (long)length > bytes.Length) throw Damaged(file, $"its header would have {length} bytes of {bytes.Length}");
        try
        {
            return ReadTensors(file, bytes, 8 + (int)length);
        }
        catch (Exception problem) when (problem is JsonException or NullReferenceException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw Damaged(file, problem.Message);
        }
    }

    private static Dictionary<string, (int[] Shape, float[] Values)> ReadTensors(string file, byte[] bytes, int start)
    {
        var tensors = new Dictionary<string, (int[], float[])>(StringComparer.Ordinal);
        foreach (var (name, tensor) in JsonNode.Parse(bytes.AsSpan(8, start - 8))!.AsObject())
        {
            if (name == "__metadata__") continue;
            int[] shape = [.. tensor!["shape"]!.AsArray().Select(d => (int)d!)];
            long first = (long)tensor["data_offsets"]![0]!, end = (long)tensor["data_offsets"]![1]!;
            if ((string)tensor["dtype"]! != "F32") throw Damaged(file, $"'{name}' is {tensor["dtype"]}, but only F32 is read");
            long numbers = shape.Aggregate(1L, (a, d) => d >= 0 ? checked(a * d) : throw new FormatException($"'{name}' has the shape [{string.Join(", ", shape)}]"));
            if (first < 0 || end - first != 4 * numbers || start + end > bytes.Length) throw Damaged(file, $"'{name}' has offsets {first} to {end} for shape [{string.Join(", ", shape)}] in {bytes.Length} bytes");
            var values = new float[numbers];
            for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(start + (int)first + (4 * i)));
            tensors.Add(name, (shape, values));
        }
        return tensors;
    }

    private static void WriteNumbers(FileStream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }
        Span<byte> bytes = stackalloc byte[4];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    private static DataException Damaged(string file, string why) => new($"{file}: this is not a safetensors file, or it is damaged: {why}.");
}
