using System.Runtime.ExceptionServices;

namespace Equipoise.Data;

/// <summary>Goes over columns of a table, on all processors where there is enough to do. Each column is worked on alone, so the numbers are the same for any count of them.</summary>
internal static class ColumnLoop
{
    private const long FewCells = 100_000;                     // some ten milliseconds: less is not worth the threads

    /// <summary>Does the work of each column.</summary>
    /// <param name="table">The table.</param>
    /// <param name="names">The columns.</param>
    /// <param name="mistakes">Gets the mistakes of all columns, in their order.</param>
    /// <param name="work">Gets a column and its place among the names, and says its mistakes.</param>
    /// <exception cref="DataException">There is no column of a name; then none is worked on.</exception>
    public static void Run(Table table, IReadOnlyList<string> names, Mistakes mistakes, Action<TableColumn, int, Mistakes> work)
    {
        foreach (string name in names)
            if (!table.Has(name)) _ = table[name];
        var found = new Mistakes[names.Count];
        void Work(int i) => work(table[names[i]], i, found[i] = new Mistakes());
        if (names.Count < 2 || (long)names.Count * table.Rows < FewCells)
        {
            for (int i = 0; i < names.Count; i++) Work(i);
        }
        else
        {
            try
            {
                Parallel.For(0, names.Count, Work);
            }
            catch (AggregateException faults)
            {
                // As one thread would have it: a file that cannot be read is told as such.
                ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
            }
        }
        foreach (var some in found) mistakes.Add(some);
    }
}
