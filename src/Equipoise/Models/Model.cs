using Equipoise.Data;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Layers;
using Equipoise.Losses;

namespace Equipoise.Models;

/// <summary>A network with named inputs and named outputs, and its weights.</summary>
/// <remarks>All mistakes (shapes that do not fit, names given twice, inputs not connected) are told at once when it is made. Inputs and outputs keep the order in which they were given.</remarks>
public sealed class Model
{
    private readonly BuildContext _context;

    /// <summary>A model from its inputs to its outputs.</summary>
    /// <param name="inputs">Nodes made by <see cref="Input"/>.</param>
    /// <param name="outputs">Nodes with a name each.</param>
    /// <param name="seed">Determines the initial weights.</param>
    /// <exception cref="ModelException">The model does not make sense.</exception>
    public Model(IReadOnlyList<Node> inputs, IReadOnlyList<Node> outputs, ulong seed = 0)
    {
        var builder = new ModelBuilder(inputs, outputs);
        OutputNodes = builder.Build();
        if (builder.Mistakes.Count > 0) throw new ModelException(builder.Mistakes);
        _context = builder.Context;
        Inputs = [.. inputs.Select(i => new ModelInput(i.Name!, builder.GraphNodeOf(i).Shape, KindOf(i.Layer)))];
        InputNodes = [.. inputs.Select(builder.GraphNodeOf)];
        Outputs = [.. outputs.Select((o, i) => new ModelOutput(o.Name!, OutputNodes[i].Shape))];
        Nodes = builder.Order;
        UserInputs = [.. inputs];
        UserOutputs = [.. outputs];
        Watched = [.. _context.ActivityPenalties.Select(p => p.Node).Distinct()];
        var plan = _context.Graph.Compile(OutputNodes, Mode.Training, Watched);
        Store = new ParameterStore(plan, seed);
        Links = new OutputLink[outputs.Count];
    }

    /// <summary>The inputs.</summary>
    public IReadOnlyList<ModelInput> Inputs { get; }

    /// <summary>The outputs.</summary>
    public IReadOnlyList<ModelOutput> Outputs { get; }

    /// <summary>The weights, by name: shared by several outputs first, then private to one, then running state.</summary>
    public IReadOnlyList<Parameter> Parameters => Store.Parameters;

    /// <summary>How many numbers are trained.</summary>
    public long TrainableCount => Parameters.Where(p => p.Trainable).Sum(p => (long)p.Length);

    /// <summary>What turns raw predictions into values a user wants, for each output; set by compiling, and saved.</summary>
    public IReadOnlyList<OutputLink> OutputLinks => Links;

    internal OutputLink[] Links { get; }

    internal IReadOnlyList<Node> Nodes { get; }

    internal IReadOnlyList<Node> UserInputs { get; }

    internal IReadOnlyList<Node> UserOutputs { get; }

    internal IReadOnlyList<GraphNode> InputNodes { get; }

    internal IReadOnlyList<GraphNode> OutputNodes { get; }

    internal IReadOnlyList<GraphNode> Watched { get; }

    internal ParameterStore Store { get; }

    internal Graph Graph => _context.Graph;

    internal IReadOnlyList<WeightPenalty> WeightPenalties => _context.WeightPenalties;

    internal IReadOnlyList<WeightConstraint> WeightConstraints => _context.WeightConstraints;

    internal BuildContext Context => _context;

    internal IReadOnlyList<ActivityPenalty> ActivityPenalties => _context.ActivityPenalties;

    /// <summary>Place of an output among the outputs.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public int IndexOf(string output)
    {
        for (int i = 0; i < Outputs.Count; i++)
        {
            if (Outputs[i].Name == output) return i;
        }
        throw new ArgumentException($"There is no output called '{output}'. {Catalogs.Suggestion.Advice(output, [.. Outputs.Select(o => o.Name)])}", nameof(output));
    }

    /// <summary>The values of a weight, row-major; a copy.</summary>
    public float[] GetWeight(string parameter) => Store.ValuesOf(FindParameter(parameter)).ToArray();

    /// <summary>Sets the values of a weight.</summary>
    public void SetWeight(string parameter, ReadOnlySpan<float> values)
    {
        var found = FindParameter(parameter);
        if (values.Length != found.Length) throw new ArgumentException($"'{parameter}' is {found.Shape} and so has {found.Length} numbers, but {values.Length} are given.", nameof(values));
        values.CopyTo(Store.ValuesOf(found));
        Store.Touch();
    }

    /// <summary>Writes <c>model.json</c> (the layers) and <c>model.safetensors</c> (the weights) into a folder, which is made if need be.</summary>
    public void Save(string folder) => ModelFile.Save(this, folder);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static Model Load(string folder) => ModelFile.Load(folder);

    /// <summary>Writes the weights alone, as safetensors.</summary>
    public void SaveWeights(string file) => WeightsFile.Write(file, Store);

    /// <summary>Reads weights that fit this model.</summary>
    /// <exception cref="DataException">A weight is missing, unknown or of another shape.</exception>
    public void LoadWeights(string file) => WeightsFile.Read(file, Store);

    /// <summary>The model in words: layers, shapes, who reaches which output, weights.</summary>
    public string Describe() => ModelSummary.Of(this);

    private Parameter FindParameter(string name) => Parameters.FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException($"There is no weight called '{name}'. {Catalogs.Suggestion.Advice(name, [.. Parameters.Select(p => p.Name)])}", nameof(name));

    private static InputKind KindOf(Layer layer) => layer switch
    {
        TokensInput => InputKind.Tokens,
        BagInput => InputKind.Bag,
        _ => InputKind.Numbers,
    };
}
