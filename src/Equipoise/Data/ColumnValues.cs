using System.Collections;
using System.Runtime.CompilerServices;
using Equipoise.Engine.Execution;

namespace Equipoise.Data;

/// <summary>The values of a column of a data set, one after the other: in an array, or in a file that is mapped into memory, which may be larger than memory.</summary>
/// <remarks>Both are read alike. What is read row by row is <see cref="Span"/>; <see cref="ToArray"/> brings all into memory.</remarks>
public sealed class ColumnValues<T> : IReadOnlyList<T> where T : unmanaged
{
    private readonly T[]? _array;
    private readonly MappedFile? _file;
    private readonly long _offset;
    private T _touched;                                        // so that no reading is left out as useless

    /// <summary>The values of an array, which is kept, not copied.</summary>
    public ColumnValues(T[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        _array = array;
        Length = array.Length;
    }

    internal ColumnValues(MappedFile file, long offset, long length)
    {
        if (offset < 0 || length < 0 || offset + (length * Unsafe.SizeOf<T>()) > file.Length) throw new ArgumentOutOfRangeException(nameof(offset));
        _file = file;
        _offset = offset;
        Length = length;
    }

    /// <summary>How many values there are.</summary>
    public long Length { get; }

    /// <summary>Whether the values are in a mapped file.</summary>
    public bool IsMapped => _array is null;

    /// <summary>A value.</summary>
    public T this[long index] => _array is not null ? _array[index] : _file!.Span<T>(_offset + (index * Unsafe.SizeOf<T>()), 1)[0];

    /// <summary>Some values, where they lie.</summary>
    public ReadOnlySpan<T> Span(long start, int length)
    {
        if (_array is not null) return _array.AsSpan(checked((int)start), length);
        if (start < 0 || start + length > Length) throw new ArgumentOutOfRangeException(nameof(start), start, $"{length} values from there on are not within {Length}.");
        return _file!.Span<T>(_offset + (start * Unsafe.SizeOf<T>()), length);
    }

    /// <summary>All values, copied.</summary>
    /// <exception cref="OverflowException">There are more than an array can hold.</exception>
    public T[] ToArray() => Span(0, checked((int)Length)).ToArray();

    /// <summary>The values one by one.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Length; i++) yield return this[i];
    }

    int IReadOnlyCollection<T>.Count => checked((int)Length);

    T IReadOnlyList<T>.this[int index] => this[index];

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>All values as a memory, where they lie; at most 2³¹ − 1.</summary>
    internal ReadOnlyMemory<T> Memory => _array is not null ? _array : _file!.Memory<T>(_offset, checked((int)Length));

    /// <summary>The array, unless the values are mapped.</summary>
    internal T[]? Array => _array;

    /// <summary>Has the system bring some values into memory, by reading one of every page.</summary>
    internal void Touch(long start, int length)
    {
        const int PageBytes = 4096;
        var values = Span(start, length);
        for (int i = 0; i < values.Length; i += PageBytes / Unsafe.SizeOf<T>()) _touched = values[i];
        if (!values.IsEmpty) _touched = values[^1];            // which may lie on one more page
    }

    /// <summary>The place of the first value that is as asked for, or −1.</summary>
    internal long Find(Predicate<T> wanted)
    {
        const int Piece = 1 << 20;
        for (long start = 0; start < Length; start += Piece)
        {
            var piece = Span(start, (int)Math.Min(Piece, Length - start));
            for (int i = 0; i < piece.Length; i++)
                if (wanted(piece[i])) return start + i;
        }
        return -1;
    }
}
