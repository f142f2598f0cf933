using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>CR-MOGM: smooths the weights of another method, which noise in the gradients of a batch would otherwise throw about.</summary>
/// <remarks>
/// λ ← α λ + (1 − α) ŵ with ŵ the weights of the other method in this step, λ = ŵ at an output's first step; the weights are λ.
/// What the other method promises of a single step (hurting no output, say) holds only on average. Needs what the other method needs; one that gives a direction cannot be smoothed.
/// Source: Zhou et al., "On the Convergence of Stochastic Multi-Objective Gradient Manipulation and Beyond", 2022, algorithm 1.
/// </remarks>
/// <param name="Alpha">α: the share of the old weights.</param>
public sealed record CrMogm(double Alpha = 0.9) : BalancerSettings
{
    /// <summary>The method whose weights are smoothed.</summary>
    public BalancerSettings Method { get; init; } = new UPGrad();

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => Method.Needs;

    /// <inheritdoc/>
    public override Balancer Start(int tasks)
    {
        if (Method.GivesDirection) throw new ArgumentException($"{Method.GetType().Name} gives a direction, not weights, so that CrMogm has nothing to smooth.", nameof(tasks));
        return new Running(this, tasks);
    }

    private sealed class Running(CrMogm settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly Balancer _inner = settings.Method.Start(tasks);
        private readonly double[] _smooth = new double[tasks], _seen = new double[tasks];

        protected override bool UsesPriorities => true;

        public override void EndEpoch(ReadOnlySpan<double> meanLosses, ReadOnlySpan<double> scores = default) => _inner.EndEpoch(meanLosses, scores);

        protected override void Learn(ReadOnlySpan<double> losses) => _inner.AfterStep(losses);

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            if (!_inner.WeighActive(in tasks, weights)) return false;
            for (int i = 0; i < weights.Length; i++)
            {
                int task = tasks.Tasks[i];
                _smooth[task] = _seen[task] == 0 ? weights[i] : (settings.Alpha * _smooth[task]) + ((1 - settings.Alpha) * weights[i]);
                _seen[task] = 1;
                weights[i] = _smooth[task];
            }

            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("smooth", _smooth);
            state.Array("seen", _seen);
            state.Inner("inner", _inner);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>cr_mogm</c>.</summary>
    public static readonly Entry<BalancerSettings> CrMogm = Add("cr_mogm", "smooths the weights of another method", new CrMogm(),
        Setting<BalancerSettings>.Component<CrMogm, BalancerSettings>("method", "whose weights are smoothed", () => Catalog, get: x => x.Method, set: (x, v) => x with { Method = v ?? x.Method }),
        Setting<BalancerSettings>.Number<CrMogm>("alpha", "share of the old weights", get: x => x.Alpha, set: (x, v) => x with { Alpha = v }, minimum: 0, below: 1)).From("Zhou et al., 'On the Convergence of Stochastic Multi-Objective Gradient Manipulation and Beyond', 2022");
}
