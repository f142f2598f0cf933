using Equipoise.Engine.Execution;

namespace Equipoise.Engine.Compilation;

/// <summary>One piece of a tile pass: some units of one node, or of several nodes that share parameters (done in order).</summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="FirstUnit">The first unit of each.</param>
/// <param name="Units">How many of each.</param>
/// <param name="Work">About so many operations.</param>
/// <param name="Piece">Its place among the tiles of these nodes.</param>
/// <param name="Pieces">How many tiles these nodes have.</param>
/// <param name="UnitRows">If the units are rows of the first parameter (<see cref="Graphs.Operation.GradientRows"/>), so many each; else 0.</param>
internal sealed record Tile(NodePlan[] Nodes, int FirstUnit, int Units, long Work, int Piece, int Pieces, int UnitRows = 0)
{
    /// <summary>Stands for every unit of each node.</summary>
    public const int AllUnits = -1;

    /// <summary>Numbers of a unit, if the units are rows; else 0.</summary>
    public int UnitFloats => UnitRows == 0 ? 0 : UnitRows * Nodes[0].Operation.Parameters[0].Shape.Width;

    /// <summary>How many units of one of the nodes.</summary>
    public int UnitsOf(NodePlan node) => Units == AllUnits ? node.Operation.Units(node.Node.Shapes) : Units;
}
