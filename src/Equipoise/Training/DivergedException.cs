namespace Equipoise.Training;

/// <summary>A loss or a penalty is no longer a number. The message names the term, the step and what to change.</summary>
public sealed class DivergedException(string message) : EquipoiseException(message)
{
    /// <inheritdoc/>
    public override int ExitCode => 5;
}
