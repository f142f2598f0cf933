using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Smooth Tchebycheff scalarisation of the logarithms of the losses, each relative to where it stood after a few epochs: the form for multi-task training.</summary>
/// <remarks>
/// Up to and with epoch E (from 0): objective Σ log(L + 1e-20); in epoch E the mean ν of each loss is taken. Then ℓ = log(L / ν + 1e-20) and
/// objective K μ log Σ exp((ℓ − max ℓ) / μ), weight K softmax(ℓ / μ) / L. Does not depend on the units of the losses. Negative losses keep the base weight.
/// An output that was never seen in epoch E takes its first loss afterwards as ν.
/// Source: Lin et al., "Smooth Tchebycheff Scalarization for Multi-Objective Optimization", 2024, section 5.3 and its code. Differs: ν is part of the saved state.
/// </remarks>
/// <param name="Smoothness">μ.</param>
/// <param name="WarmupEpochs">E.</param>
public sealed record LogTchebycheff(double Smoothness = 1, int WarmupEpochs = 4) : BalancerSettings
{
    private const double Epsilon = 1e-20;

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running(LogTchebycheff settings, int tasks) : Balancer(settings, tasks)
    {
        private readonly double[] _sum = new double[tasks], _steps = new double[tasks];

        protected override bool WantsPositiveLosses => true;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double objective = 0, largest = double.NegativeInfinity, sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                int task = tasks.Tasks[i];
                if (tasks.Epoch == settings.WarmupEpochs || (tasks.Epoch > settings.WarmupEpochs && _steps[task] == 0))
                {
                    _sum[task] += tasks.Losses[i];
                    _steps[task]++;
                }

                double nadir = tasks.Epoch <= settings.WarmupEpochs ? 1 : Math.Max(_sum[task] / _steps[task], Epsilon);
                weights[i] = Math.Log((tasks.Losses[i] / nadir) + Epsilon);
                objective += weights[i];
                largest = Math.Max(largest, weights[i]);
            }

            if (tasks.Epoch <= settings.WarmupEpochs)
            {
                for (int i = 0; i < weights.Length; i++) weights[i] = 1 / (tasks.Losses[i] + Epsilon);
                Objective = objective;
                return true;
            }

            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = Math.Exp((weights[i] - largest) / settings.Smoothness);
                sum += weights[i];
            }

            for (int i = 0; i < weights.Length; i++) weights[i] *= tasks.Count / sum / (tasks.Losses[i] + Epsilon);
            Objective = tasks.Count * settings.Smoothness * Math.Log(sum);
            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("nadir_sum", _sum);
            state.Array("nadir_steps", _steps);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>log_tchebycheff</c>.</summary>
    public static readonly Entry<BalancerSettings> LogTchebycheff = Add("log_tchebycheff", "descends a smooth form of the loss that fell least since a few epochs", new LogTchebycheff(),
        Setting<BalancerSettings>.Number<LogTchebycheff>("smoothness", "how far it is from the maximum", get: x => x.Smoothness, set: (x, v) => x with { Smoothness = v }, above: 0),
        Setting<BalancerSettings>.Integer<LogTchebycheff>("warmup_epochs", "epoch, from 0, whose mean losses the later ones are compared with", get: x => x.WarmupEpochs, set: (x, v) => x with { WarmupEpochs = v }, minimum: 0)).From("Lin et al., 'Smooth Tchebycheff Scalarization for Multi-Objective Optimization', 2024");
}
