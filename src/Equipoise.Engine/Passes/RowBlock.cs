using Equipoise.Engine.Execution;

namespace Equipoise.Engine.Passes;

/// <summary>What the caller of an executor sees of a block of rows: inputs to fill, outputs to read, seeds to write.</summary>
public readonly ref struct RowBlock
{
    private readonly Executor _executor;
    private readonly BlockMemory _block;

    internal RowBlock(Executor executor, BlockMemory block)
    {
        _executor = executor;
        _block = block;
    }

    /// <summary>How many rows.</summary>
    public int Rows => _block.Rows;

    /// <summary>The number in the batch of the first row.</summary>
    public int FirstRow => _block.FirstRow;

    /// <summary>The worker at hand, from 0; each does one block at a time.</summary>
    public int Worker => _block.Worker;

    /// <summary>Rows of an input of numbers, to be filled. Empty if the plan has no use for them.</summary>
    public Span<float> Numbers(int input) => _executor.Rows(_executor.Plan.InputPlans[input].Value, _block);

    /// <summary>Rows of an input of indices, to be filled.</summary>
    public Span<int> Indices(int input) => _executor.IndexRows(_executor.Plan.InputPlans[input], _block);

    /// <summary>For an input of bags: first entry of each row, to be filled.</summary>
    public Span<int> BagStarts(int input) => _executor.BagStarts(_executor.Plan.InputPlans[input], _block);

    /// <summary>For an input of bags: number of entries of each row, to be filled.</summary>
    public Span<int> BagLengths(int input) => _executor.BagLengths(_executor.Plan.InputPlans[input], _block);

    /// <summary>Rows of an output.</summary>
    public ReadOnlySpan<float> Output(int output) => _executor.Rows(_executor.Plan.OutputPlans[output].Value, _block);

    /// <summary>Rows of the mask of an output, one number a position; empty if it has none.</summary>
    public ReadOnlySpan<float> Mask(int output) => _executor.Plan.MaskPlans[output] is { } mask ? _executor.Rows(mask.Value, _block) : [];

    /// <summary>Rows of the seed of an output: the derivative of the total loss to the output. To be written; empty if no parameter depends on it.</summary>
    public Span<float> Seed(int output) => _executor.Rows(_executor.Plan.OutputPlans[output].Gradient, _block);

    /// <summary>Rows of a node that the plan was asked to watch.</summary>
    public ReadOnlySpan<float> Watched(int watched) => _executor.Rows(_executor.Plan.WatchedPlans[watched].Value, _block);

    /// <summary>Gradient rows of a watched node, where an activity penalty may add its own. Empty if no parameter depends on it.</summary>
    public Span<float> WatchedGradient(int watched) => _executor.Rows(_executor.Plan.WatchedPlans[watched].Gradient, _block);
}
