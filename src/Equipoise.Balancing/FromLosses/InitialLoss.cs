using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Every loss is divided by what it was at the start, so that all begin at 1 whatever their units.</summary>
/// <remarks>
/// w = 1 / mean of |L| over the output's first steps; until these are over, over those so far. A mean below 1e-30 counts as 1e-30.
/// The simplest normalisation, and most of what the adaptive methods gain. No source: common practice.
/// </remarks>
/// <param name="Steps">How many steps the reference is the mean of.</param>
public sealed record InitialLoss(int Steps = 10) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(InitialLoss settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _sum = new double[tasks], _steps = new double[tasks];

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                int task = tasks.Tasks[i];
                if (_steps[task] < settings.Steps)
                {
                    _sum[task] += Math.Abs(tasks.Losses[i]);
                    _steps[task]++;
                }

                weights[i] = 1 / Math.Max(_sum[task] / _steps[task], 1e-30);
            }

            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("sum", _sum);
            state.Array("steps", _steps);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>initial_loss</c>.</summary>
    public static readonly Entry<BalancerSettings> InitialLoss = Add("initial_loss", "every loss divided by what it was at the start", new InitialLoss(),
        Setting<BalancerSettings>.Integer<InitialLoss>("steps", "steps that the reference is the mean of", get: x => x.Steps, set: (x, v) => x with { Steps = v }, minimum: 1));
}
