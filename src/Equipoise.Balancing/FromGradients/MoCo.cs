using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>MoCo: follows each gradient by a running mean, so that noise of the batch does not bias the search for a common direction.</summary>
/// <remarks>
/// ĝ = g L / (‖g‖ + 1e-8); y ← y − β t^(−β_σ) (y − ĝ) for each output, 0 at first; λ ← softmax(λ − γ t^(−γ_σ) (Y Yᵀ + ρ I) λ), 1 / K at first; direction Yᵀ λ, weights λ.
/// t counts steps from 1. Outputs that take no part keep y and λ, and are not in the direction.
/// Source: Fernando et al., "Mitigating Gradient Bias in Multi-objective Learning: A Provably Convergent Approach", 2023, algorithm 1, in the form of LibMTL: a softmax, where the paper projects.
/// </remarks>
/// <param name="Beta">β: step of the running means.</param>
/// <param name="BetaDecay">β_σ.</param>
/// <param name="Gamma">γ: step of the weights.</param>
/// <param name="GammaDecay">γ_σ.</param>
/// <param name="Rho">ρ.</param>
public sealed record MoCo(double Beta = 0.5, double BetaDecay = 0.5, double Gamma = 0.1, double GammaDecay = 0.5, double Rho = 0) : BalancerSettings
{
    /// <inheritdoc/>
    public override bool GivesDirection => true;

    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Losses | BalancerNeeds.Gradients;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running : Balancer
    {
        private readonly MoCo _settings;
        private readonly GradientMemory _means;
        private readonly double[] _lambda, _gramian, _product;
        private double _steps;

        public Running(MoCo settings, int tasks) : base(settings, tasks)
        {
            _settings = settings;
            _means = new GradientMemory(tasks);
            _gramian = new double[tasks * tasks];
            _product = new double[tasks];
            _lambda = new double[tasks];
            _lambda.AsSpan().Fill(1.0 / tasks);
        }

        protected override bool UsesPriorities => true;

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length, length = tasks.Direction.Length;
            double t = ++_steps, beta = _settings.Beta * Math.Pow(t, -_settings.BetaDecay), gamma = _settings.Gamma * Math.Pow(t, -_settings.GammaDecay);
            for (int i = 0; i < n; i++)
            {
                var mean = _means.Row(tasks.Tasks[i], length);
                var gradient = tasks.Gradient(i);
                double scale = tasks.Losses[i] * tasks.Priorities[i] / (Math.Sqrt(tasks.SquaredNorms[i]) + 1e-8);
                LongRows.Follow(gradient[..length], scale, 1 - beta, mean);
            }

            double mass = SharedMass.Take(_lambda, tasks.Tasks, weights);
            _means.Gramian(tasks.Tasks, length, _gramian.AsSpan(0, n * n));
            GramianMath.Multiply(_gramian.AsSpan(0, n * n), weights, _product);
            for (int i = 0; i < n; i++) weights[i] -= gamma * (_product[i] + (_settings.Rho * weights[i]));

            Simplex.Softmax(weights);
            for (int i = 0; i < n; i++) _lambda[tasks.Tasks[i]] = weights[i] * mass;
            _means.Combine(tasks.Tasks, weights, tasks.Direction);
            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Number("steps", ref _steps);
            state.Array("lambda", _lambda);
            _means.Keep(state, "means");
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>moco</c>.</summary>
    public static readonly Entry<BalancerSettings> MoCo = Add("moco", "running means of the gradients, and weights that follow them", new MoCo(),
        Setting<BalancerSettings>.Number<MoCo>("beta", "step of the running means", get: x => x.Beta, set: (x, v) => x with { Beta = v }, above: 0, maximum: 1),
        Setting<BalancerSettings>.Number<MoCo>("beta_decay", "power of the step number that beta falls with", get: x => x.BetaDecay, set: (x, v) => x with { BetaDecay = v }, minimum: 0),
        Setting<BalancerSettings>.Number<MoCo>("gamma", "step of the weights", get: x => x.Gamma, set: (x, v) => x with { Gamma = v }, minimum: 0),
        Setting<BalancerSettings>.Number<MoCo>("gamma_decay", "power of the step number that gamma falls with", get: x => x.GammaDecay, set: (x, v) => x with { GammaDecay = v }, minimum: 0),
        Setting<BalancerSettings>.Number<MoCo>("rho", "added to the diagonal of the Gramian", get: x => x.Rho, set: (x, v) => x with { Rho = v }, minimum: 0)).From("Fernando et al., 'Mitigating Gradient Bias in Multi-objective Learning: A Provably Convergent Approach', 2023");
}
