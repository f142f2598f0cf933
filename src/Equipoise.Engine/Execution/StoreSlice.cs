using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Execution;

/// <summary>A piece of the numbers of a store: some whole small parameters, or some rows of a large one, beginning at a multiple of the rows that make a panel of its transpose.</summary>
internal readonly record struct StoreSlice(int Start, int Length)
{
    // Values, gradient and two moments of a slice fit the second-level cache many times; a small network still has slices for some threads.
    public const int Floats = 4096;

    /// <summary>Rows of each slice of a large parameter of some columns.</summary>
    public static int RowsOf(int columns) => Math.Max(1, Floats / (columns * MatMul.WidestPanel)) * MatMul.WidestPanel;

    /// <summary>Slices of all parameters as they lie.</summary>
    public static StoreSlice[] Cut(IReadOnlyList<Parameter> parameters, ParameterStore store)
    {
        var slices = new List<StoreSlice>();
        int start = 0, end = 0;                                // of the slice that is being filled
        void Close()
        {
            if (end > start) slices.Add(new StoreSlice(start, end - start));
            start = end;
        }
        foreach (var parameter in parameters)
        {
            if (end - start + parameter.Length > Floats) Close();
            int rows = RowsOf(parameter.Shape.Width);
            int first = store.OffsetOf(parameter);
            for (int row = 0; row < parameter.Shape.Positions; row += rows)
            {
                end = first + (Math.Min(parameter.Shape.Positions, row + rows) * parameter.Shape.Width);
                // A large parameter shares its slices with no other.
                if (parameter.Length > Floats) Close();
            }
        }
        Close();
        return [.. slices];
    }
}
