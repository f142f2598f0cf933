using System.Buffers.Binary;
using System.Globalization;

namespace Equipoise.Data;

/// <summary>Reads image and label files in the IDX format, plain or gzip.</summary>
/// <remarks>
/// Two zero bytes, the type (8 unsigned byte, 9 signed byte, 11 short, 12 int, 13 float, 14 double), the number of sizes (1 to 4 here), each size as a
/// 32-bit integer, then the numbers; all big-endian, the last size varying fastest. Source: LeCun, Cortes and Burges, "The MNIST database", section on file formats.
/// </remarks>
public static class IdxReader
{
    private const int MostSizes = 4;

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">The file is missing, cut off, or not in this format.</exception>
    public static IdxArray Read(string path)
    {
        var content = DataFile.Read(path).Span;
        string name = Path.GetFileName(path);
        if (content.Length < 4 || content[0] != 0 || content[1] != 0)
            throw new DataException($"{name}: this is no IDX file: it should begin with two zero bytes, a type and a number of sizes, but begins with {(content.IsEmpty ? "nothing" : Convert.ToHexStringLower(content[..Math.Min(4, content.Length)]))}. Images in PNG or JPEG have to be converted first.");
        int type = content[2];
        int size = type switch { 8 or 9 => 1, 11 => 2, 12 or 13 => 4, 14 => 8, _ => throw new DataException($"{name}: the IDX type 0x{type:x2} is unknown. Known: 08 unsigned byte, 09 signed byte, 0b short, 0c int, 0d float, 0e double.") };
        int sizes = content[3];
        if (sizes is < 1 or > MostSizes) throw new DataException($"{name}: the IDX file says it has {sizes} sizes, but 1 to {MostSizes} are read.");
        int start = 4 + (4 * sizes);
        if (content.Length < start) throw new DataException($"{name}: the IDX file ends within its header of {start} bytes. Copy or download it again.");
        var shape = new int[sizes];
        long count = 1;
        for (int i = 0; i < sizes; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(content[(4 + (4 * i))..]);
            if (shape[i] < 0 || (i > 0 && shape[i] == 0)) throw new DataException($"{name}: size {i + 1} of the IDX file is {shape[i]}.");
            count = Math.Min(count * shape[i], int.MaxValue + 1L); // held down, so that four large sizes do not overflow
        }
        long wanted = count * size;
        if (content.Length - start != wanted || count > int.MaxValue)
            throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{name}: the IDX header says [{string.Join(", ", shape)}], {(count > int.MaxValue ? "more than can be read" : $"{wanted:N0} bytes of numbers")}, but there are {content.Length - start:N0}. {(content.Length - start < wanted ? "Copy or download it again." : "Something was added to the file.")}"));
        var numbers = content[start..];
        var fingerprint = Fingerprint.Of(content, shape[0], shape[0] == 0 ? 0 : (int)(count / shape[0]));
        if (type == 8) return new IdxArray(name, shape, numbers.ToArray(), null, fingerprint);
        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
        {
            var bytes = numbers[(i * size)..];
            values[i] = type switch
            {
                9 => (sbyte)bytes[0],
                11 => BinaryPrimitives.ReadInt16BigEndian(bytes),
                12 => BinaryPrimitives.ReadInt32BigEndian(bytes),
                13 => BinaryPrimitives.ReadSingleBigEndian(bytes),
                _ => (float)BinaryPrimitives.ReadDoubleBigEndian(bytes),
            };
        }
        return new IdxArray(name, shape, null, values, fingerprint);
    }
}
