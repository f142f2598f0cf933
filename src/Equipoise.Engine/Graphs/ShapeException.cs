namespace Equipoise.Engine.Graphs;

/// <summary>Shapes that do not fit: the message says which were found and which are wanted.</summary>
public sealed class ShapeException(string message) : ArgumentException(message);
