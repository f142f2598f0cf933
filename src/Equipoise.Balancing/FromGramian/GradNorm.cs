using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>GradNorm: learns weights that make every output's gradient as long as its lag in training deserves.</summary>
/// <remarks>
/// w is 1 at first. n = w ‖g‖, N its mean, r = (L / L₀) / mean(L / L₀), target t = N r^α taken as a constant; w is stepped after each weighing against sign(n − t) ‖g‖,
/// kept above 1e-6, and scaled to Σ w = K. L₀ is the output's first loss. Only the diagonal of the Gramian is used, so that it may be that of the last shared layer, as in the paper.
/// The step is relative to the mean length of the gradients, so that the learning rate has no unit. Source: Chen et al., "GradNorm: Gradient Normalization for Adaptive
/// Loss Balancing in Deep Multitask Networks", 2018, algorithm 1. Published codes make w a softmax trained by the model's optimiser, or let it drift below zero.
/// </remarks>
/// <param name="Alpha">α: how strongly the rates of training are made equal.</param>
/// <param name="LearningRate">Step size of the weights.</param>
public sealed record GradNorm(double Alpha = 1.5, double LearningRate = 0.025) : BalancerSettings
{
    /// <summary>Step against sign × ‖g‖ as the paper writes it, not relative to the mean length.</summary>
    public bool AbsoluteStep { get; init; }

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses | BalancerNeeds.Gramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running : Balancer
    {
        private readonly GradNorm _settings;
        private readonly double[] _weights, _first, _target;

        public Running(GradNorm settings, int tasks) : base(settings, tasks)
        {
            _settings = settings;
            _weights = new double[tasks];
            _weights.AsSpan().Fill(1);
            _first = new double[tasks];
            _target = new double[tasks];
        }

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            double rate = 0, mean = 0, unit = 0, sum = 0;
            for (int i = 0; i < n; i++)
            {
                int task = tasks.Tasks[i];
                if (_first[task] == 0) _first[task] = Math.Max(Math.Abs(tasks.Losses[i]), 1e-30);
                weights[i] = _weights[task];
                _target[i] = Math.Abs(tasks.Losses[i]) / _first[task];
                double norm = Math.Sqrt(tasks.Gramian[(i * n) + i]);
                rate += _target[i] / n;
                mean += weights[i] * norm / n;
                unit += norm / n;
                sum += weights[i];
            }

            double after = 0;
            for (int i = 0; i < n; i++)
            {
                double norm = Math.Sqrt(tasks.Gramian[(i * n) + i]), target = mean * (rate > 0 ? Math.Pow(_target[i] / rate, _settings.Alpha) : 1);
                double slope = Math.Sign((weights[i] * norm) - target) * norm / (_settings.AbsoluteStep ? 1 : unit);
                ref double weight = ref _weights[tasks.Tasks[i]];
                weight = Math.Max(weight - (_settings.LearningRate * slope), 1e-6);
                after += weight;
            }

            for (int i = 0; i < n; i++) _weights[tasks.Tasks[i]] *= sum / after;   // those that take no part keep theirs, so that all sum to K
            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("learned", _weights);
            state.Array("first_loss", _first);
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>grad_norm</c>.</summary>
    public static readonly Entry<BalancerSettings> GradNorm = Add("grad_norm", "learned weights that make gradients as long as each output's lag deserves", new GradNorm(),
        Setting<BalancerSettings>.Number<GradNorm>("alpha", "how strongly the rates of training are made equal", get: x => x.Alpha, set: (x, v) => x with { Alpha = v }),
        Setting<BalancerSettings>.Number<GradNorm>("learning_rate", "step size of the weights", get: x => x.LearningRate, set: (x, v) => x with { LearningRate = v }, minimum: 0),
        Setting<BalancerSettings>.Flag<GradNorm>("absolute_step", "step by the length of the gradient itself", get: x => x.AbsoluteStep, set: (x, v) => x with { AbsoluteStep = v })).From("Chen et al., 'GradNorm: Gradient Normalization for Adaptive Loss Balancing in Deep Multitask Networks', 2018");
}
