namespace Equipoise.Runs;

/// <summary>A run folder that is not there, not whole, or cannot be written.</summary>
public sealed class RunException : EquipoiseException
{
    /// <summary>A fault with its message: what, where, and how to mend it.</summary>
    public RunException(string message) : base(message) { }

    /// <summary>A fault that another exception led to.</summary>
    public RunException(string message, Exception? inner) : base(message, inner) { }

    /// <inheritdoc/>
    public override int ExitCode => 7;
}
