namespace Equipoise.Engine.Operations;

/// <summary>Windows side by side in one row of the output that see the same taps: one at an edge, all those between at once.</summary>
/// <param name="Position">Number of the first window in the image.</param>
/// <param name="Count">How many windows.</param>
/// <param name="Taps">How many taps lie inside the image.</param>
internal readonly record struct WindowRun(int Position, int Count, int Taps);
