using Equipoise.Engine.Execution;

namespace Equipoise.Engine.Compilation;

/// <summary>One pass of a plan. A row pass is one fork and join: forward nodes, then the caller's evaluation, then backward nodes, block by block.</summary>
internal sealed class PlanPass(PassKind kind)
{
    public PassKind Kind { get; } = kind;
    public List<NodePlan> Forward { get; } = [];
    public List<NodePlan> Backward { get; } = [];
    public bool Loads { get; set; }
    public bool Evaluates { get; set; }
    public List<Tile> Tiles { get; set; } = [];
    public List<Tile> RowTiles { get; set; } = [];    // in their place where gradients are used piece by piece
    public int BlockFloats { get; set; }              // floats a row of each worker's block arena
    public bool ClearsWatched { get; set; }
}

/// <summary>The kinds of pass.</summary>
internal enum PassKind
{
    /// <summary>Each row stands alone.</summary>
    Rows,

    /// <summary>Statistics before a forward.</summary>
    ForwardStatistics,

    /// <summary>Statistics before a backward.</summary>
    BackwardStatistics,

    /// <summary>Gradients of the parameters.</summary>
    Parameters,
}
