namespace Equipoise.Reports;

/// <summary>A cell of a table: a text, or a figure and how it is shown.</summary>
/// <param name="Text">The text; for figures null.</param>
/// <param name="Figure">The figure.</param>
/// <param name="Format">How the figure is shown.</param>
internal sealed record Cell(string? Text, Figure Figure, Func<double, string>? Format)
{
    /// <summary>How strongly the cell is coloured, −1 to 1; NaN for not at all.</summary>
    public double Heat { get; init; } = double.NaN;

    /// <summary>Whether the cell stands out.</summary>
    public bool Strong { get; init; }

    /// <summary>A cell with a text.</summary>
    public static implicit operator Cell(string? text) => new(text ?? "", Figure.None, null);

    /// <summary>A cell with a figure.</summary>
    public static Cell Of(Figure figure, Func<double, string> format) => new(null, figure, format);

    /// <summary>A cell with a figure, coloured by it.</summary>
    public static Cell Hot(Figure figure, Func<double, string> format) => new(null, figure, format) { Heat = figure.Value };
}
