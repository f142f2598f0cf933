using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>DualProj: the mean gradient, changed as little as possible so that it hurts no output.</summary>
/// <remarks>
/// w = P(p), P and p as in <see cref="UPGrad"/>. To first order no output gets worse; where the mean hurts none it is the mean.
/// Source: Lopez-Paz and Ranzato, "Gradient Episodic Memory for Continual Learning", 2017, equation 11, for the mean of all outputs.
/// </remarks>
/// <param name="Regularization">Added to the diagonal of the Gramian, whose trace is 1. The published code has 1e-4.</param>
public sealed record DualProj(double Regularization = 0) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(DualProj settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly DualCone _cone = new(tasks);
        private readonly double[] _preference = new double[tasks];

        protected override bool UsesPriorities => true;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            weights.Clear();
            _cone.Prepare(tasks.Gramian, n, settings.Regularization);
            for (int i = 0; i < n; i++) _preference[i] = tasks.Priorities[i] / tasks.Total;
            _cone.AddProjection(_preference.AsSpan(0, n), weights);
            return true;
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>dual_proj</c>.</summary>
    public static readonly Entry<BalancerSettings> DualProj = Add("dual_proj", "the mean gradient changed until it hurts no output", new DualProj(),
        Setting<BalancerSettings>.Number<DualProj>("regularization", "added to the diagonal of the Gramian of trace 1", get: x => x.Regularization, set: (x, v) => x with { Regularization = v }, minimum: 0)).From("Lopez-Paz and Ranzato, 'Gradient Episodic Memory for Continual Learning', 2017");
}
