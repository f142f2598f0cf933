using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Equipoise.Models;

/// <summary>The frame of a safetensors file: 8 bytes with the length of a JSON header, the header, padded with spaces so that what follows begins at a multiple of 8, then all numbers.</summary>
internal static class SafetensorsFile
{
    /// <summary>Writes a file aside and renames it, so it is whole or not there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="header">The tensors by name.</param>
    /// <param name="writeNumbers">Writes the numbers, in the order of the header's offsets.</param>
    public static void Write(string file, JsonObject header, Action<FileStream> writeNumbers)
    {
        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        int padded = (text.Length + 7) / 8 * 8;
        string aside = file + ".writing";
        using (var stream = File.Create(aside))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
            stream.Write(length);
            stream.Write(text);
            for (int i = text.Length; i < padded; i++) stream.WriteByte((byte)' ');
            writeNumbers(stream);
        }
        File.Move(aside, file, overwrite: true);
    }
}
