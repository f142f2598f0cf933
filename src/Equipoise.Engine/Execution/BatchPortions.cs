using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Execution;

/// <summary>How many rows of a batch go through all passes of a training step together: all of them, or so many that what the parameter pass reads of them is still in the caches when it comes.</summary>
/// <remarks>
/// The gradients of one portion are added to those of the portions before it, each sum going on where it stopped (that of each half its own, see <see cref="GradientHalves"/>). It follows from the plan and the largest batch alone, so the number of workers changes no bit; memory for the batch is needed for one portion only.
/// Pays where rows leave much and parameters are few, as in convolutions (a tenth of the step) and recurrent layers (a sixth). Not possible where a pass needs the whole batch: statistics, weights of losses that depend on them, gradients of each output.
/// </remarks>
internal static class BatchPortions
{
    // What the second-level caches of two processors hold together, about; and rows enough that work is shared well and weights are not read too often.
    private const int CachedFloats = 1024 * 1024, LeastRows = 64;
    // Less than this, or more, and portions gain nothing.
    private const long LeastFloats = 4L * CachedFloats, MostPortionFloats = 16L * CachedFloats;
    // Each further portion reads and writes the gradients of all parameters again, but for tables, of which only some rows have one.
    private const int GradientShare = 4;

    /// <summary>The most rows of a portion, a multiple of 16.</summary>
    public static int RowsOf(Plan plan, int capacity)
    {
        bool canBeCut = plan.Passes.Length == 2 && plan.Passes[0].Kind == PassKind.Rows && plan.Passes[1].Kind == PassKind.Parameters && !plan.IsTwoPhase;
        if (!canBeCut || (long)plan.BatchFloats * capacity < LeastFloats) return capacity;
        int rows = Math.Max(LeastRows, BufferPlanner.Rounded(CachedFloats / plan.BatchFloats));
        long floats = (long)plan.BatchFloats * rows;
        return rows >= capacity || floats > MostPortionFloats || floats < GradientShare * GradientFloats(plan) ? capacity : rows;
    }

    private static long GradientFloats(Plan plan)
    {
        var parameters = new HashSet<Parameter>();
        foreach (var node in plan.NodePlans.Where(n => n.HasParameterGradient))
        {
            for (int i = 0; i < node.Operation.Parameters.Count; i++)
            {
                if (!node.Operation.MarksRows(i)) parameters.Add(node.Operation.Parameters[i]);
            }
        }
        return parameters.Sum(p => (long)p.Length);
    }
}
