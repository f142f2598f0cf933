using Equipoise.Layers;

namespace Equipoise.Models;

/// <summary>Where data enter a model. The name is the name of the column in the data set.</summary>
public static class Input
{
    /// <summary>Rows of numbers.</summary>
    /// <param name="name">Name of the input.</param>
    /// <param name="width">How many numbers a row.</param>
    public static Node Numbers(string name, int width) => new NumbersInput { Shape = [width] }.Apply().Named(name);

    /// <summary>Rows of numbers with several axes: [time, features], [height, width, channels].</summary>
    /// <param name="name">Name of the input.</param>
    /// <param name="shape">Shape of a row.</param>
    public static Node Numbers(string name, params int[] shape) => new NumbersInput { Shape = shape }.Apply().Named(name);

    /// <summary>Rows of indices: words, letters, categories.</summary>
    /// <param name="name">Name of the input.</param>
    /// <param name="length">How many a row.</param>
    /// <param name="vocabulary">Exclusive upper bound of the indices; 0 is padding by convention.</param>
    public static Node Tokens(string name, int length, int vocabulary) => new TokensInput(length, vocabulary).Apply().Named(name);

    /// <summary>Sparse weighted bags.</summary>
    /// <param name="name">Name of the input.</param>
    /// <param name="vocabulary">Exclusive upper bound of the indices.</param>
    public static Node Bag(string name, int vocabulary) => new BagInput(vocabulary).Apply().Named(name);
}
