using System.Buffers.Binary;
using System.Text;

namespace Equipoise.Audits.Readers;

/// <summary>TensorBoard event files: one file, or a folder with one in each subfolder (<c>train</c>, <c>validation</c>).</summary>
/// <remarks>
/// Event: step = 2, summary = 5. Summary: value = 1. Value: tag = 1, simple_value = 2, tensor = 8. Tensor: dtype = 1 (1 float, 2 double), tensor_content = 4, float_val = 5, double_val = 6.
/// Scalars are in float: 24 bits. Tags begin with the part, or the folder tells it; <c>epoch_</c> before a name is dropped. Figures of equal step make a row.
/// </remarks>
internal sealed class EventFiles : LogReader
{
    public override string Name => "tensorboard";

    public override string Summary => "event files of TensorBoard, one file or a folder";

    public override bool Recognises(LogSource source)
    {
        if (source.IsFolder) return Files(source.Path).Length > 0;
        using var file = File.OpenRead(source.Path);
        Span<byte> head = stackalloc byte[12];
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && EventRecords.Masked(head[..8]) == BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
    }

    public override IReadOnlyList<LogTable> Read(LogSource source)
    {
        var draft = new LogDraft();
        foreach (string path in source.IsFolder ? Files(source.Path) : [source.Path])
        {
            string? part = Path.GetRelativePath(source.Path, path).Split(Path.DirectorySeparatorChar).Select(PartNames.Of).LastOrDefault(p => p is not null)
                ?? PartNames.Of(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ""));
            int number = 0;
            foreach (var record in EventRecords.Read(File.ReadAllBytes(path), path)) Event(draft, part, ++number, record.Span);
        }
        return draft.Tables();
    }

    private static string[] Files(string folder)
        => [.. Directory.EnumerateFiles(folder, "*tfevents*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static void Event(LogDraft draft, string? part, int number, ReadOnlySpan<byte> message)
    {
        long step = 0;
        var fields = new WireFields(message);
        while (fields.Next())
        {
            if (fields.Field == 2) step = (long)fields.Bits;
        }
        fields = new WireFields(message);
        while (fields.Next())
        {
            if (fields.Field != 5) continue;
            var summary = new WireFields(fields.Bytes);
            while (summary.Next())
            {
                if (summary.Field == 1) Value(draft, part, number, step, summary.Bytes);
            }
        }
    }

    private static void Value(LogDraft draft, string? part, int number, long step, ReadOnlySpan<byte> message)
    {
        string? tag = null;
        double? value = null;
        var fields = new WireFields(message);
        while (fields.Next())
        {
            if (fields.Field == 1) tag = Encoding.UTF8.GetString(fields.Bytes);
            else if (fields.Field == 2) value = BitConverter.UInt32BitsToSingle((uint)fields.Bits);
            else if (fields.Field == 8) value = Scalar(fields.Bytes);
        }
        if (tag is null || value is not { } figure) return;
        var (own, name) = PartNames.Split(tag);
        if (own is null && PartNames.Split(name.StartsWith("epoch_", StringComparison.Ordinal) ? name[6..] : name) is { } inner) (own, name) = inner;
        draft.Add(own ?? part, (step, 0), number, 0, step, name, PrintedNumber.Binary(figure));
    }

    // A tensor of one float or double; null for others (texts, histograms).
    private static double? Scalar(ReadOnlySpan<byte> tensor)
    {
        ulong type = 0;
        double? value = null;
        var fields = new WireFields(tensor);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: type = fields.Bits; break;
                case 4 when type == 1 && fields.Bytes.Length == 4: value = BinaryPrimitives.ReadSingleLittleEndian(fields.Bytes); break;
                case 4 when type == 2 && fields.Bytes.Length == 8: value = BinaryPrimitives.ReadDoubleLittleEndian(fields.Bytes); break;
                case 5 when type == 1: value = fields.Bytes.Length == 4 ? BinaryPrimitives.ReadSingleLittleEndian(fields.Bytes) : fields.Bytes.IsEmpty ? BitConverter.UInt32BitsToSingle((uint)fields.Bits) : null; break;
                case 6 when type == 2: value = fields.Bytes.Length == 8 ? BinaryPrimitives.ReadDoubleLittleEndian(fields.Bytes) : fields.Bytes.IsEmpty ? BitConverter.UInt64BitsToDouble(fields.Bits) : null; break;
                default: break;
            }
        }
        return value;
    }
}
