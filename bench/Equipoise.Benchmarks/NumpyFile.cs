using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Equipoise.Benchmarks;

/// <summary>Writes arrays as NumPy does (<c>.npy</c>, version 1.0): what a peer written in Python reads with one call.</summary>
internal static class NumpyFile
{
    public static void Write(string file, ReadOnlySpan<float> values, params int[] shape) => Write(file, "<f4", MemoryMarshal.AsBytes(values), shape);

    public static void Write(string file, ReadOnlySpan<int> values, params int[] shape) => Write(file, "<i4", MemoryMarshal.AsBytes(values), shape);

    private static void Write(string file, string type, ReadOnlySpan<byte> values, int[] shape)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Arrays are only written on machines whose numbers begin with the lowest byte.");
        string sizes = string.Concat(shape.Select(s => s.ToString(CultureInfo.InvariantCulture) + ", "));
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}), }}";
        header = header.PadRight(((10 + header.Length + 64) / 64 * 64) - 11) + "\n";       // the values begin at a multiple of 64
        using var stream = File.Create(file);
        stream.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(values);
    }
}
