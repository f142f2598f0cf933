using Equipoise.Activations;
using Equipoise.Constraints;
using Equipoise.Engine.Graphs;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>What a layer sees while it adds its operations to a graph.</summary>
public sealed class LayerBuilder
{
    private readonly BuildContext _context;
    private readonly Layer _root;
    private readonly Layer _layer;                             // the root, or the layer within it that builds
    private readonly string _scope;                            // within the layer: "" or "forward/"
    private readonly string _node;
    private readonly bool _trainable;
    private readonly double _learningRate;                     // factor of the root and of the layers around, together
    private int _operations;

    internal LayerBuilder(BuildContext context, Layer root, string node, string scope = "", bool trainable = true, Layer? within = null, double learningRate = double.NaN)
    {
        Require.AtLeast(root.Kind, nameof(Layer.LearningRateFactor), root.LearningRateFactor, 0);
        _learningRate = double.IsNaN(learningRate) ? root.LearningRateFactor : learningRate;
        _context = context;
        _root = root;
        _layer = within ?? root;
        _node = node;
        _scope = scope;
        _trainable = trainable && root.Trainable;
    }

    /// <summary>A parameter of the layer. The same layer object asking again for the same name, in a second use of the layer, gets the same parameter.</summary>
    /// <param name="name">Name within the layer: <c>kernel</c>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="initializer">Fills it.</param>
    /// <param name="regularizer">Its penalty, or null. Frozen parameters have none.</param>
    /// <param name="trainable">False for running state.</param>
    /// <exception cref="ShapeException">The layer was used before on an input of another shape.</exception>
    public Parameter Parameter(string name, Shape shape, Initializer initializer, Regularizer? regularizer = null, bool trainable = true)
    {
        if (_context.FindParameter(_root, _scope + name) is { } known)
        {
            return known.Shape.Equals(shape) ? known : throw new ShapeException($"the layer is used a second time, but its '{name}' would have to be {shape} here and is {known.Shape} there");
        }
        int[] dimensions = [.. shape.Dimensions];
        var parameter = new Parameter($"{_context.NameOf(_root, _node)}/{_scope}{name}", shape, (values, random) => initializer.Fill(values, dimensions, random), trainable && _trainable) { LearningRateFactor = _learningRate };
        _context.AddParameter(_root, _scope + name, parameter, parameter.Trainable ? regularizer : null);
        if (parameter.Trainable && ConstraintOf(name) is { } constraint)
        {
            constraint.Check();
            _context.WeightConstraints.Add(new WeightConstraint(parameter, constraint));
        }
        return parameter;
    }

    /// <summary>Adds an operation.</summary>
    public GraphNode Add(Operation operation, params ReadOnlySpan<GraphNode> inputs)
    {
        string name = _operations++ == 0 && _scope.Length == 0 ? _node : $"{_node}/{_scope}{operation.Kind}";
        return _context.Graph.Add(_context.UniqueNodeName(name), operation, inputs);
    }

    /// <summary>Adds an activation; null and linear add nothing.</summary>
    public GraphNode Activate(GraphNode node, Activation? activation)
        => activation?.CreateOperation() is { } operation ? Add(operation, node) : node;

    /// <summary>Adds a penalty on the values of a node: the regulariser's value of each batch, divided by its rows.</summary>
    public void ActivityPenalty(GraphNode node, Regularizer? regularizer)
    {
        if (regularizer is not null) _context.ActivityPenalties.Add(new ActivityPenalty(_context.NameOf(_root, _node), node, regularizer));
    }

    /// <summary>A builder for a layer inside this one: its parameters are named and kept apart under <paramref name="scope"/>.</summary>
    public LayerBuilder Within(string scope, Layer inner) => new(_context, _root, _node, $"{_scope}{scope}/", _trainable && inner.Trainable, inner, _learningRate * inner.LearningRateFactor);

    private Constraint? ConstraintOf(string parameter) => parameter switch
    {
        "recurrent_kernel" => _layer.RecurrentConstraint,
        "embeddings" => _layer.KernelConstraint,
        _ when parameter.EndsWith("kernel", StringComparison.Ordinal) => _layer.KernelConstraint,
        _ when parameter.EndsWith("bias", StringComparison.Ordinal) => _layer.BiasConstraint,
        _ => null,
    };
}
