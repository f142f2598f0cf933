using Equipoise.Engine.Randomness;

namespace Equipoise.Trials;

/// <summary>A trial with its judged figures, and each of them for many resamplings of the validation rows.</summary>
internal sealed class ScoredTrial
{
    private readonly FigureRows[]? _figures;
    private readonly double[]?[] _resampled;
    private readonly int _rows;

    public ScoredTrial(TrialResult result, IReadOnlyList<JudgedFigure> figures)
    {
        Variant = result.Trial.Variant.Name;
        Seed = result.Trial.Seed;
        Seconds = result.Seconds;
        Epochs = result.History?.Epochs.Count ?? 0;
        BestEpoch = result.BestEpoch;
        Fault = result.Fault;
        _rows = result.Data.Valid!.Rows;
        _resampled = new double[]?[figures.Count];
        _figures = result.Rows is { } rows ? [.. figures.Select(f => new FigureRows(f, rows))] : null;
        Test = result.TestRows is { } test ? [.. figures.Select(f => f.Of(test))] : null;
    }

    public string Variant { get; }

    public int Seed { get; }

    public double Seconds { get; }

    public int Epochs { get; }

    public int BestEpoch { get; }

    public string? Fault { get; }

    /// <summary>The figures on the test part; null if it was not looked at.</summary>
    public double[]? Test { get; }

    /// <summary>A figure on the validation part; NaN if the trial diverged.</summary>
    public double Value(int figure) => _figures?[figure].Value ?? double.NaN;

    /// <summary>The figure in each resampling of the rows. The same resamplings for every trial: they depend on their number alone.</summary>
    public double[] Resampled(int figure, int resamples)
    {
        if (_resampled[figure] is { } known) return known;
        var values = new double[resamples];
        var rows = _figures![figure];
        Parallel.For(0, resamples, () => new float[_rows], (r, _, counts) =>
        {
            Array.Clear(counts);
            var random = new RandomStream(0).Derive("rows").Derive((ulong)r);
            for (int i = 0; i < _rows; i++) counts[random.Below((ulong)i, _rows)]++;
            values[r] = rows.Of(counts);
            return counts;
        }, _ => { });
        return _resampled[figure] = values;
    }
}
