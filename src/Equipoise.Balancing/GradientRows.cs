namespace Equipoise.Balancing;

/// <summary>Gradients that lie one after the other in an array.</summary>
/// <param name="values">The gradients [tasks, length], row by row; read again at each use.</param>
/// <param name="tasks">How many outputs there are.</param>
public sealed class GradientRows(float[] values, int tasks) : TaskGradients
{
    /// <inheritdoc/>
    public override int Tasks => tasks;

    /// <inheritdoc/>
    public override int Length => values.Length / tasks;

    /// <inheritdoc/>
    public override ReadOnlySpan<float> this[int task] => values.AsSpan(task * Length, Length);
}
