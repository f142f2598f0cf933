using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>MoDo: steps the weights of MGDA with gradients of two independent batches, whose noise does not add up.</summary>
/// <remarks>
/// λ ← Π(λ − γ (A λ + ρ λ)), A = J₁ J₂ᵀ the inner products across the batches, Π the projection on the simplex; λ = 1 / K at first; the weights are λ, Σ λ = 1.
/// Source: Chen et al., "Three-Way Trade-Off in Multi-Objective Learning: Optimization, Generalization and Conflict-Avoidance", 2023, algorithm 1. LibMTL updates with a third batch.
/// </remarks>
/// <param name="Gamma">γ: step of the weights; 1e-3 to 0.1 in published codes.</param>
/// <param name="Rho">ρ: pulls the weights to equal ones.</param>
public sealed record MoDo(double Gamma = 0.1, double Rho = 0.1) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.CrossGramian;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running : Balancer
    {
        private readonly MoDo _settings;
        private readonly double[] _lambda, _product;

        public Running(MoDo settings, int tasks) : base(settings, tasks)
        {
            _settings = settings;
            _product = new double[tasks];
            _lambda = new double[tasks];
            _lambda.AsSpan().Fill(1.0 / tasks);
        }

        protected override double BaseWeight(int count) => 1.0 / count;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            double mass = SharedMass.Take(_lambda, tasks.Tasks, weights);
            GramianMath.Multiply(tasks.CrossGramian, weights, _product);
            for (int i = 0; i < n; i++) weights[i] -= _settings.Gamma * (_product[i] + (_settings.Rho * weights[i]));
            Simplex.Project(weights, _product);
            for (int i = 0; i < n; i++) _lambda[tasks.Tasks[i]] = weights[i] * mass;
            return true;
        }

        protected internal override void Keep(StateArrays state) => state.Array("lambda", _lambda);
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>modo</c>.</summary>
    public static readonly Entry<BalancerSettings> MoDo = Add("modo", "the shortest combination, sought with two batches", new MoDo(),
        Setting<BalancerSettings>.Number<MoDo>("gamma", "step of the weights", get: x => x.Gamma, set: (x, v) => x with { Gamma = v }, minimum: 0),
        Setting<BalancerSettings>.Number<MoDo>("rho", "pulls the weights to equal ones", get: x => x.Rho, set: (x, v) => x with { Rho = v }, minimum: 0)).From("Chen et al., 'Three-Way Trade-Off in Multi-Objective Learning: Optimization, Generalization and Conflict-Avoidance', 2023");
}
