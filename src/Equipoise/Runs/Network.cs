using Equipoise.Activations;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;

namespace Equipoise.Runs;

/// <summary>The nodes of a config's network by the names of its inputs, branches and outputs. Each is made when it is first asked for; <see cref="Wiring"/> has seen to it that there is no circle.</summary>
internal sealed class Network
{
    private readonly Config _config;
    private readonly RunEncoders _encoders;
    private readonly ICollection<string> _notes;
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly List<Node> _inputs = [];
    private Dictionary<string, Node>? _trunk;                 // what each output reads of it

    public Network(Config config, RunEncoders encoders, ICollection<string> notes)
    {
        _config = config;
        _encoders = encoders;
        _notes = notes;
        var shared = config.Inputs!.Select(i => i.Name).Intersect(config.Outputs.Select(o => o.Name)).Select(n => $"An input and an output are both called '{n}'. Rename one; 'column' says what it reads.").ToArray();
        if (shared.Length > 0) throw new ModelException(shared);
        foreach (var input in config.Inputs!) _nodes[input.Name] = Encoded(input);
    }

    /// <summary>What rows are fed into, in the order of the config.</summary>
    public IReadOnlyList<Node> Inputs => _inputs;

    /// <summary>What the input, branch or output of this name gives.</summary>
    public Node Of(string name)
    {
        if (_nodes.TryGetValue(name, out var made)) return made;
        var node = _config.Branches.FirstOrDefault(b => b.Name == name) is { } branch
            ? Chain(Join(branch.From, branch.Join), branch.Layers)
            : Head(_config.Outputs.First(o => o.Name == name));
        return _nodes[name] = node;
    }

    private Node Encoded(InputConfig input)
    {
        var (node, usual) = Start(input);
        IReadOnlyList<Layer> layers = input.Encoder is { } shared ? _config.Encoders[shared] : input.Layers ?? UsualParts.Layers(usual);
        if (input.Encoder is null && input.Layers is null && layers.Count > 0) _notes.Add($"input '{input.Name}': usual layers {usual}");
        _inputs.Add(node);
        return Chain(node, layers);
    }

    private Node Head(OutputConfig output)
    {
        var node = Chain(output.From.Count > 0 ? Join(output.From, output.Join) : Trunk()[output.Name], output.Layers);
        if (!output.Projection || LossFit.TakesLayersAsTheyAre(output.Loss)) return node.Activate(output.Projection ? new Linear() : HeadActivation(output) ?? new Linear()).Named(output.Name);
        int width = LossFit.HeadWidth(output.Loss, _encoders.Columns.Targets[output.Name].PredictionWidth);
        var head = node.Dense(width, HeadActivation(output));
        if (output.Loss is CumulativeLink) head = head.OrdinalThresholds(_encoders.Columns.Targets[output.Name].PredictionWidth);
        return head.Named(output.Name);
    }

    private Dictionary<string, Node> Trunk()
    {
        if (_trunk is not null) return _trunk;
        if (_config.Trunk is null) _notes.Add($"trunk: usual layers {UsualParts.Trunk}");
        var shared = Chain(Join(Wiring.IntoTrunk(_config)), _config.Trunk ?? UsualParts.Layers(UsualParts.Trunk));
        string[] readers = [.. _config.Outputs.Where(o => o.From.Count == 0).Select(o => o.Name)];
        var results = _config.Architecture?.Apply(shared, readers) ?? [.. readers.Select(_ => shared)];
        return _trunk = readers.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    private Node Join(IReadOnlyList<string> names, Layer? join = null)
        => names.Count == 1 && join is null ? Of(names[0]) : ((join ?? LayerCatalog.Catalog.Find("concatenate").Default) with { }).Apply([.. names.Select(Of)]);

    private (Node Node, string UsualLayers) Start(InputConfig input)
    {
        if (_encoders.Images.TryGetValue(input.Name, out var image)) return (Input.Numbers(input.Name, [.. image.Shape]), UsualParts.ImageLayers);
        var encoder = _encoders.Columns.Inputs[input.Name];
        bool words = input.Encoding is not TextEncoding { Tokens: TextTokens.Characters };
        string usual = UsualParts.InputLayerText(encoder.Form, encoder.Kind, encoder.Width, words);
        return (encoder.Form switch
        {
            InputForm.Indices => Input.Tokens(input.Name, encoder.Width, encoder.Vocabulary),
            InputForm.Bag => Input.Bag(input.Name, encoder.Vocabulary),
            _ => Input.Numbers(input.Name, encoder.Width),
        }, usual);
    }

    private static Node Chain(Node node, IReadOnlyList<Layer> layers)
    {
        foreach (var layer in layers) node = layer.Apply(node);
        return node;
    }

    // Losses of probabilities that have no form on raw predictions get the activation that makes probabilities.
    private static Activation? HeadActivation(OutputConfig output)
    {
        if (output.Activation is not null) return output.Activation;
        if (output.Loss is not { WantsProbabilities: true } || output.Type == "number") return null;
        return ActivationCatalog.Catalog.Find(output.Type is "category" or "ordered_category" ? "softmax" : "sigmoid").Default;
    }
}
