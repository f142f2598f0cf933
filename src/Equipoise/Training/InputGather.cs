using Equipoise.Data;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Passes;

namespace Equipoise.Training;

/// <summary>Brings rows of one input column into an executor.</summary>
internal sealed class InputGather
{
    private readonly int _index;
    private readonly InputColumn _column;

    public InputGather(Executor executor, int index, InputColumn column)
    {
        _index = index;
        _column = column;
        if (column is BagColumn bag) executor.SetBagSource(index, bag.Indices.Memory, bag.Weights.Memory);
    }

    public void Load(in RowBlock block, ReadOnlySpan<int> rows)
    {
        switch (_column)
        {
            case NumbersColumn numbers:
                Gather(numbers.Values, numbers.Width, rows, block.Numbers(_index));
                break;
            case IndicesColumn indices:
                Gather(indices.Values, indices.Length, rows, block.Indices(_index));
                break;
            case BagColumn bag:
                var starts = block.BagStarts(_index);
                var lengths = block.BagLengths(_index);
                for (int r = 0; r < rows.Length; r++)
                {
                    starts[r] = bag.Offsets[rows[r]];
                    lengths[r] = bag.Offsets[rows[r] + 1] - starts[r];
                }
                break;
        }
    }

    private static void Gather<T>(ColumnValues<T> source, int width, ReadOnlySpan<int> rows, Span<T> target) where T : unmanaged
    {
        if (target.IsEmpty) return;
        if (source.Array is { } array)
        {
            for (int r = 0; r < rows.Length; r++) array.AsSpan(rows[r] * width, width).CopyTo(target[(r * width)..]);
            return;
        }
        for (int r = 0; r < rows.Length; r++) source.Span((long)rows[r] * width, width).CopyTo(target[(r * width)..]);
    }
}
