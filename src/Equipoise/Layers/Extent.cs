namespace Equipoise.Layers;

/// <summary>Height and width of a window over images. A single number means a square.</summary>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Columns of pixels.</param>
public readonly record struct Extent(int Height, int Width)
{
    /// <summary>A square.</summary>
    public static implicit operator Extent(int side) => new(side, side);

    /// <summary>Height and width.</summary>
    public static implicit operator Extent((int Height, int Width) sides) => new(sides.Height, sides.Width);

    /// <summary>A square of one number, or height and width.</summary>
    internal static Extent From(IReadOnlyList<int> sides) => sides.Count switch
    {
        1 => sides[0],
        2 => new Extent(sides[0], sides[1]),
        _ => throw new ArgumentException($"Wants one number or height and width, but has {sides.Count} numbers.", nameof(sides)),
    };

    internal IReadOnlyList<int> ToList() => [Height, Width];
}
