namespace Equipoise.Audits;

/// <summary>Reads logs of one form.</summary>
internal abstract class LogReader
{
    /// <summary>Name of the form, as <c>--format</c> has it.</summary>
    public abstract string Name { get; }

    /// <summary>The form in words.</summary>
    public abstract string Summary { get; }

    /// <summary>Whether the files at a path are of this form, by their content.</summary>
    public abstract bool Recognises(LogSource source);

    /// <summary>Reads the figures.</summary>
    public abstract IReadOnlyList<LogTable> Read(LogSource source);
}
