using Equipoise.Data;

namespace Equipoise.Training;

/// <summary>One call of fit.</summary>
public sealed class FitOptions
{
    /// <summary>How many epochs at the most.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Rows of a batch; the last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Evaluated after each epoch; null for none.</summary>
    public Dataset? Validation { get; init; }

    /// <summary>Rows of a batch in validation; 0: as <see cref="BatchSize"/>.</summary>
    public int ValidationBatchSize { get; init; }

    /// <summary>Whether rows are shuffled before each epoch.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>An input of tokens; batches are then made of rows of about the same length, so that less padding is computed. Null: batches are any rows.</summary>
    /// <remarks>The rows in drawn order are sorted by length, 32 batches at a time, and cut into batches; then the order of the batches is drawn. A length is the number of tokens that are not 0.
    /// Each batch is then less like the whole of the data, so the course of training differs a little.</remarks>
    public string? BucketBy { get; init; }

    /// <summary>Called at each step and epoch, in order.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>Whether to measure where the time of the steps goes: see <see cref="Trainer.Profile"/>. Makes small steps a little slower. The first tenth of the steps, at most 100, only warms up.</summary>
    public bool Profile { get; init; }

    /// <summary>Whether rows in a mapped file are brought into memory a batch ahead.</summary>
    internal bool ReadAhead { get; init; } = true;

    /// <summary>Ends training after the step at hand; what was trained so far is kept.</summary>
    public CancellationToken Cancellation { get; init; }
}
