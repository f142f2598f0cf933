using Equipoise.Activations;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>Makes the model of a config, and what it is compiled with.</summary>
internal static class RunModel
{
    /// <summary>The model: inputs, their own layers, the trunk, and a head for each output.</summary>
    /// <exception cref="ModelException">Layers do not fit; all mistakes are told.</exception>
    public static Model Build(Config config, RunEncoders encoders, ICollection<string> notes)
    {
        var inputs = new List<Node>();
        var features = new List<Node>();
        foreach (var input in config.Inputs!)
        {
            var (node, usual) = Start(input, encoders);
            IReadOnlyList<Layer> layers = input.Encoder is { } shared ? config.Encoders[shared] : input.Layers ?? UsualParts.Layers(usual);
            if (input.Encoder is null && input.Layers is null && layers.Count > 0) notes.Add($"input '{input.Name}': usual layers {usual}");
            inputs.Add(node);
            features.Add(Chain(node, layers));
        }
        var joined = features.Count == 1 ? features[0] : (LayerCatalog.Catalog.Find("concatenate").Default with { }).Apply([.. features]);
        if (config.Trunk is null) notes.Add($"trunk: usual layers {UsualParts.Trunk}");
        var trunk = Chain(joined, config.Trunk ?? UsualParts.Layers(UsualParts.Trunk));
        Node[] outputs = [.. config.Outputs.Select(o => Chain(trunk, o.Layers).Dense(encoders.Columns.Targets[o.Name].PredictionWidth, HeadActivation(o)).Named(OutputName(o, inputs)))];
        return new Model(inputs, outputs, (ulong)config.Training.Seed);
    }

    /// <summary>Losses, weights and metrics as the trainer wants them.</summary>
    /// <param name="config">The completed config.</param>
    /// <param name="encoders">The fitted encoders.</param>
    /// <param name="evaluation">
    /// Whether it is for evaluation alone. The share of labelled rows in training says nothing about other rows, so there a raw loss is the mean over the labelled rows
    /// where training divides by that share.
    /// </param>
    public static CompileOptions Options(Config config, RunEncoders encoders, bool evaluation = false)
    {
        var options = new CompileOptions
        {
            Optimizer = config.Training.Optimizer,
            Balancer = config.Balance.Method,
            Divisor = evaluation && config.Training.Divisor == Divisor.BatchLabelRate ? Divisor.LabelledRows : config.Training.Divisor,
            Workers = config.Training.Workers,
            Seed = (ulong)config.Training.Seed,
        };
        foreach (var output in config.Outputs)
        {
            var target = encoders.Columns.Targets[output.Name];
            options.Outputs[output.Name] = new Output(EffectiveLoss(output), output.Weight)
            {
                Metrics = output.Metrics ?? [],
                ClassWeights = ClassWeights(output, target),
                ToUnits = target is NumberTargetEncoder { IsPlain: false } number ? number.Decode : null,
            };
        }
        return options;
    }

    /// <summary>The loss that is trained with: on raw predictions where it can be and no activation is declared.</summary>
    public static Loss EffectiveLoss(OutputConfig output) => output.Activation is null ? output.Loss!.OnLogits ?? output.Loss : output.Loss!;

    private static (Node Node, string UsualLayers) Start(InputConfig input, RunEncoders encoders)
    {
        if (encoders.Images.TryGetValue(input.Name, out var image)) return (Input.Numbers(input.Name, [.. image.Shape]), UsualParts.ImageLayers);
        var encoder = encoders.Columns.Inputs[input.Name];
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
        if (output.Loss is not (KLDivergence or Dice or Tversky) || output.Type == "number") return null;
        return ActivationCatalog.Catalog.Find(output.Type is "category" or "ordered_category" ? "softmax" : "sigmoid").Default;
    }

    private static string OutputName(OutputConfig output, List<Node> inputs)
        => inputs.All(i => i.Name != output.Name) ? output.Name : throw new ModelException([$"An input and an output are both called '{output.Name}'. Rename one; 'column' says what it reads."]);

    private static Dictionary<int, double>? ClassWeights(OutputConfig output, TargetEncoder target)
    {
        if (output.BalancedClasses)
        {
            double rows = target.Counts.Sum();
            int classes = target.Counts.Count(c => c > 0);
            return target.Counts.Select((count, i) => (count, i)).Where(c => c.count > 0).ToDictionary(c => c.i, c => rows / (classes * (double)c.count));
        }
        return output.ClassWeights?.ToDictionary(pair => target.Labels.ToList().IndexOf(pair.Key), pair => pair.Value);
    }
}
