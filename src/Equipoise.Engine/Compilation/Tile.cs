using Equipoise.Engine.Execution;

namespace Equipoise.Engine.Compilation;

/// <summary>One piece of a tile pass: some units of one node, or of several nodes that share parameters (done in order).</summary>
internal sealed record Tile(NodePlan[] Nodes, int FirstUnit, int Units, long Work)
{
    /// <summary>Stands for every unit of each node.</summary>
    public const int AllUnits = -1;
}
