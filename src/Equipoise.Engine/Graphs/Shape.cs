namespace Equipoise.Engine.Graphs;

/// <summary>The shape of one row of a tensor: the batch axis is never part of it. <c>[]</c> is a single number a row.</summary>
public sealed class Shape : IEquatable<Shape>
{
    private readonly int[] _dimensions;

    /// <summary>A shape of these dimensions, each at least 1.</summary>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        _dimensions = dimensions.ToArray();
        long size = 1;
        foreach (int d in _dimensions)
        {
            if (d < 1) throw new ShapeException($"A dimension must be at least 1, but the shape is {this}.");
            size *= d;
        }
        if (size > int.MaxValue / 4) throw new ShapeException($"A row of shape {this} has {size} numbers, which is too many.");
        Size = (int)size;
    }

    /// <summary>How many numbers a row has: the product of the dimensions.</summary>
    public int Size { get; }

    /// <summary>How many dimensions.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>The dimensions.</summary>
    public IReadOnlyList<int> Dimensions => _dimensions;

    /// <summary>One dimension; negative counts from the end.</summary>
    public int this[int axis] => _dimensions[axis < 0 ? _dimensions.Length + axis : axis];

    /// <summary>The last dimension, 1 for a single number.</summary>
    public int Width => Rank == 0 ? 1 : _dimensions[^1];

    /// <summary>How many vectors of <see cref="Width"/> a row has: time steps, pixels; 1 for a vector.</summary>
    public int Positions => Size / Width;

    /// <summary>The shape with its last dimension replaced.</summary>
    public Shape WithWidth(int width) => Rank == 0 ? new Shape(width) : new Shape([.. _dimensions.AsSpan(0, Rank - 1), width]);

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dimensions.AsSpan().SequenceEqual(other._dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int d in _dimensions) hash.Add(d);
        return hash.ToHashCode();
    }

    /// <summary>As <c>[28, 28]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _dimensions)}]";
}
