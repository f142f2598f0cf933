namespace Equipoise.Layers;

/// <summary>One use of a layer: what a user of the functional API holds and hands on. Nothing is computed, and no shape is checked, before a model is made of it.</summary>
public sealed class Node
{
    internal Node(Layer layer, IReadOnlyList<Node> inputs)
    {
        Layer = layer;
        Inputs = inputs;
        Name = layer.Name;
    }

    /// <summary>The layer used.</summary>
    public Layer Layer { get; }

    /// <summary>What it is used on; empty for an input.</summary>
    public IReadOnlyList<Node> Inputs { get; }

    /// <summary>Its name; null until one is given here, by the layer, or by the model that it becomes part of.</summary>
    public string? Name { get; private set; }

    /// <summary>Gives it a name, as outputs need one. Returns the node itself.</summary>
    public Node Named(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name ?? "(unnamed)"} = {Layer.Kind}({string.Join(", ", Inputs.Select(i => i.Name ?? i.Layer.Kind))})";
}
