using Equipoise.Engine.Execution;
using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Looks at each output's gradient of the shared parameters at every so many steps: lengths, angles, conflicts, by layer too. It changes nothing of the training.</summary>
internal sealed class GradientDiagnosis
{
    private readonly int _every;
    private readonly string[] _names;
    private readonly string[] _layers;
    private readonly int[] _layerOf;                           // of each parameter
    private readonly int _tasks;
    private readonly int[] _trained;
    private readonly double[] _scales;
    private readonly double[] _sums;                           // of a Gramian
    private readonly Tally _whole;
    private readonly Tally[] _byLayer;
    private readonly double[][] _layerGramians;
    private long _steps;

    private sealed class Tally(int tasks)
    {
        public readonly double[] Norms = new double[tasks], Steps = new double[tasks];
        public readonly double[] Cosines = new double[tasks * tasks], Pairs = new double[tasks * tasks], Conflicts = new double[tasks * tasks];
    }

    /// <param name="every">Steps from one look to the next.</param>
    /// <param name="names">Names of the outputs that have a loss.</param>
    /// <param name="trained">Their places among all outputs.</param>
    /// <param name="each">Where their gradients will be found.</param>
    public GradientDiagnosis(int every, IReadOnlyList<string> names, int[] trained, OutputGradients each)
    {
        _every = every;
        _trained = trained;
        _names = [.. names];
        _tasks = _names.Length;
        string[] layerOf = [.. each.Parameters.Select(p => p.Name.IndexOf('/', StringComparison.Ordinal) is > 0 and var at ? p.Name[..at] : p.Name)];
        _layers = [.. layerOf.Distinct()];
        _layerOf = [.. layerOf.Select(l => Array.IndexOf(_layers, l))];
        _scales = new double[_tasks];
        _sums = new double[_tasks * _tasks];
        _whole = new Tally(_tasks);
        _byLayer = [.. _layers.Select(_ => new Tally(_tasks))];
        _layerGramians = [.. _layers.Select(_ => new double[_tasks * _tasks])];
    }

    /// <summary>Whether to look at a step, by its number from 0.</summary>
    public bool IsDue(long step) => step % _every == 0;

    /// <summary>Adds a step whose Gramian was formed.</summary>
    /// <param name="each">The gradients.</param>
    /// <param name="outputs">All outputs of the batch; one without a label is left out.</param>
    /// <param name="weights">What the seeds were multiplied with [all outputs], which is taken out again; empty: all 1. An output of weight 0 is left out.</param>
    public void Add(OutputGradients each, OutputBatch[] outputs, ReadOnlySpan<double> weights)
    {
        _steps++;
        for (int i = 0; i < _tasks; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[_trained[i]];
            _scales[i] = outputs[_trained[i]].Labelled == 0 || weight == 0 ? 0 : 1 / weight;
        }
        Count(_whole, each.Gramian);
        foreach (double[] gramian in _layerGramians) Array.Clear(gramian);
        for (int p = 0; p < _layerOf.Length; p++)
        {
            var part = each.GramianOf(p);
            var sum = _layerGramians[_layerOf[p]];
            for (int c = 0; c < sum.Length; c++) sum[c] += part[c];
        }
        for (int l = 0; l < _layers.Length; l++) Count(_byLayer[l], _layerGramians[l]);
    }

    /// <summary>The account since the last call; null when no step was looked at.</summary>
    public GradientAccount? Take()
    {
        if (_steps == 0) return null;
        var layers = new LayerGradients[_layers.Length];
        for (int l = 0; l < layers.Length; l++) layers[l] = new LayerGradients(_layers[l], NormsOf(_byLayer[l]), PairsOf(_byLayer[l]));
        var account = new GradientAccount(_steps, NormsOf(_whole), PairsOf(_whole), layers);
        _steps = 0;
        foreach (var tally in _byLayer.Append(_whole))
        {
            Array.Clear(tally.Norms);
            Array.Clear(tally.Steps);
            Array.Clear(tally.Cosines);
            Array.Clear(tally.Pairs);
            Array.Clear(tally.Conflicts);
        }
        return account;
    }

    private void Count(Tally tally, ReadOnlySpan<double> gramian)
    {
        for (int i = 0; i < _tasks; i++)
        {
            for (int j = 0; j < _tasks; j++) _sums[(i * _tasks) + j] = gramian[(i * _tasks) + j] * _scales[i] * _scales[j];
        }
        for (int i = 0; i < _tasks; i++)
        {
            double norm = Math.Sqrt(_sums[(i * _tasks) + i]);
            if (_scales[i] == 0 || !double.IsFinite(norm)) continue;
            tally.Norms[i] += norm;
            tally.Steps[i]++;
            for (int j = 0; j < i; j++)
            {
                double other = Math.Sqrt(_sums[(j * _tasks) + j]), product = _sums[(i * _tasks) + j];
                if (_scales[j] == 0 || !double.IsFinite(other) || norm == 0 || other == 0) continue;
                int pair = (j * _tasks) + i;
                tally.Cosines[pair] += product / norm / other;
                tally.Conflicts[pair] += product < 0 ? 1 : 0;
                tally.Pairs[pair]++;
            }
        }
    }

    private OutputNorm[] NormsOf(Tally tally)
    {
        var norms = new OutputNorm[_tasks];
        for (int i = 0; i < _tasks; i++) norms[i] = new OutputNorm(_names[i], tally.Norms[i] / tally.Steps[i]);
        return norms;
    }

    private GradientPair[] PairsOf(Tally tally)
    {
        var pairs = new List<GradientPair>();
        for (int j = 0; j < _tasks; j++)
        {
            for (int i = j + 1; i < _tasks; i++)
            {
                int pair = (j * _tasks) + i;
                if (tally.Pairs[pair] > 0) pairs.Add(new GradientPair(_names[j], _names[i], tally.Cosines[pair] / tally.Pairs[pair], tally.Conflicts[pair] / tally.Pairs[pair]));
            }
        }
        return [.. pairs];
    }
}
