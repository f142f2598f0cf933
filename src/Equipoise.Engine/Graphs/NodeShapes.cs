namespace Equipoise.Engine.Graphs;

/// <summary>The shapes around one node: of its inputs and of its output.</summary>
/// <param name="Inputs">Shapes of the inputs, in order.</param>
/// <param name="Output">Shape of the output.</param>
public sealed record NodeShapes(IReadOnlyList<Shape> Inputs, Shape Output);
