using Equipoise.Engine.Execution;

namespace Equipoise.Engine.Compilation;

/// <summary>Cuts the tile passes into pieces of roughly equal work. The list belongs to the plan, so it is the same for any number of threads.</summary>
internal static class TilePlanner
{
    private const int TilesWanted = 24;
    // Whoever uses a gradient at once has his own work with it, of which the planner knows nothing: no more than so many numbers in a piece, as long as the rows allow.
    private const int LargestUse = 8 * 1024;

    /// <summary>Tiles for groups of nodes; those of a group write the same parameters and stay in one tile, in order.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="byRows">Whether large kernels are cut by rows, which can be used as soon as they are there.</param>
    public static List<Tile> Plan(IReadOnlyList<NodePlan[]> groups, bool byRows = false)
    {
        long total = groups.Sum(WorkOf);
        var tiles = new List<Tile>();
        foreach (var group in groups)
        {
            var (operation, shapes) = (group[0].Operation, group[0].Node.Shapes);
            int unitRows = byRows && group.Length == 1 ? operation.GradientRows(shapes) : 0;
            bool ofRows = unitRows > 0, cut = ofRows || AreAlike(group);
            int units = ofRows ? (operation.Parameters[0].Shape.Positions + unitRows - 1) / unitRows : cut ? operation.Units(shapes) : 1;
            long work = WorkOf(group), wanted = work * TilesWanted / Math.Max(total, 1);
            int pieces = (int)Math.Clamp(ofRows ? Math.Max(wanted, operation.Parameters[0].Length / LargestUse) : wanted, 1, units);
            for (int i = 0; i < pieces; i++)
            {
                int first = (int)((long)units * i / pieces);
                int end = (int)((long)units * (i + 1) / pieces);
                tiles.Add(new Tile(group, first, cut ? end - first : Tile.AllUnits, work * (end - first) / units, i, pieces, unitRows));
            }
        }
        return [.. tiles.OrderByDescending(t => t.Work)];
    }

    private static long WorkOf(NodePlan[] group) => group.Sum(n => Math.Max(1, n.Operation.Work(n.Node.Shapes)));

    // Nodes that share parameters can be cut only if they are cut alike.
    private static bool AreAlike(NodePlan[] group)
    {
        int units = group[0].Operation.Units(group[0].Node.Shapes);
        return Array.TrueForAll(group, n => n.Operation.Units(n.Node.Shapes) == units && n.Operation.Kind == group[0].Operation.Kind);
    }
}
