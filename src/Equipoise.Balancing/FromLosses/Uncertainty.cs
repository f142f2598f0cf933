using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>Uncertainty weighting: each output learns the variance of its noise, and noisy outputs count less.</summary>
/// <remarks>
/// With s = log σ²: objective Σ ½ e^(−s) L + ½ s (regression) or Σ e^(−s) L + ½ s (classification), weight its derivative by L: ½ e^(−s) or e^(−s).
/// s is stepped after each weighing by Adam, against ½ − weight × L; it rests where s = log L (or log 2L), so that this is weighting by 1 / L with a lag of
/// about |log L| / learning rate steps. The objective may be negative. An output that takes no part keeps its s.
/// Source: Kendall, Gal and Cipolla, "Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics", 2018, equations 7 and 10.
/// Differs: s is never touched by weight decay, as it is in codes that make it a parameter of the model. Published codes start from s = 0 or −0.5 and mix the two forms.
/// </remarks>
/// <param name="LearningRate">Step size of s.</param>
/// <param name="Initial">First s of every output.</param>
/// <param name="Form">Regression or classification, for all outputs; see <see cref="Forms"/> for one each.</param>
public sealed record Uncertainty(double LearningRate = 0.025, double Initial = 0, UncertaintyForm Form = UncertaintyForm.Regression) : BalancerSettings
{
    /// <summary>The form of each output; empty: <see cref="Form"/> for all.</summary>
    public IReadOnlyList<UncertaintyForm> Forms { get; init; } = [];

    /// <summary>First s of each output; empty: <see cref="Initial"/> for all.</summary>
    public IReadOnlyList<double> Initials { get; init; } = [];

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses;

    /// <inheritdoc/>
    public override string? OwnTermName => "log_variances";

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running : Balancer
    {
        private readonly Uncertainty _settings;
        private readonly double[] _s;
        private readonly ScalarAdam _adam;

        public Running(Uncertainty settings, int tasks) : base(settings, tasks)
        {
            if (settings.Forms.Count != 0 && settings.Forms.Count != tasks) throw new ArgumentException($"There are {settings.Forms.Count} forms, but {tasks} outputs.", nameof(settings));
            _settings = settings;
            _s = PerTask.Numbers(settings.Initials, tasks, settings.Initial, "initial values");
            _adam = new ScalarAdam(tasks, settings.LearningRate);
        }

        protected override double BaseWeight(int count) => 0.5;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            double objective = 0, own = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                int task = tasks.Tasks[i];
                var form = _settings.Forms.Count == 0 ? _settings.Form : _settings.Forms[task];
                weights[i] = (form == UncertaintyForm.Regression ? 0.5 : 1) * Math.Exp(-_s[task]);
                objective += (weights[i] * tasks.Losses[i]) + (_s[task] / 2);
                own += tasks.Priorities[i] * _s[task] / 2;
                _s[task] = _adam.Step(task, _s[task], 0.5 - (weights[i] * tasks.Losses[i]));
            }

            Objective = objective;
            OwnTerm = own;
            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("log_variance", _s);
            _adam.Keep(state);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>uncertainty</c>.</summary>
    public static readonly Entry<BalancerSettings> Uncertainty = Add("uncertainty", "each output learns its noise; noisy outputs count less", new Uncertainty(),
        Setting<BalancerSettings>.Number<Uncertainty>("learning_rate", "step size of the log-variances", get: x => x.LearningRate, set: (x, v) => x with { LearningRate = v }, minimum: 0),
        Setting<BalancerSettings>.Number<Uncertainty>("initial", "first log-variance", get: x => x.Initial, set: (x, v) => x with { Initial = v }),
        Setting<BalancerSettings>.Choice<Uncertainty, UncertaintyForm>("form", "likelihood that the losses belong to", get: x => x.Form, set: (x, v) => x with { Form = v })).Alias("uw").From("Kendall, Gal and Cipolla, 'Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics', 2018");
}
