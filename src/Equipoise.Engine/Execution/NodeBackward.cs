using Equipoise.Engine.Compilation;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Execution;

/// <summary>Backward of one node and one block of rows: for all outputs together, for one of them, or for one after the other.</summary>
internal static class NodeBackward
{
    /// <summary>Runs it.</summary>
    /// <param name="executor">Has the memory.</param>
    /// <param name="node">The node.</param>
    /// <param name="block">The rows, and the output if it is for one.</param>
    /// <param name="sweeps">Those of all outputs at once; null for one backward.</param>
    public static void Run(Executor executor, NodePlan node, BlockMemory block, GradientSweep[]? sweeps)
    {
        if (sweeps is null)
        {
            RunOnce(executor, node, block);
            return;
        }
        for (int k = 0; k < sweeps.Length;)
        {
            int end = k + AlikeFrom(node, k, sweeps);
            (block.Sweep, block.Cotangent, block.Cotangents) = (sweeps[k], k, end - k);
            bool done = end - k > 1 && node.Operation.TryBackward(new BackwardPass(executor, node, block));
            block.Cotangents = 1;
            for (; k < end && !done; k++)
            {
                (block.Sweep, block.Cotangent) = (sweeps[k], k);
                RunOnce(executor, node, block);
            }
            k = end;
        }
    }

    /// <summary>Whether a gradient is wanted for an input of a node, by the sweep at hand too.</summary>
    public static bool Collects(NodePlan node, int input, BlockMemory block) => node.InputGradients[input] && (block.Sweep is not { } sweep || sweep.Receives[node.Inputs[input].Index]);

    /// <summary>Whether the gradient of an input of a node holds something already, by the sweep at hand too.</summary>
    public static bool Accumulates(NodePlan node, int input, BlockMemory block) => block.Sweep is { } sweep ? sweep.Accumulates[node.Index][input] : node.Accumulates[input];

    // How many outputs from one on want the same of a node.
    private static int AlikeFrom(NodePlan node, int first, GradientSweep[] sweeps)
    {
        int k = first + 1;
        if (!sweeps[first].Wants[node.Index] || !node.Operation.Overwrites) return 1;
        for (; k < sweeps.Length && sweeps[k].Wants[node.Index]; k++)
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                int input = node.Inputs[i].Index;
                if (sweeps[k].Receives[input] != sweeps[first].Receives[input] || sweeps[k].Accumulates[node.Index][i] != sweeps[first].Accumulates[node.Index][i]) return k - first;
            }
            if (node.BackwardEnd is { } function && sweeps[k].Wants[function.Index] != sweeps[first].Wants[function.Index]) return k - first;
        }
        return k - first;
    }

    private static void RunOnce(Executor executor, NodePlan node, BlockMemory block)
    {
        if (block.Sweep is { } sweep && !sweep.Wants[node.Index])
        {
            PassBy(executor, node, sweep, block);
            return;
        }
        if (block.Sweep is not null && node.Delta.Kind == BufferKind.None && !CollectsAny(node, block)) return;         // the end of a scope
        if (!node.Operation.Overwrites) ClearGradients(executor, node, block);
        node.Operation.Backward(new BackwardPass(executor, node, block));
    }

    // A node that the output does not reach, or before which no gradient is wanted. What it would have been the first to write, and nobody else writes, is zero,
    // and the slope that it would have multiplied with is still wanted.
    private static void PassBy(Executor executor, NodePlan node, GradientSweep sweep, BlockMemory block)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            int input = node.Inputs[i].Index;
            if (node.InputGradients[i] && !node.Accumulates[i] && sweep.Receives[input] && !sweep.Written[input]) executor.GradientRows(node.Inputs[i], block).Clear();
        }
        if (node.BackwardEnd is { } function && sweep.Wants[function.Index]) function.Operation.Backward(new BackwardPass(executor, function, block));
    }

    private static bool CollectsAny(NodePlan node, BlockMemory block)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (Collects(node, i, block)) return true;
        }
        return false;
    }

    private static void ClearGradients(Executor executor, NodePlan node, BlockMemory block)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (!Accumulates(node, i, block) && Collects(node, i, block)) executor.GradientRows(node.Inputs[i], block).Clear();
        }
    }
}
