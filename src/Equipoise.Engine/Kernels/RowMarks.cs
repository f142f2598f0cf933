using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Equipoise.Engine.Kernels;

/// <summary>Which rows of a table have a gradient: a bit for each row. All other rows of the gradient are zero.</summary>
/// <remarks>
/// A word holds the 64 rows that belong to one part of the table (see <see cref="TableRows"/>), so threads that do different parts write different words. To begin with all rows are marked: nothing is known of them.
/// To look through a table costs a step for each 64 rows, and its memory is a 32nd part of one column.
/// </remarks>
public sealed class RowMarks
{
    private const int WordRows = 64, WordShift = 6;
    // From so many rows of a word on it is quicker to clear all 64 than these one by one.
    private const int ManyRows = 12;
    private readonly ulong[] _words;

    /// <summary>Marks for so many rows, all of them set.</summary>
    public RowMarks(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        Rows = rows;
        _words = new ulong[(rows + WordRows - 1) / WordRows];
        MarkAll();
    }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>Marks every row: for whoever writes to a gradient without saying where.</summary>
    public void MarkAll()
    {
        Array.Fill(_words, ulong.MaxValue);
        if (Rows % WordRows != 0) _words[^1] = (1UL << (Rows % WordRows)) - 1;
    }

    /// <summary>Takes all marks off: for whoever knows that the gradient is zero.</summary>
    public void Clear() => Array.Clear(_words);

    /// <summary>Marks a row.</summary>
    public void Mark(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        _words[row >> WordShift] |= 1UL << row;
    }

    /// <summary>Marks the rows from <paramref name="first"/> to before <paramref name="end"/> that another one of as many rows marks.</summary>
    public void Add(RowMarks other, int first, int end)
    {
        if (other.Rows != Rows) throw new ArgumentException($"Has {other.Rows} rows, not {Rows}.", nameof(other));
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, Rows);
        for (int row = first; row < end; row = (row | (WordRows - 1)) + 1)
        {
            int w = row >> WordShift, left = end - (w << WordShift);
            ulong within = (ulong.MaxValue << row) & (left < WordRows ? (1UL << left) - 1 : ulong.MaxValue);
            _words[w] |= other._words[w] & within;
        }
    }

    /// <summary>Takes the mark off a row.</summary>
    public void Unmark(int row) => _words[row >> WordShift] &= ~(1UL << row);

    /// <summary>Whether a row is marked.</summary>
    public bool IsMarked(int row) => (_words[row >> WordShift] & (1UL << row)) != 0;

    /// <summary>Finds the next marked rows that lie together.</summary>
    /// <param name="row">In: where to begin looking. Out: the first of them, or <paramref name="end"/>.</param>
    /// <param name="end">Where to stop looking, at most the number of rows.</param>
    /// <param name="count">How many lie together from there on, before the end.</param>
    /// <returns>Whether there are any.</returns>
    public bool Next(ref int row, int end, out int count)
    {
        row = Find(row, end, 0);
        count = row < end ? Find(row, end, ulong.MaxValue) - row : 0;
        return count > 0;
    }

    /// <summary>Marks a row, without a look whether there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Set(int row)
    {
        ref ulong word = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_words), row >> WordShift);
        ulong bit = 1UL << row;
        if ((word & bit) == 0) word |= bit;                    // words of other parts lie in the same cache line: write no more than needed
    }

    /// <summary>Sets the marked rows of some parts of a table to zero, and takes their marks off.</summary>
    internal void Clear(Span<float> table, int width, int firstPart, int parts)
    {
        for (int first = firstPart; first < _words.Length; first += TableRows.Parts)
        {
            int end = Math.Min(first + parts, _words.Length);
            for (int w = first; w < end; w++)
            {
                if (_words[w] == 0) continue;
                int row = w << WordShift, last = Math.Min(row + WordRows, Rows);
                if (BitOperations.PopCount(_words[w]) >= ManyRows) table[(row * width)..(last * width)].Clear();
                else for (; Next(ref row, last, out int count); row += count) table.Slice(row * width, count * width).Clear();
                _words[w] = 0;
            }
        }
    }

    // The first row from there on whose mark differs from those of a word.
    private int Find(int row, int end, ulong word)
    {
        while (row < end)
        {
            ulong differing = (_words[row >> WordShift] ^ word) >> row;
            if (differing != 0) return Math.Min(end, row + BitOperations.TrailingZeroCount(differing));
            row = (row | (WordRows - 1)) + 1;
        }
        return end;
    }
}
