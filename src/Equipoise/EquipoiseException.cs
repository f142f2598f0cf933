namespace Equipoise;

/// <summary>A fault of data, configuration or training, told so that a user can mend it. The tool prints the message alone.</summary>
/// <remarks>Misuse of the library by a program (a null, a negative count) is an <see cref="ArgumentException"/> instead.</remarks>
public abstract class EquipoiseException : Exception
{
    /// <summary>A fault with its message: what happened, where, and how to mend it.</summary>
    protected EquipoiseException(string message) : base(message) { }

    /// <summary>A fault that another exception led to.</summary>
    protected EquipoiseException(string message, Exception? inner) : base(message, inner) { }

    /// <summary>The exit code of the tool when this fault ends a command; 1 unless the kind of fault has its own.</summary>
    public virtual int ExitCode => 1;
}
