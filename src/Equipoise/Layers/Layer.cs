using Equipoise.Catalogs;
using Equipoise.Constraints;
using Equipoise.Engine.Graphs;

namespace Equipoise.Layers;

/// <summary>Settings that build operations. One layer object used twice shares its weights; a copy (<c>with</c>) has weights of its own.</summary>
/// <remarks>A layer holds no weights: they live in the model, known by the layer object. Adding a layer is one file: the record, its operation, a catalogue line, a fluent method.</remarks>
public abstract record Layer
{
    /// <summary>Name in the model; null: made from the kind.</summary>
    public string? Name { get; init; }

    /// <summary>Whether its weights are trained; false freezes them, and takes their penalties out of the loss.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>What the learning rate is multiplied with for its weights, at least 0; for layers within layers, on top of theirs. With 0 they stay as they are, while their penalties still count: see <see cref="Trainable"/>.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>What its kernels (or its embeddings) are brought back to after each update; null: nothing. Without effect on a layer that has none.</summary>
    public Constraint? KernelConstraint { get; init; }

    /// <summary>What its biases are brought back to after each update; null: nothing.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <summary>What its recurrent kernels are brought back to after each update; null: nothing.</summary>
    public Constraint? RecurrentConstraint { get; init; }

    /// <summary>Its name in the catalogue, or the name of its type if it is in none.</summary>
    public string Kind => LayerCatalog.Catalog.Entries.FirstOrDefault(e => e.Default.GetType() == GetType())?.Name ?? GetType().Name;

    /// <summary>Whether the mask of the first input is the mask of the output too: true for layers that treat each position by itself.</summary>
    public virtual bool PassesMask => false;

    /// <summary>Adds the layer's operations to a graph and returns the node of its output.</summary>
    /// <exception cref="ShapeException">The inputs do not fit; the message says which shapes were found and wanted, and a remedy.</exception>
    public abstract GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs);

    /// <summary>Uses the layer on nodes.</summary>
    public Node Apply(params ReadOnlySpan<Node> inputs) => new(this, inputs.ToArray());
}

/// <summary>Layers by name. Each layer's file adds its own line, in another part of this class.</summary>
public static partial class LayerCatalog
{
    private static Catalog<Layer>? _catalog;                   // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>All layers.</summary>
    public static Catalog<Layer> Catalog => _catalog!;

    // Every layer can be named and frozen.
    private static Entry<Layer> Add<T>(string name, string summary, T @default, params Setting<Layer>[] settings) where T : Layer
        => (_catalog ??= new("layer")).Add(name, summary, @default,
        [
            .. settings,
            .. Constraints<T>(settings),
            Setting<Layer>.Text<T>("name", "name in the model; empty: made from the kind", x => x.Name ?? "", (x, v) => x with { Name = v.Length == 0 ? null : v }),
            Setting<Layer>.Flag<T>("trainable", "whether its weights are trained; false freezes them", x => x.Trainable, (x, v) => x with { Trainable = v }),
            Setting<Layer>.Number<T>("learning_rate", "what the learning rate is multiplied with for its weights", x => x.LearningRateFactor, (x, v) => x with { LearningRateFactor = v }, minimum: 0),
        ]);

    // A layer that can say what fills its weights can say what they are brought back to.
    private static IEnumerable<Setting<Layer>> Constraints<T>(Setting<Layer>[] settings) where T : Layer
    {
        bool Has(string name) => settings.Any(s => s.Name == name);
        if (Has("kernel_initializer") || Has("embeddings_initializer")) yield return Setting<Layer>.Component<T, Constraint>("kernel_constraint", "what kernels or embeddings are brought back to after each update", () => ConstraintCatalog.Catalog, x => x.KernelConstraint, (x, v) => x with { KernelConstraint = v });
        if (Has("recurrent_initializer")) yield return Setting<Layer>.Component<T, Constraint>("recurrent_constraint", "what recurrent kernels are brought back to after each update", () => ConstraintCatalog.Catalog, x => x.RecurrentConstraint, (x, v) => x with { RecurrentConstraint = v });
        if (Has("bias_initializer")) yield return Setting<Layer>.Component<T, Constraint>("bias_constraint", "what biases are brought back to after each update", () => ConstraintCatalog.Catalog, x => x.BiasConstraint, (x, v) => x with { BiasConstraint = v });
    }
}

/// <summary>Layers as methods of a node: <c>x.Dense(64).Dropout(0.1)</c>. Each layer's file adds its own.</summary>
public static partial class LayerExtensions
{
}
