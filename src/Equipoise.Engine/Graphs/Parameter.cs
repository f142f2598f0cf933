using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Graphs;

/// <summary>Fills the values of a new parameter.</summary>
/// <param name="values">Where they go, row-major.</param>
/// <param name="random">The parameter's own random stream.</param>
public delegate void ParameterInitializer(Span<float> values, RandomStream random);

/// <summary>One tensor of weights or of running state. It is known by reference: operations that hold the same object share its values.</summary>
/// <param name="name">Name, unique in a graph, like <c>dense/kernel</c>.</param>
/// <param name="shape">Its shape; there is no batch axis.</param>
/// <param name="initialize">Fills it when a store is made.</param>
/// <param name="trainable">Whether a gradient is wanted; false for frozen weights and for running state.</param>
public sealed class Parameter(string name, Shape shape, ParameterInitializer initialize, bool trainable = true)
{
    /// <summary>Name, unique in a graph.</summary>
    public string Name { get; } = name;

    /// <summary>Its shape.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>Fills it when a store is made.</summary>
    public ParameterInitializer Initialize { get; } = initialize;

    /// <summary>Whether a gradient is wanted.</summary>
    public bool Trainable { get; } = trainable;

    /// <summary>What the learning rate is multiplied with for it, at least 0.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>How many numbers.</summary>
    public int Length => Shape.Size;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
