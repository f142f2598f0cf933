using Equipoise.Engine.Compilation;

namespace Equipoise.Engine.Execution;

/// <summary>One backward with the cotangent of one output alone: which nodes it runs through, and where the gradients of parameters go.</summary>
/// <param name="nodes">How many nodes the plan has.</param>
internal sealed class GradientSweep(int nodes)
{
    /// <summary>Where the gradients go.</summary>
    public float[] Target { get; set; } = [];

    /// <summary>By node: whether its gradient is wanted, for its own parameters or for those of nodes before it.</summary>
    public bool[] Wants { get; } = new bool[nodes];

    /// <summary>By node: whether its gradient is collected, though no more may be done with it. Where it is wanted it is collected.</summary>
    public bool[] Receives { get; } = new bool[nodes];

    /// <summary>By node and input: whether the input's gradient holds something already when the node runs backward, of this output.</summary>
    public bool[][] Accumulates { get; } = new bool[nodes][];

    /// <summary>By node: whether any node writes its gradient. One that is received all the same is cleared.</summary>
    public bool[] Written { get; } = new bool[nodes];

    /// <summary>By node and parameter: offset in the target; null where no parameter's gradient is wanted.</summary>
    public int[]?[] Offsets { get; } = new int[nodes][];

    /// <summary>By node: whether it must add, since nodes with the same parameters may have been left out. The parameters were cleared before.</summary>
    public bool[] Adds { get; } = new bool[nodes];

    /// <summary>Places in the target that are cleared before.</summary>
    public List<(int Offset, int Length)> Cleared { get; } = [];

    /// <summary>Clears what nodes add to.</summary>
    public void Clear()
    {
        foreach (var (offset, length) in Cleared) Target.AsSpan(offset, length).Clear();
    }
}
