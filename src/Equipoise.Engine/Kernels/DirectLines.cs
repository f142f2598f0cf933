namespace Equipoise.Engine.Kernels;

/// <summary>Lines of windows at equal distances, and of the outputs that belong to them; distances in numbers.</summary>
/// <param name="Count">How many lines.</param>
/// <param name="XLine">Between lines of windows.</param>
/// <param name="YLine">Between lines of outputs.</param>
/// <param name="Positions">Windows in a line.</param>
/// <param name="XPosition">Between neighbouring windows.</param>
/// <param name="YPosition">Between their outputs.</param>
internal readonly record struct DirectLines(int Count, int XLine, int YLine, int Positions, int XPosition, int YPosition);
