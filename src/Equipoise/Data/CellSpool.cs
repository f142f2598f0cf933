using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Equipoise.Data;

/// <summary>A table that is too large for memory, on the disk: its cells column by column, in groups of rows. The file goes away with the process.</summary>
/// <remarks>Of each group and column one stretch: for each cell its length in UTF-8 plus 1, seven bits a byte, lowest first, and its bytes; 0 where there is no value.</remarks>
internal sealed class CellSpool : ITableSink, IDisposable
{
    private const int GroupCells = 1 << 16;

    private readonly SafeFileHandle _file;
    private readonly List<(long Offset, int Length)> _stretches = [];
    private byte[][] _buffers = [];
    private int[] _lengths = [];
    private int _inGroup;
    private long _end;

    /// <summary>Begins a file, which nobody else sees.</summary>
    public CellSpool(string path)
    {
        // Elsewhere than on Windows an open file may be deleted at once, and is gone even if the process is killed.
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
    }

    /// <summary>Rows of a group: fewer of a wide table, so that a group of it has about as many cells as one of any other.</summary>
    public int GroupRows { get; private set; } = 1;

    /// <summary>How many rows there are.</summary>
    public int Rows { get; private set; }

    public void Begin(int columns)
    {
        _buffers = [.. Enumerable.Range(0, columns).Select(_ => new byte[4096])];
        _lengths = new int[columns];
        GroupRows = Math.Clamp(GroupCells / columns, 64, 4096);
    }

    public void Add(int column, string? value)
    {
        int bytes = value is null ? 0 : Encoding.UTF8.GetMaxByteCount(value.Length);
        if (_buffers[column].Length < _lengths[column] + bytes + 5) Array.Resize(ref _buffers[column], Math.Max(2 * _buffers[column].Length, _lengths[column] + bytes + 5));
        byte[] buffer = _buffers[column];
        int at = _lengths[column];
        uint size = value is null ? 0 : (uint)Encoding.UTF8.GetByteCount(value) + 1;
        for (; size >= 0x80; size >>= 7) buffer[at++] = (byte)(size | 0x80);
        buffer[at++] = (byte)size;
        if (value is not null) at += Encoding.UTF8.GetBytes(value, buffer.AsSpan(at));
        _lengths[column] = at;
    }

    public void EndRow()
    {
        Rows = checked(Rows + 1);
        if (++_inGroup == GroupRows) WriteGroup();
    }

    public IReadOnlyList<string?>[] End()
    {
        if (_inGroup > 0) WriteGroup();
        int columns = _buffers.Length;
        _buffers = [];
        return [.. Enumerable.Range(0, columns).Select(c => new SpooledCells(this, c))];
    }

    /// <summary>The cells of one group of a column. Several threads may read.</summary>
    public void Read(int group, int column, ref byte[] bytes, string?[] cells)
    {
        var (offset, length) = _stretches[(group * _lengths.Length) + column];
        if (bytes.Length < length) bytes = new byte[length];
        for (int done = 0; done < length;)
        {
            int read = RandomAccess.Read(_file, bytes.AsSpan(done, length - done), offset + done);
            if (read == 0) throw new IOException("The file that holds the table while it is encoded ended too early.");
            done += read;
        }
        int rows = Math.Min(GroupRows, Rows - (group * GroupRows));
        int at = 0;
        for (int row = 0; row < rows; row++)
        {
            int size = bytes[at] & 0x7f;
            for (int shift = 7; bytes[at++] >= 0x80; shift += 7) size |= (bytes[at] & 0x7f) << shift;
            cells[row] = size == 0 ? null : Encoding.UTF8.GetString(bytes, at, size - 1);
            at += Math.Max(0, size - 1);
        }
    }

    public void Dispose() => _file.Dispose();

    private void WriteGroup()
    {
        for (int c = 0; c < _buffers.Length; c++)
        {
            RandomAccess.Write(_file, _buffers[c].AsSpan(0, _lengths[c]), _end);
            _stretches.Add((_end, _lengths[c]));
            _end += _lengths[c];
            _lengths[c] = 0;
        }
        _inGroup = 0;
    }
}
