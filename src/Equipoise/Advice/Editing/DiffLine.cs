namespace Equipoise.Advice;

/// <summary>A line that a change takes out or puts in.</summary>
/// <param name="Added">Whether it is put in.</param>
/// <param name="Number">Its number, from 1: in the old text if it is taken out, else in the new one.</param>
/// <param name="Text">The line.</param>
public sealed record DiffLine(bool Added, int Number, string Text);
