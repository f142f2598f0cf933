namespace Equipoise.Reports;

/// <summary>An answer that no page can be made of.</summary>
public sealed class ReportException : EquipoiseException
{
    /// <summary>A fault with its message: what, where, and how to mend it.</summary>
    public ReportException(string message) : base(message) { }

    /// <summary>A fault that another exception led to.</summary>
    public ReportException(string message, Exception? inner) : base(message, inner) { }

    /// <inheritdoc/>
    public override int ExitCode => 4;
}
