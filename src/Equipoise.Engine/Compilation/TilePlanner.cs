using Equipoise.Engine.Execution;

namespace Equipoise.Engine.Compilation;

/// <summary>Cuts the tile passes into pieces of roughly equal work. The list belongs to the plan, so it is the same for any number of threads.</summary>
internal static class TilePlanner
{
    private const int TilesWanted = 24;

    /// <summary>Tiles for groups of nodes; those of a group write the same parameters and stay in one tile, in order.</summary>
    public static List<Tile> Plan(IReadOnlyList<NodePlan[]> groups)
    {
        long total = groups.Sum(WorkOf);
        var tiles = new List<Tile>();
        foreach (var group in groups)
        {
            bool alike = AreAlike(group);
            int units = alike ? group[0].Operation.Units(group[0].Node.Shapes) : 1;
            long work = WorkOf(group);
            int pieces = (int)Math.Clamp((work * TilesWanted) / Math.Max(total, 1), 1, units);
            for (int i = 0; i < pieces; i++)
            {
                int first = (int)((long)units * i / pieces);
                int end = (int)((long)units * (i + 1) / pieces);
                tiles.Add(new Tile(group, first, alike ? end - first : Tile.AllUnits, work * (end - first) / units, i, pieces));
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
