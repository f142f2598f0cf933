using System.Runtime.Intrinsics;
using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>ExcessMTL: more weight for outputs that are far from where they could be, so that noisy labels do not win as they do with large losses.</summary>
/// <remarks>
/// S ← S + g² for each output and shared parameter, excess e = Σ g² / √(S + 1e-7), e⁰ the mean excess of the first steps. Then w ← w exp(η e / (e⁰ + 1e-7)), scaled to Σ w = K
/// (or 1 with <see cref="SumToOne"/>). No step forgets: the weights only grow apart. With 0 first steps the first one uses e itself, as TorchJD does; the authors' code has 1.
/// Source: He et al., "Robust Multi-Task Learning with Excess Risks", 2024, algorithm 1. η is 0.01 in LibMTL, 1 in TorchJD with Σ w = 1.
/// </remarks>
/// <param name="StepSize">η.</param>
/// <param name="WarmupSteps">Steps whose mean excess is e⁰, with the weights left alone.</param>
/// <param name="SumToOne">Σ w = 1 instead of K.</param>
public sealed record ExcessMtl(double StepSize = 0.01, int WarmupSteps = 1, bool SumToOne = false) : BalancerSettings
{
    /// <inheritdoc/>
    protected override BalancerNeeds Wants => BalancerNeeds.Gradients;

    /// <inheritdoc/>
    public override Balancer Start(int tasks) => new Running(this, tasks);

    private sealed class Running : Balancer
    {
        private readonly ExcessMtl _settings;
        private readonly GradientMemory _squares;
        private readonly double[] _weights, _first, _steps;

        public Running(ExcessMtl settings, int tasks) : base(settings, tasks)
        {
            _settings = settings;
            _squares = new GradientMemory(tasks);
            _weights = new double[tasks];
            _weights.AsSpan().Fill(1.0 / tasks);
            _first = new double[tasks];
            _steps = new double[tasks];
        }

        protected override double BaseWeight(int count) => _settings.SumToOne ? 1.0 / count : 1;

        protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
        {
            int n = weights.Length;
            double before = 0, after = 0, largest = double.NegativeInfinity;
            for (int i = 0; i < n; i++)
            {
                int task = tasks.Tasks[i];
                weights[i] = Exponent(task, Excess(task, tasks.Gradient(i)));
                largest = Math.Max(largest, weights[i]);
                before += _weights[task];
            }

            for (int i = 0; i < n; i++)
            {
                weights[i] = _weights[tasks.Tasks[i]] * Math.Exp(weights[i] - largest);
                after += weights[i];
            }

            for (int i = 0; i < n; i++)
            {
                double share = after > 0 ? weights[i] / after : 1.0 / n;
                _weights[tasks.Tasks[i]] = share * before;     // those that take no part keep theirs
                weights[i] = share * (_settings.SumToOne ? 1 : n);
            }

            return true;
        }

        protected internal override void Keep(StateArrays state)
        {
            state.Array("learned", _weights);
            state.Array("first_excess", _first);
            state.Array("steps", _steps);
            _squares.Keep(state, "squares");
        }

        private double Excess(int task, ReadOnlySpan<float> gradient)
        {
            var squares = _squares.Row(task, gradient.Length);
            int whole = LongRows.Whole(gradient.Length);
            Vector256<double> parts = default;
            for (int c = 0; c < whole; c += LongRows.Width)
            {
                var g = LongRows.At(gradient, c);
                var sum = LongRows.At(squares, c) + (g * g);
                sum.CopyTo(squares.Slice(c, LongRows.Width));
                parts += g * g / Vector256.Sqrt(sum + Vector256.Create(1e-7));
            }

            double excess = Vector256.Sum(parts);
            for (int c = whole; c < gradient.Length; c++)
            {
                double square = (double)gradient[c] * gradient[c];
                squares[c] += square;
                excess += square / Math.Sqrt(squares[c] + 1e-7);
            }

            return excess;
        }

        private double Exponent(int task, double excess)
        {
            double step = ++_steps[task], warmup = Math.Max(_settings.WarmupSteps, 1);
            if (step <= warmup) _first[task] += excess / warmup;
            if (step <= _settings.WarmupSteps) return 0;
            return _settings.StepSize * (_settings.WarmupSteps == 0 && step == 1 ? excess : excess / (_first[task] + 1e-7));
        }
    }
}

public static partial class BalancerCatalog
{
    /// <summary>The entry <c>excess_mtl</c>.</summary>
    public static readonly Entry<BalancerSettings> ExcessMtl = Add("excess_mtl", "more weight for outputs far from where they could be", new ExcessMtl(),
        Setting<BalancerSettings>.Number<ExcessMtl>("step_size", "how fast the weights grow apart", get: x => x.StepSize, set: (x, v) => x with { StepSize = v }, minimum: 0),
        Setting<BalancerSettings>.Integer<ExcessMtl>("warmup_steps", "steps whose mean excess is the reference", get: x => x.WarmupSteps, set: (x, v) => x with { WarmupSteps = v }, minimum: 0),
        Setting<BalancerSettings>.Flag<ExcessMtl>("sum_to_one", "weights sum to 1", get: x => x.SumToOne, set: (x, v) => x with { SumToOne = v })).From("He et al., 'Robust Multi-Task Learning with Excess Risks', 2024");
}
