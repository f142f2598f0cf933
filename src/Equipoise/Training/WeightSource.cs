using Equipoise.Balancing;
using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>The balancer at work on the outputs that have a loss: asks it for weights, keeps them, and counts what was out of the ordinary.</summary>
internal sealed class WeightSource
{
    private static readonly string[] _kinds = ["single_output", "zero_gradient", "opposed", "masked", "not_finite", "negative_loss"];

    private const string ShownName = "shown_weights";

    private readonly BalancerSettings _settings;
    private readonly int[] _trained;                           // places of the outputs that have a loss
    private readonly string[] _names;                          // of those
    private readonly double[] _priorities;
    private readonly double[] _weights;                        // of those
    private readonly double[] _all;                            // of all outputs
    private readonly double[] _shown;                          // of all outputs: the last weight of each that had a label
    private readonly long[] _counts;                           // [kinds, trained + 1], in the epoch at hand; the last: all outputs
    private readonly ulong _seed;

    public WeightSource(BalancerSettings settings, IReadOnlyList<Output> outputs, IReadOnlyList<string> names, ulong seed)
    {
        _settings = settings;
        _seed = seed;
        _trained = [.. Enumerable.Range(0, outputs.Count).Where(k => outputs[k].Loss is not null)];
        _names = [.. _trained.Select(k => names[k])];
        _priorities = [.. _trained.Select(k => outputs[k].Weight)];
        _weights = new double[_trained.Length];
        _all = new double[outputs.Count];
        _shown = new double[outputs.Count];
        for (int i = 0; i < _trained.Length; i++) _shown[_trained[i]] = _priorities[i];
        _counts = new long[_kinds.Length * (_trained.Length + 1)];
        Balancer = settings.Start(_trained.Length);
    }

    /// <summary>What runs.</summary>
    public Balancer Balancer { get; }

    /// <summary>The settings it was made from.</summary>
    public BalancerSettings Settings => _settings;

    /// <summary>Places of the outputs that have a loss.</summary>
    public int[] Trained => _trained;

    /// <summary>The users' weights of these.</summary>
    public double[] Priorities => _priorities;

    /// <summary>Whether the weights depend on what the step itself shows, or its gradients are to be put together from each output's.</summary>
    public bool NeedsStep => (_settings.Needs & (BalancerNeeds.Losses | BalancerNeeds.LossesAfterStep)) != 0 || NeedsEach;

    /// <summary>Whether each output's gradient is wanted by itself.</summary>
    public bool NeedsEach => (_settings.Needs & (BalancerNeeds.Gramian | BalancerNeeds.CrossGramian | BalancerNeeds.Gradients)) != 0
        || (_settings.HeadWeighting == HeadWeighting.Unit && _settings is not FixedWeights);

    /// <summary>Weights of all outputs, as an evaluation shows them: of each output the last that it trained with, at first the user's.</summary>
    public ReadOnlySpan<double> Shown => _shown;

    /// <summary>The weights of the step at hand [outputs with a loss].</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Weights of all outputs, where they are known before the step.</summary>
    public ReadOnlySpan<double> Weigh(long step, int epoch)
    {
        Ask(new BalancerInput { Priorities = _priorities, Step = step, Epoch = epoch, Seed = _seed }, default);
        return _all;
    }

    /// <summary>Weights from what the step shows; see <see cref="Weights"/>.</summary>
    public void Weigh(long step, int epoch, ReadOnlySpan<double> losses, ReadOnlySpan<bool> present, ReadOnlySpan<double> gramian, ReadOnlySpan<double> crossGramian, TaskGradients? gradients, Span<float> direction)
    {
        var input = new BalancerInput
        {
            Priorities = _priorities,
            Step = step,
            Epoch = epoch,
            Seed = _seed,
            Losses = losses,
            Present = present,
            Gramian = gramian,
            CrossGramian = crossGramian,
            Gradients = gradients,
        };
        Ask(in input, direction, present);
    }

    /// <summary>All that must survive a restart, as arrays by name.</summary>
    public IReadOnlyDictionary<string, double[]> Save() => new Dictionary<string, double[]>(Balancer.Save()) { [ShownName] = [.. _shown] };

    /// <summary>Goes on from what <see cref="Save"/> gave.</summary>
    public void Load(IReadOnlyDictionary<string, double[]> state)
    {
        Balancer.Load(state);
        if (state.TryGetValue(ShownName, out var shown) && shown.Length == _shown.Length) shown.CopyTo(_shown, 0);
    }

    /// <summary>What was out of the ordinary since the last call.</summary>
    public IReadOnlyList<BalanceNote> TakeNotes()
    {
        List<BalanceNote>? notes = null;
        for (int c = 0; c < _counts.Length; c++)
        {
            if (_counts[c] == 0) continue;
            int task = c % (_trained.Length + 1);
            (notes ??= []).Add(new BalanceNote(_kinds[c / (_trained.Length + 1)], task == _trained.Length ? null : _names[task], _counts[c]));
            _counts[c] = 0;
        }
        return notes is null ? [] : notes;
    }

    private void Ask(in BalancerInput input, Span<float> direction, ReadOnlySpan<bool> present = default)
    {
        Balancer.Weigh(in input, _weights, direction);
        for (int i = 0; i < _trained.Length; i++)
        {
            _all[_trained[i]] = _weights[i];
            if (present.IsEmpty || present[i]) _shown[_trained[i]] = _weights[i];
        }
        foreach (var seen in Balancer.Events) _counts[((int)seen.Kind * (_trained.Length + 1)) + (seen.Task < 0 ? _trained.Length : seen.Task)]++;
    }
}
