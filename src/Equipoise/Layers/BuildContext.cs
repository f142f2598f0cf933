using Equipoise.Engine.Graphs;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>What all layers of one model share while it is built.</summary>
internal sealed class BuildContext(Graph? graph = null)
{
    private readonly Dictionary<Layer, string> _layerNames = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Layer, Dictionary<string, Parameter>> _parameters = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);

    public Graph Graph { get; } = graph ?? new Graph();

    public List<WeightPenalty> WeightPenalties { get; } = [];

    public List<WeightConstraint> WeightConstraints { get; } = [];

    public List<ActivityPenalty> ActivityPenalties { get; } = [];

    /// <summary>The parameters of a layer by their names within it.</summary>
    public IReadOnlyDictionary<string, Parameter> ParametersOf(Layer layer) => _parameters.TryGetValue(layer, out var own) ? own : new Dictionary<string, Parameter>();

    public Parameter? FindParameter(Layer layer, string name) => _parameters.TryGetValue(layer, out var own) ? own.GetValueOrDefault(name) : null;

    public void AddParameter(Layer layer, string name, Parameter parameter, Regularizer? regularizer)
    {
        if (!_parameters.TryGetValue(layer, out var own)) _parameters.Add(layer, own = new Dictionary<string, Parameter>(StringComparer.Ordinal));
        own.Add(name, parameter);
        if (regularizer is not null) WeightPenalties.Add(new WeightPenalty(_layerNames[layer], parameter, regularizer));
    }

    // A layer goes by the name of the first node that uses it.
    public string NameOf(Layer layer, string node)
    {
        if (!_layerNames.TryGetValue(layer, out string? name)) _layerNames.Add(layer, name = node);
        return name;
    }

    public string UniqueNodeName(string name)
    {
        string unique = name;
        for (int i = 1; !_nodeNames.Add(unique); i++) unique = $"{name}_{i}";
        return unique;
    }
}
