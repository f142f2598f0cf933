namespace Equipoise.Training;

/// <summary>A loss or a penalty is no longer a number. The message names the term, the layer, the rows, the step and what to change; the properties hold the same for programs.</summary>
public sealed class DivergedException(string message) : EquipoiseException(message)
{
    /// <inheritdoc/>
    public override int ExitCode => 5;

    /// <summary>The output whose loss it is; null: a penalty.</summary>
    public string? Output { get; init; }

    /// <summary>Which term of the total: <c>loss</c>, or the kind of the penalty.</summary>
    public string Term { get; init; } = "";

    /// <summary>The layer whose weights are not finite, or the first one whose values are not; null: none is, so it is the loss itself.</summary>
    public string? Layer { get; init; }

    /// <summary>The rows of the data whose loss is no number, from 0; empty for penalties.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [];

    /// <summary>The step, from 1.</summary>
    public long Step { get; init; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; init; }
}
