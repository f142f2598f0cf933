namespace Equipoise.Models;

/// <summary>A model, or the way it is compiled, does not make sense. All mistakes are told at once.</summary>
public sealed class ModelException : EquipoiseException
{
    /// <summary>The mistakes, one a line.</summary>
    public ModelException(IReadOnlyList<string> mistakes) : base(mistakes.Count == 1 ? mistakes[0] : $"{mistakes.Count} mistakes:\n{string.Join("\n", mistakes.Select(m => $"- {m}"))}")
        => Mistakes = mistakes;

    /// <summary>Each mistake.</summary>
    public IReadOnlyList<string> Mistakes { get; }

    /// <inheritdoc/>
    public override int ExitCode => 3;
}
