namespace Equipoise.Audits;

/// <summary>A log that cannot be read, or that has not what an audit needs.</summary>
public sealed class AuditException : EquipoiseException
{
    /// <summary>A fault with its message: what, where, and how to mend it.</summary>
    public AuditException(string message) : base(message) { }

    /// <summary>A fault that another exception led to.</summary>
    public AuditException(string message, Exception? inner) : base(message, inner) { }

    /// <inheritdoc/>
    public override int ExitCode => 4;
}
