using Equipoise.Balancing;
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
        var network = new Network(config, encoders, notes);
        Node[] outputs = [.. config.Outputs.Select(o => network.Of(o.Name))];
        return new Model(network.Inputs, outputs, (ulong)config.Training.Seed);
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
            Optimizer = config.Training.Accumulate > 0 ? config.Training.Optimizer with { AccumulationSteps = config.Training.Accumulate } : config.Training.Optimizer,
            // Weights that moved say nothing about other rows; figures of several runs are compared under the user's own.
            Balancer = evaluation ? new FixedWeights() : config.Balance.Method,
            Scope = config.Balance.Scope,
            Diagnose = evaluation ? 0 : config.Training.Diagnose,
            Divisor = evaluation && config.Training.Divisor == Divisor.BatchLabelRate ? Divisor.LabelledRows : config.Training.Divisor,
            JointLosses = [.. config.Training.Losses.Select(l => new JointTerm(l.Name, l.Outputs, l.Loss!, l.Weight))],
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
                UnitSlope = target is NumberTargetEncoder { IsPlain: false } scaled ? scaled.DecodeSlope : null,
            };
        }
        return options;
    }

    /// <summary>The loss that is trained with: on raw predictions where it can be and no activation is declared.</summary>
    public static Loss EffectiveLoss(OutputConfig output) => output.Activation is null ? output.Loss!.OnLogits ?? output.Loss : output.Loss!;

    /// <summary>What a row of each class, or each label, counts in the training loss, by index; null: all 1.</summary>
    internal static Dictionary<int, double>? ClassWeights(OutputConfig output, TargetEncoder target)
    {
        if (output.BalancedClasses)
        {
            double rows = target.Counts.Sum();
            int classes = target.Counts.Count(c => c > 0);
            return target.Counts.Select((count, i) => (count, i)).Where(c => c.count > 0).ToDictionary(c => c.i, c => rows / (classes * (double)c.count));
        }
        if (output.EffectiveNumber is { } beta)
        {
            double[] weights = EffectiveNumber.Weights([.. target.Counts.Select(c => (long)c)], beta);
            return weights.Select((weight, i) => (weight, i)).Where(w => w.weight > 0).ToDictionary(w => w.i, w => w.weight);
        }
        return output.ClassWeights?.ToDictionary(pair => target.Labels.ToList().IndexOf(pair.Key), pair => pair.Value);
    }
}
