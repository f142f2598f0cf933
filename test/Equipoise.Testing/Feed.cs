using Equipoise.Engine.Graphs;

namespace Equipoise.Testing;

/// <summary>One input of a graph under test: its shape and, if they are fixed, its values for all rows.</summary>
public sealed class Feed
{
    private Feed(Shape shape, int vocabulary = 0)
    {
        Shape = shape;
        Vocabulary = vocabulary;
    }

    /// <summary>Shape of a row.</summary>
    public Shape Shape { get; }

    /// <summary>The upper bound of indices or bag entries; 0 for numbers.</summary>
    public int Vocabulary { get; }

    /// <summary>Whether gradients to this input are checked; it is then a parameter of one row for each row of the batch.</summary>
    public bool IsVariable { get; private init; }

    /// <summary>Values of all rows, or null to draw them.</summary>
    public float[]? Numbers { get; private init; }

    /// <summary>Indices of all rows, for an input of indices.</summary>
    public int[]? Whole { get; private init; }

    /// <summary>Entries of each row of an input of bags.</summary>
    public (int Index, float Weight)[][]? Bags { get; private init; }

    /// <summary>Numbers whose gradient is checked; drawn if no values are given.</summary>
    public static Feed Variable(Shape shape, float[]? values = null) => new(shape) { IsVariable = true, Numbers = values };

    /// <summary>Numbers without a gradient, such as masks.</summary>
    public static Feed Constant(Shape shape, float[] values) => new(shape) { Numbers = values };

    /// <summary>Indices from 0 to below the vocabulary.</summary>
    public static Feed Indices(int length, int vocabulary, int[] values) => new(new Shape(length), vocabulary) { Whole = values };

    /// <summary>Sparse weighted bags.</summary>
    public static Feed Bag(int vocabulary, (int Index, float Weight)[][] rows) => new(new Shape(vocabulary), vocabulary) { Bags = rows };
}
