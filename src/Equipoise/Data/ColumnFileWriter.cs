using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;

namespace Equipoise.Data;

/// <summary>Writes a <see cref="ColumnFile"/>: sections that grow side by side, and at the end their description. Unless it comes so far, the file goes away.</summary>
internal sealed class ColumnFileWriter : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly List<Section> _sections = [];
    private long _end = ColumnFile.HeadBytes;
    private bool _finished;

    /// <summary>Begins a file.</summary>
    public ColumnFileWriter(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
    }

    private sealed class Section
    {
        public long Offset { get; set; }

        public long Room { get; init; }                        // -1: any, in a file of its own until the end

        public SafeFileHandle? Own { get; init; }

        public long Length { get; set; }

        public List<uint> Sums { get; } = [];
    }

    /// <summary>A section of so many bytes.</summary>
    public int Reserve(long bytes)
    {
        _sections.Add(new Section { Offset = _end, Room = bytes });
        _end += (bytes + 63) / 64 * 64;
        return _sections.Count - 1;
    }

    /// <summary>A section whose size is not known before.</summary>
    public int ReserveOpen()
    {
        string path = $"{_path}-{_sections.Count}";
        var own = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        _sections.Add(new Section { Room = -1, Own = own });
        return _sections.Count - 1;
    }

    /// <summary>Adds values at the end of a section.</summary>
    public void Append<T>(int section, ReadOnlySpan<T> values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var to = _sections[section];
        if (to.Room >= 0 && to.Length + bytes.Length > to.Room) throw new InvalidOperationException($"Section {section} has room for {to.Room} bytes only.");
        RandomAccess.Write(to.Own ?? _file, bytes, to.Offset + to.Length);
        while (!bytes.IsEmpty)
        {
            int inPiece = (int)(to.Length % ColumnFile.PieceBytes);
            var piece = bytes[..Math.Min(bytes.Length, ColumnFile.PieceBytes - inPiece)];
            if (inPiece == 0) to.Sums.Add(0);
            to.Sums[^1] = ColumnFile.Sum(to.Sums[^1], piece);
            to.Length += piece.Length;
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Writes what is said about the sections, and closes the file.</summary>
    public void Finish(JsonObject description)
    {
        var sections = new JsonArray();
        foreach (var section in _sections)
        {
            if (section.Own is not null) BringIn(section, section.Own);
            else if (section.Length != section.Room) throw new InvalidOperationException($"A section of {section.Room} bytes was given {section.Length}.");
            sections.Add((JsonNode)new JsonObject { ["offset"] = section.Offset, ["length"] = section.Length, ["sums"] = new JsonArray([.. section.Sums.Select(s => (JsonNode)s)]) });
        }
        description["sections"] = sections;
        byte[] text = Encoding.UTF8.GetBytes(description.ToJsonString());
        RandomAccess.Write(_file, text, _end);
        RandomAccess.Write(_file, ColumnFile.Head(_end, text), 0);
        _file.Dispose();
        _finished = true;
    }

    /// <summary>Closes the file, and removes it if it is not finished.</summary>
    public void Dispose()
    {
        foreach (var section in _sections) section.Own?.Dispose();
        _file.Dispose();
        if (!_finished) File.Delete(_path);
    }

    private void BringIn(Section section, SafeFileHandle own)
    {
        section.Offset = _end;
        byte[] buffer = new byte[1 << 20];
        for (long done = 0; done < section.Length;)
        {
            int read = RandomAccess.Read(own, buffer, done);
            if (read == 0) throw new IOException($"{_path}: a part of it was cut off while it was written.");
            RandomAccess.Write(_file, buffer.AsSpan(0, read), _end + done);
            done += read;
        }
        _end += (section.Length + 63) / 64 * 64;
    }
}
