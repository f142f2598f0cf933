using Equipoise.Engine.Compilation;

namespace Equipoise.Engine.Execution;

/// <summary>How many rows of a batch go through all passes of a training step together: all of them, or so many that what the parameter pass reads of them is still in the caches when it comes.</summary>
/// <remarks>
/// The gradients of one portion are added to those of the portions before it, each sum going on where it stopped, so no bit depends on it; memory for the batch is needed for one portion only.
/// Pays where rows leave much and parameters are few, as in convolutions. Not possible where a pass needs the whole batch: statistics, weights of losses that depend on them, gradients of each output.
/// </remarks>
internal static class BatchPortions
{
    // Floats that the second-level caches of two processors hold together, about.
    private const int CachedFloats = 1024 * 1024;
    private const int LeastRows = 32;
    // Fewer portions than this do not pay for themselves.
    private const int LeastPortions = 4;
    // Each further portion reads and writes all gradients again.
    private const int GradientShare = 4;

    /// <summary>The most rows of a portion, a multiple of 16.</summary>
    public static int RowsOf(Plan plan, ParameterStore store, int capacity)
    {
        bool canBeCut = plan.Passes.Length == 2 && plan.Passes[0].Kind == PassKind.Rows && plan.Passes[1].Kind == PassKind.Parameters && !plan.IsTwoPhase;
        long portions = ((long)plan.BatchFloats * capacity + CachedFloats - 1) / CachedFloats;
        if (!canBeCut || portions < LeastPortions) return capacity;
        int rows = Math.Max(LeastRows, BufferPlanner.Rounded((int)((capacity + portions - 1) / portions)));
        long floats = (long)plan.BatchFloats * rows;
        return rows >= capacity || floats > 2 * CachedFloats || floats < (long)GradientShare * store.Gradient.Length ? capacity : rows;
    }
}
