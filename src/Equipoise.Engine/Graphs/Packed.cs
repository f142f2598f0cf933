namespace Equipoise.Engine.Graphs;

/// <summary>A matrix parameter kept as panels for the matrix kernel, refreshed after each update. The matrix is [all dimensions but the last, last].</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Transposed">Whether the panels hold its transpose, as a backward pass wants.</param>
/// <param name="Use">Which passes read them: where none of these runs, nothing is packed.</param>
public sealed record Packed(Parameter Parameter, bool Transposed, PackedUse Use = PackedUse.Always)
{
    /// <summary>The matrices that it shares its panels with; null for panels of its own.</summary>
    public PackedStack? Stack { get; init; }

    /// <summary>Its first column in the stack.</summary>
    public int Offset { get; init; }
}
