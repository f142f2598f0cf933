using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>IMTL-L: learned factors bring all losses to the same size.</summary>
/// <remarks>
/// Objective Σ e^s L − s, weight e^s. s is stepped after each weighing by Adam, against e^s L − 1; it rests at s = −log L, where every weighted loss is 1.
/// Twice the regression form of <see cref="Uncertainty"/> at −s. An output that takes no part keeps its s.
/// Source: Liu et al., "Towards Impartial Multi-task Learning", 2021, section 3.2, equation 9 (with base e).
/// </remarks>
/// <param name="LearningRate">Step size of s.</param>
public sealed record ImtlLoss(double LearningRate = 0.025) : BalancerSettings
{
    /// <summary>First s of each output; empty: 0 for all.</summary>
    public IReadOnlyList<double> Initials { get; init; } = [];

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override string? OwnTermName => "log_factors";

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(ImtlLoss settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly LogFactors _factors = new(settings.Initials, tasks, settings.LearningRate);

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            Objective = _factors.Step(in tasks, weights);
            OwnTerm = _factors.OwnTerm;
            return true;
        }

        protected internal override void Keep(StateArrays state) => _factors.Keep(state);
    }
}

/// <summary>The learned factors e^s of IMTL-L.</summary>
internal sealed class LogFactors(IReadOnlyList<double> initials, int tasks, double learningRate)
{
    private readonly double[] _s = PerTask.Numbers(initials, tasks, 0, "initial values");
    private readonly ScalarAdam _adam = new(tasks, learningRate);

    /// <summary>−Σ priority × s of the last step.</summary>
    public double OwnTerm { get; private set; }

    /// <summary>Writes e^s, steps s against e^s L − 1, and gives Σ e^s L − s.</summary>
    public double Step(in ActiveTasks tasks, Span<double> factors)
    {
        double objective = 0, own = 0;
        for (int i = 0; i < factors.Length; i++)
        {
            int task = tasks.Tasks[i];
            factors[i] = Math.Exp(_s[task]);
            objective += (factors[i] * tasks.Losses[i]) - _s[task];
            own -= tasks.Priorities[i] * _s[task];
            _s[task] = _adam.Step(task, _s[task], (factors[i] * tasks.Losses[i]) - 1);
        }

        OwnTerm = own;
        return objective;
    }

    /// <summary>Names the arrays to save.</summary>
    public void Keep(StateArrays state)
    {
        state.Array("log_factor", _s);
        _adam.Keep(state);
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>imtl_l</c>.</summary>
    public static readonly Entry<BalancerSettings> ImtlLoss = Add("imtl_l", "learned factors bring all losses to the same size", new ImtlLoss(),
        Setting<BalancerSettings>.Number<ImtlLoss>("learning_rate", "step size of the log-factors", get: x => x.LearningRate, set: (x, v) => x with { LearningRate = v }, minimum: 0)).From("Liu et al., 'Towards Impartial Multi-task Learning', 2021");
}
