using System.Globalization;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Ledger;
using Equipoise.Metrics;
using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>Precision, recall, F1, average precision and support of every label of every set and every category.</summary>
public static class LabelTable
{
    private const string Header = "part,output,label,support,predicted,precision,recall,f1,average_precision";

    /// <summary>The figures, output by output, labels in the order of the encoder. Rows without a label of an output are left out of it.</summary>
    /// <param name="config">The completed config.</param>
    /// <param name="encoders">The fitted encoders.</param>
    /// <param name="predictions">Probabilities, as the model predicts them.</param>
    /// <param name="data">The labels.</param>
    public static IReadOnlyList<LabelFigures> Of(Config config, RunEncoders encoders, IReadOnlyDictionary<string, float[]> predictions, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(encoders);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(data);
        var figures = new List<LabelFigures>();
        foreach (var output in Outputs(config, encoders))
        {
            var labels = encoders.Columns.Targets[output.Name].Labels;
            figures.AddRange(Of(output.Name, labels, output.Type == "set", ClassProbabilities.Of(output, predictions[output.Name], data.Rows), data.Targets[output.Name]));
        }
        return figures;
    }

    /// <summary>Evaluates a data set once: losses and metrics, and the figures of its labels from the very predictions that the metrics saw.</summary>
    internal static (EvaluationResult Result, IReadOnlyList<LabelFigures> Figures) Evaluate(Trainer trainer, Config config, RunEncoders encoders, Dataset data)
    {
        var (result, predictions) = trainer.EvaluatePredictions(data, [.. Outputs(config, encoders).Select(o => o.Name)]);
        return (result, Of(config, encoders, predictions, data));
    }

    /// <summary>The outputs whose labels have figures.</summary>
    internal static IEnumerable<OutputConfig> Outputs(Config config, RunEncoders encoders)
        => config.Outputs.Where(o => o.Type is "set" or "category" or "ordered_category" && !LossFit.IsOfEmbeddings(o.Loss) && encoders.Columns.Targets[o.Name].Labels.Count > 1);

    /// <summary>The lines of a CSV file, without its header.</summary>
    internal static IEnumerable<string> Lines(string part, IEnumerable<LabelFigures> figures)
        => figures.Select(f => string.Join(',', (string[])[part, Csv.Quote(f.Output), Csv.Quote(f.Label), Text(f.Support), Text(f.Predicted), Text(f.Precision), Text(f.Recall), Text(f.F1), Text(f.AveragePrecision)]));

    /// <summary>Writes the figures of some parts as a CSV file.</summary>
    internal static void Write(string file, IEnumerable<(string Part, IReadOnlyList<LabelFigures> Figures)> parts)
        => File.WriteAllLines(file, parts.SelectMany(p => Lines(p.Part, p.Figures)).Prepend(Header));

    private static IEnumerable<LabelFigures> Of(string output, IReadOnlyList<string> labels, bool isSet, float[] predictions, TargetColumn target)
    {
        var decision = isSet ? LabelDecision.Threshold : LabelDecision.Largest;
        var precision = new Precision { Decision = decision }.Start(labels.Count);
        var recall = new Recall { Decision = decision }.Start(labels.Count);
        var f1 = new F1Score { Decision = decision }.Start(labels.Count);
        var average = new AveragePrecision().Start(labels.Count);
        var support = new long[labels.Count];
        var predicted = new long[labels.Count];
        for (int row = 0; row < target.Rows; row++)
        {
            var labelled = target.Row(row);
            if (labelled.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) continue;
            var probabilities = predictions.AsSpan(row * labels.Count, labels.Count);
            var rows = new MetricRows { Items = 1, Width = labels.Count, Predictions = probabilities, Targets = labelled };
            foreach (var state in (ReadOnlySpan<MetricState>)[precision, recall, f1, average]) state.Update(rows);
            int largest = Labels.Largest(probabilities);
            for (int k = 0; k < labels.Count; k++)
            {
                if (labelled.Length == 1 ? labelled[0] == k : labelled[k] > 0.5f) support[k]++;
                if (isSet ? probabilities[k] > 0.5f : k == largest) predicted[k]++;
            }
        }
        var (precisions, recalls, scores, averages) = (precision.PerLabel!, recall.PerLabel!, f1.PerLabel!, average.PerLabel!); // each reading sorts every row again
        return labels.Select((label, k) => new LabelFigures(output, label, support[k], predicted[k], precisions[k], recalls[k], scores[k], averages[k]));
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
