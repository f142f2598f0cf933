using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>IMTL: learned factors bring the losses to one size (IMTL-L), and the shared layers get the impartial combination of their gradients (IMTL-G).</summary>
/// <remarks>
/// f = e^s as in <see cref="ImtlLoss"/>; IMTL-G on the Gramian f_i f_j G_ij gives u; the weight of the raw loss is f u. The layers of one output alone should get f, but get the
/// weight or 1, as <see cref="BalancerSettings.HeadWeighting"/> says.
/// Source: Liu et al., "Towards Impartial Multi-task Learning", 2021, algorithm 1.
/// </remarks>
/// <param name="LearningRate">Step size of s.</param>
public sealed record Imtl(double LearningRate = 0.025) : BalancerSettings
{
    /// <summary>First s of each output; empty: 0 for all.</summary>
    public IReadOnlyList<double> Initials { get; init; } = [];

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses | BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override string? OwnTermName => "log_factors";

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(Imtl settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly LogFactors _factors = new(settings.Initials, tasks, settings.LearningRate);
        private readonly EqualProjections _solver = new(tasks);
        private readonly double[] _factor = new double[tasks], _scaled = new double[tasks * tasks];

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            Objective = _factors.Step(in tasks, _factor.AsSpan(0, n));
            OwnTerm = _factors.OwnTerm;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++) _scaled[(i * n) + j] = tasks.Gramian[(i * n) + j] * _factor[i] * _factor[j];
            }

            if (!_solver.Solve(_scaled.AsSpan(0, n * n), weights)) return false;
            for (int i = 0; i < n; i++) weights[i] *= _factor[i];
            return true;
        }

        protected internal override void Keep(StateArrays state) => _factors.Keep(state);
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>imtl</c>.</summary>
    public static readonly Entry<BalancerSettings> Imtl = Add("imtl", "losses of one size, and the same projection on every output's direction", new Imtl(),
        Setting<BalancerSettings>.Number<Imtl>("learning_rate", "step size of the log-factors", get: x => x.LearningRate, set: (x, v) => x with { LearningRate = v }, minimum: 0)).From("Liu et al., 'Towards Impartial Multi-task Learning', 2021");
}
