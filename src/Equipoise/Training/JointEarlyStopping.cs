using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Ends training by several figures at once: all, any or k of n of them without improvement, their weighted score, or no Pareto improvement; and freezes heads that are done.</summary>
/// <remarks>
/// A figure improves in an epoch if it is better than its best so far by more than its least improvement; NaN never is. It is done while so many epochs in a row did not improve as its patience says, and no longer once
/// it improves again, unless its head was frozen. Afterwards the weights of the best epoch come back: with <see cref="StopRule.Pareto"/> the last that was a Pareto improvement, otherwise that of the best score,
/// Σ weight × figure with a minus for figures that improve upwards. An epoch in which a figure is NaN has no score and is no Pareto improvement. See <see cref="EarlyStopping"/> for one figure.
/// </remarks>
public sealed class JointEarlyStopping : Callback
{
    private readonly WatchedFigure[] _figures;
    private readonly StopRule _rule;
    private readonly int _count;
    private readonly int _patience;
    private readonly double _minimumDelta;
    private readonly bool _restoreBest;
    private readonly int _startAfter;
    private readonly double[] _best;
    private readonly int[] _bestEpochs;
    private readonly int[] _waited;
    private readonly bool[] _frozen;
    private readonly double[] _pareto;                         // the figures of the best epoch by that rule
    private float[]? _bestWeights;
    private int _seen;
    private int _waitedTogether;

    /// <summary>Watches figures.</summary>
    /// <param name="figures">The figures, at least one.</param>
    /// <param name="rule">What they decide together.</param>
    /// <param name="patience">How many epochs in a row without improvement are borne: of the figures that say nothing themselves, and of the score and Pareto rules.</param>
    /// <param name="count">With <see cref="StopRule.AtLeast"/>: how many figures must be done.</param>
    /// <param name="minimumDelta">With <see cref="StopRule.Score"/>: the least improvement of the score that counts.</param>
    /// <param name="restoreBest">Whether the weights of the best epoch come back at the end.</param>
    /// <param name="startAfter">How many epochs at the beginning are not looked at.</param>
    /// <exception cref="ArgumentException">There is no figure, one is named twice, or a number is outside its range.</exception>
    public JointEarlyStopping(IReadOnlyList<WatchedFigure> figures, StopRule rule = StopRule.All, int patience = 5, int count = 1, double minimumDelta = 0, bool restoreBest = true, int startAfter = 0)
    {
        ArgumentNullException.ThrowIfNull(figures);
        if (figures.Count == 0) throw new ArgumentException("There is no figure to watch. Name at least one.", nameof(figures));
        if (figures.GroupBy(f => f.Figure).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"The figure '{twice.Key}' is watched {twice.Count()} times. Name it once.", nameof(figures));
        Require.AtLeast(nameof(JointEarlyStopping), nameof(patience), patience, 0);
        Require.Between(nameof(JointEarlyStopping), nameof(count), count, 1, figures.Count);
        Require.AtLeast(nameof(JointEarlyStopping), nameof(minimumDelta), minimumDelta, 0);
        foreach (var figure in figures)
        {
            Require.AtLeast(figure.Figure, nameof(WatchedFigure.Patience), figure.Patience ?? 0, 0);
            Require.AtLeast(figure.Figure, nameof(WatchedFigure.MinimumDelta), figure.MinimumDelta, 0);
            Require.AtLeast(figure.Figure, nameof(WatchedFigure.Weight), figure.Weight, 0);
            if (figure.FreezeHead && figure.Output is null) throw new ArgumentException($"'{figure.Figure}' is the total, which has no head to freeze. Watch a figure of one output.", nameof(figures));
        }
        (_figures, _rule, _patience, _count, _minimumDelta, _restoreBest, _startAfter) = ([.. figures], rule, patience, count, minimumDelta, restoreBest, startAfter);
        _best = new double[figures.Count];
        _bestEpochs = new int[figures.Count];
        _waited = new int[figures.Count];
        _frozen = new bool[figures.Count];
        _pareto = new double[figures.Count];
        Forget();
    }

    /// <summary>The epoch whose weights come back, from 1; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The best score so far; NaN before the first.</summary>
    public double BestScore { get; private set; }

    /// <summary>The best value of each figure so far, in their order; NaN before the first.</summary>
    public IReadOnlyList<double> Best => _best;

    /// <summary>The epoch of the best value of each figure, from 1.</summary>
    public IReadOnlyList<int> BestEpochs => _bestEpochs;

    /// <summary>Whether the head of each figure's output was frozen.</summary>
    public IReadOnlyList<bool> Frozen => _frozen;

    /// <inheritdoc/>
    public override void FitBegins(Trainer trainer, FitOptions options) => Forget();

    /// <inheritdoc/>
    public override void EpochEnds(Trainer trainer, EpochEntry epoch)
    {
        if (++_seen <= _startAfter) return;
        var values = new double[_figures.Length];
        var up = new bool[_figures.Length];
        for (int i = 0; i < _figures.Length; i++) (values[i], up[i]) = MonitoredFigure.Of(epoch, _figures[i].Figure, _figures[i].HigherIsBetter, "Early stopping");
        for (int i = 0; i < _figures.Length; i++) Follow(trainer, i, values[i], up[i], epoch.Epoch);
        _waitedTogether++;
        double score = Enumerable.Range(0, values.Length).Sum(i => _figures[i].Weight * (up[i] ? -values[i] : values[i]));
        bool better = _rule == StopRule.Pareto ? IsParetoImprovement(values, up) : MonitoredFigure.Improves(score, BestScore, _rule == StopRule.Score ? _minimumDelta : 0, higherIsBetter: false);
        if (better)
        {
            BestScore = score;
            BestEpoch = epoch.Epoch;
            values.CopyTo(_pareto, 0);
            _waitedTogether = 0;
            if (_restoreBest) _bestWeights = [.. trainer.Model.Store.Values];
        }
        if (_seen > 1 && IsOver()) trainer.Stop(Reason());
    }

    /// <inheritdoc/>
    public override void FitEnds(Trainer trainer, History history)
    {
        if (_bestWeights is null) return;
        _bestWeights.CopyTo(trainer.Model.Store.Values, 0);
        trainer.Model.Store.Touch();
    }

    private void Forget()
    {
        Array.Fill(_best, double.NaN);
        Array.Clear(_bestEpochs);
        Array.Clear(_waited);
        Array.Clear(_frozen);
        Array.Fill(_pareto, double.NaN);
        (_seen, _waitedTogether, _bestWeights, BestEpoch, BestScore) = (0, 0, null, 0, double.NaN);
    }

    private void Follow(Trainer trainer, int i, double value, bool up, int epoch)
    {
        _waited[i]++;
        if (MonitoredFigure.Improves(value, _best[i], _figures[i].MinimumDelta, up))
        {
            (_best[i], _bestEpochs[i]) = (value, epoch);
            _waited[i] = 0;
        }
        if (!_figures[i].FreezeHead || _frozen[i] || !IsDone(i)) return;
        trainer.Freeze(trainer.OutputOf(_figures[i].Output!));
        _frozen[i] = true;
    }

    private bool IsDone(int i) => _frozen[i] || (_seen > 1 && _waited[i] >= Math.Max(1, _figures[i].Patience ?? _patience));

    private bool IsOver()
    {
        int done = Enumerable.Range(0, _figures.Length).Count(IsDone);
        return _rule switch
        {
            StopRule.All => done == _figures.Length,
            StopRule.Any => done > 0,
            StopRule.AtLeast => done >= _count,
            _ => _waitedTogether >= Math.Max(1, _patience),
        };
    }

    private bool IsParetoImprovement(double[] values, bool[] up)
    {
        if (values.Any(double.IsNaN)) return false;
        if (_pareto.Any(double.IsNaN)) return true;
        bool better = false;
        for (int i = 0; i < values.Length; i++)
        {
            if (up[i] ? values[i] < _pareto[i] : values[i] > _pareto[i]) return false;
            better |= MonitoredFigure.Improves(values[i], _pareto[i], _figures[i].MinimumDelta, up[i]);
        }
        return better;
    }

    private string Reason()
    {
        if (_rule == StopRule.Score) return $"the score of {Names(_figures)} did not improve for {Epochs(_waitedTogether)}; the best was {LedgerEntry.Number(BestScore)} in epoch {BestEpoch}";
        if (_rule == StopRule.Pareto) return $"no epoch was better in one of {Names(_figures)} and worse in none for {Epochs(_waitedTogether)}; the best was epoch {BestEpoch}";
        var done = Enumerable.Range(0, _figures.Length).Where(IsDone).Select(i => $"'{_figures[i].Figure}' ({(_bestEpochs[i] == 0 ? "never a number" : $"best {LedgerEntry.Number(_best[i])} in epoch {_bestEpochs[i]}")})");
        return $"no improvement any more of {string.Join(", ", done)}";
    }

    private static string Names(WatchedFigure[] figures) => string.Join(", ", figures.Select(f => $"'{f.Figure}'"));

    private static string Epochs(int count) => count == 1 ? "1 epoch" : $"{count} epochs";
}
