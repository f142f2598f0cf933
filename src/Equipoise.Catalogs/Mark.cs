namespace Equipoise.Catalogs;

/// <summary>A place in a text: line and column, both counted from 1; (0, 0) where the value came from code.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public readonly record struct Mark(int Line, int Column);
