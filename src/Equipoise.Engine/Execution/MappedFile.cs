using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;

namespace Equipoise.Engine.Execution;

/// <summary>A file as memory, to read only: the system brings in what is touched, and takes it out again when memory is short.</summary>
/// <remarks>
/// It stays mapped until the process ends, since a span of it may outlive every object that knows of it. That costs addresses, not memory. A file that others cut short while it is mapped ends the process;
/// one that is deleted or renamed does no harm.
/// </remarks>
public sealed unsafe class MappedFile
{
    private readonly MemoryMappedFile _file;                   // both kept, so that nothing closes them
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    /// <summary>Maps a file.</summary>
    /// <exception cref="IOException">It cannot be opened, or is empty.</exception>
    public MappedFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Length = stream.Length;
        if (Length == 0) throw new IOException($"{path}: the file is empty.");
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start); // never given back: see the remarks
        _start = start + _view.PointerOffset;
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>Some values of the file, where they lie.</summary>
    /// <param name="offset">The first byte; a multiple of the size of a value.</param>
    /// <param name="count">How many values.</param>
    public ReadOnlySpan<T> Span<T>(long offset, int count) where T : unmanaged
    {
        if (offset < 0 || count < 0 || offset + ((long)count * Unsafe.SizeOf<T>()) > Length) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{count} values from there on are not within the {Length} bytes of the file.");
        return new ReadOnlySpan<T>(_start + offset, count);
    }

    /// <summary>The same as <see cref="Span"/>, to be kept.</summary>
    public ReadOnlyMemory<T> Memory<T>(long offset, int count) where T : unmanaged
    {
        _ = Span<T>(offset, count);
        return new MappedMemory<T>((T*)(_start + offset), count).Memory;
    }
}
