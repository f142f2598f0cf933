using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>SDMGrad: near a preferred direction, the common descent direction, sought with gradients of two independent batches.</summary>
/// <remarks>
/// A = J₁ J₂ᵀ / (s² + ε), s the mean of √max(A_kk, 0); from the last w, 1 / K at first, some steps of momentum SGD: v ← μ v + A (w + λ w̃), w ← Π(w − rate × v), with v = 0 at first in
/// each call, w̃ the priorities scaled to sum to 1, Π the projection on the simplex. The weights are (w + λ w̃) / (1 + λ), Σ = 1.
/// Source: Xiao, Ban and Ji, "Direction-oriented Multi-objective Learning: Simple and Provable Stochastic Algorithms", 2023, algorithm 1. LibMTL's rate is 5. ε is 1e-8 in published codes.
/// </remarks>
/// <param name="Lambda">λ: how much the preferred direction counts.</param>
/// <param name="LearningRate">Rate of the inner steps.</param>
/// <param name="Momentum">μ.</param>
/// <param name="Iterations">How many inner steps.</param>
public sealed record SdmGrad(double Lambda = 0.3, double LearningRate = 10, double Momentum = 0.5, int Iterations = 20) : BalancerSettings
{
    /// <summary>ε; with 0 the weights do not depend on the length of the gradients.</summary>
    public double Epsilon { get; init; }

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.CrossGramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running : Balancer
    {
        private readonly SdmGrad _settings;
        private readonly double[] _w, _scaled, _preference, _mixed, _slope, _velocity;

        public Running(SdmGrad settings, int tasks) : base(settings, tasks)
        {
            _settings = settings;
            _scaled = new double[tasks * tasks];
            _preference = new double[tasks];
            _mixed = new double[tasks];
            _slope = new double[tasks];
            _velocity = new double[tasks];
            _w = new double[tasks];
            _w.AsSpan().Fill(1.0 / tasks);
        }

        protected override bool UsesPriorities => true;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            double size = 0, priorities = 0;
            for (int i = 0; i < n; i++)
            {
                size += Math.Sqrt(Math.Max(tasks.CrossGramian[(i * n) + i], 0)) / n;
                priorities += tasks.Priorities[i];
            }

            double scale = (size * size) + _settings.Epsilon;
            for (int i = 0; i < n * n; i++) _scaled[i] = scale > 0 ? tasks.CrossGramian[i] / scale : 0;
            for (int i = 0; i < n; i++) _preference[i] = tasks.Priorities[i] / priorities;
            double mass = SharedMass.Take(_w, tasks.Tasks, weights);
            _velocity.AsSpan(0, n).Clear();
            for (int step = 0; step < _settings.Iterations; step++)
            {
                for (int i = 0; i < n; i++) _mixed[i] = weights[i] + (_settings.Lambda * _preference[i]);
                GramianMath.Multiply(_scaled.AsSpan(0, n * n), _mixed.AsSpan(0, n), _slope);
                for (int i = 0; i < n; i++)
                {
                    _velocity[i] = (_settings.Momentum * _velocity[i]) + _slope[i];
                    weights[i] -= _settings.LearningRate * _velocity[i];
                }

                Simplex.Project(weights, _mixed);
            }

            for (int i = 0; i < n; i++)
            {
                _w[tasks.Tasks[i]] = weights[i] * mass;
                weights[i] = (weights[i] + (_settings.Lambda * _preference[i])) / (1 + _settings.Lambda);
            }

            return true;
        }

        protected internal override void Keep(StateArrays state) => state.Array("w", _w);
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>sdm_grad</c>.</summary>
    public static readonly Entry<BalancerSettings> SdmGrad = Add("sdm_grad", "near a preferred direction, the common descent, sought with two batches", new SdmGrad(),
        Setting<BalancerSettings>.Number<SdmGrad>("lambda", "how much the preferred direction counts", get: x => x.Lambda, set: (x, v) => x with { Lambda = v }, minimum: 0),
        Setting<BalancerSettings>.Number<SdmGrad>("learning_rate", "rate of the inner steps", get: x => x.LearningRate, set: (x, v) => x with { LearningRate = v }, minimum: 0),
        Setting<BalancerSettings>.Number<SdmGrad>("momentum", "of the inner steps", get: x => x.Momentum, set: (x, v) => x with { Momentum = v }, minimum: 0, below: 1),
        Setting<BalancerSettings>.Integer<SdmGrad>("iterations", "how many inner steps", get: x => x.Iterations, set: (x, v) => x with { Iterations = v }, minimum: 1)).From("Xiao, Ban and Ji, 'Direction-oriented Multi-objective Learning: Simple and Provable Stochastic Algorithms', 2023");
}
