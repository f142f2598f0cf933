namespace Equipoise.Balancing;

/// <summary>The gradients of the shared parameters, one for each output. Derive from it to show the numbers where they are.</summary>
public abstract class TaskGradients
{
    /// <summary>How many outputs there are.</summary>
    public abstract int Tasks { get; }

    /// <summary>How many shared parameters there are.</summary>
    public abstract int Length { get; }

    /// <summary>The gradient of an output's raw loss [<see cref="Length"/>].</summary>
    public abstract ReadOnlySpan<float> this[int task] { get; }
}
