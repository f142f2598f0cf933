using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Muon: momentum made orthogonal for matrices, AdamW for everything else.</summary>
/// <remarks>
/// Matrices: m = momentum × m + g; h = g + momentum × m (Nesterov) or m; O = Newton-Schulz of h / (‖h‖ + 1e-7): <paramref name="Iterations"/> times X = a X + (b A + c A²) X with A = X Xᵀ, transposed if higher than wide;
/// w −= rate × √max(rows, columns) × <paramref name="RmsRate"/> × O. Blocks that are not of rank 2, or whose name contains "embedding" (if excluded) or a word of <see cref="ExcludedNames"/>: Adam at rate × <paramref name="AdamRateRatio"/>.
/// Cost O(iterations × rows × columns × min) a step. Source: Keras 3.16, Muon; Jordan and others, "Muon: An optimizer for hidden layers in neural networks", 2024; Liu and others, "Muon is Scalable for LLM Training", 2025, equation 4.
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out.</param>
/// <param name="Momentum">Part of the momentum that is kept, at least 0 and below 1.</param>
/// <param name="Nesterov">Whether the gradient counts as taken ahead of the step.</param>
/// <param name="Iterations">Newton-Schulz iterations, at least 1.</param>
/// <param name="RmsRate">Root mean square that steps are scaled to, above 0.</param>
/// <param name="WeightDecay">Decoupled weight decay of the matrices, at least 0.</param>
/// <param name="AdamWeightDecay">Decoupled weight decay of the rest, at least 0.</param>
/// <param name="AdamRateRatio">Learning rate of the rest, as a factor, above 0.</param>
/// <param name="AdamBeta1">Decay of the mean gradient of the rest, at least 0 and below 1.</param>
/// <param name="AdamBeta2">Decay of the mean square of the rest, at least 0 and below 1.</param>
/// <param name="Epsilon">Added to the root for the rest, above 0.</param>
/// <param name="ExcludeEmbeddings">Whether blocks called embedding count as the rest.</param>
public sealed record Muon(Schedule? LearningRate = null, double Momentum = 0.95, bool Nesterov = true, int Iterations = 5, double RmsRate = 0.2, double WeightDecay = 0.004,
    double AdamWeightDecay = 0.004, double AdamRateRatio = 1, double AdamBeta1 = 0.9, double AdamBeta2 = 0.999, double Epsilon = 1e-7, bool ExcludeEmbeddings = true)
    : Optimizer(LearningRate ?? 0.001, WeightDecay)
{
    /// <summary>Coefficient of X in an iteration.</summary>
    public double A { get; init; } = 3.4445;

    /// <summary>Coefficient of A X in an iteration.</summary>
    public double B { get; init; } = -4.775;

    /// <summary>Coefficient of A² X in an iteration.</summary>
    public double C { get; init; } = 2.0315;

    /// <summary>Blocks whose name contains one of these count as the rest.</summary>
    public IReadOnlyList<string> ExcludedNames { get; init; } = [];

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        AdamRule.Check(nameof(Muon), AdamBeta1, AdamBeta2, Epsilon);
        Require.Fraction(nameof(Muon), nameof(Momentum), Momentum);
        Require.AtLeast(nameof(Muon), nameof(Iterations), Iterations, 1);
        Require.Above(nameof(Muon), nameof(RmsRate), RmsRate, 0);
        Require.AtLeast(nameof(Muon), nameof(AdamWeightDecay), AdamWeightDecay, 0);
        Require.Above(nameof(Muon), nameof(AdamRateRatio), AdamRateRatio, 0);
        Require.Finite(nameof(Muon), nameof(A), A);
        Require.Finite(nameof(Muon), nameof(B), B);
        Require.Finite(nameof(Muon), nameof(C), C);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new Running(this, layout);

    private bool TakesAsMatrix(ParameterBlock block) => block.Shape.Count == 2
        && !(ExcludeEmbeddings && block.Name.Contains("embedding", StringComparison.OrdinalIgnoreCase))
        && !ExcludedNames.Any(word => block.Name.Contains(word, StringComparison.Ordinal));

    private sealed class Running : BlockwiseOptimizer
    {
        private readonly Muon _muon;
        private readonly bool[] _matrix;
        private readonly float[] _m;
        private readonly float[] _v;
        private readonly Orthogonalization _orthogonalization;

        public Running(Muon settings, ParameterLayout layout) : base(settings, layout)
        {
            _muon = settings;
            _matrix = [.. layout.Blocks.Select(settings.TakesAsMatrix)];
            _m = AddState("momentum", layout.Length);
            _v = AddState("velocity", layout.Length);
            var matrices = layout.Blocks.Where(b => b.Trainable && settings.TakesAsMatrix(b)).ToList();
            _orthogonalization = new Orthogonalization(settings.A, settings.B, settings.C, settings.Iterations,
                matrices.Select(b => Math.Min(b.Shape[0], b.Shape[1])).DefaultIfEmpty().Max(), matrices.Select(b => b.Length).DefaultIfEmpty().Max(), matrices.Select(Packed).DefaultIfEmpty().Max());
        }

        private static int Packed(ParameterBlock block)
        {
            int height = Math.Min(block.Shape[0], block.Shape[1]), width = Math.Max(block.Shape[0], block.Shape[1]);
            return Math.Max(MatMul.PackedLength(width, height), MatMul.PackedLength(height, width));
        }

        protected override double WeightDecayOf(int block) => _matrix[block] ? _muon.WeightDecay : _muon.AdamWeightDecay;

        protected override double Direct(int block, double rate, double norm, Span<float> direction)
        {
            var b = Layout.Blocks[block];
            var m = _m.AsSpan(b.Offset, b.Length);
            if (!_matrix[block])
            {
                AdamDirection(m, _v.AsSpan(b.Offset, b.Length), direction);
                return rate * _muon.AdamRateRatio * Math.Sqrt(1 - Math.Pow(_muon.AdamBeta2, Updates)) / (1 - Math.Pow(_muon.AdamBeta1, Updates));
            }
            float momentum = (float)_muon.Momentum;
            for (int i = 0; i < m.Length; i++)
            {
                m[i] = Flush((momentum * m[i]) + direction[i]);
                direction[i] = _muon.Nesterov ? direction[i] + (momentum * m[i]) : m[i];
            }
            _orthogonalization.Apply(direction, b.Shape[0], b.Shape[1]);
            return rate * Math.Sqrt(Math.Max(b.Shape[0], b.Shape[1])) * _muon.RmsRate;
        }

        private void AdamDirection(Span<float> m, Span<float> v, Span<float> direction)
        {
            float take1 = (float)(1 - _muon.AdamBeta1), take2 = (float)(1 - _muon.AdamBeta2), epsilon = (float)_muon.Epsilon;
            for (int i = 0; i < m.Length; i++)
            {
                float g = direction[i];
                m[i] = Flush(m[i] + ((g - m[i]) * take1));
                v[i] = Flush(v[i] + (((g * g) - v[i]) * take2));
                direction[i] = m[i] / (MathF.Sqrt(v[i]) + epsilon);
            }
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>muon</summary>
    public static readonly Entry<Optimizer> Muon = Add("muon", "orthogonal momentum for matrices, AdamW for the rest", new Muon(),
        Setting<Optimizer>.Number<Muon>("momentum", "part of the momentum that is kept", x => x.Momentum, (x, v) => x with { Momentum = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Flag<Muon>("nesterov", "gradient counts as taken ahead of the step", x => x.Nesterov, (x, v) => x with { Nesterov = v }),
        Setting<Optimizer>.Integer<Muon>("iterations", "Newton-Schulz iterations", x => x.Iterations, (x, v) => x with { Iterations = v }, minimum: 1),
        Setting<Optimizer>.Number<Muon>("rms_rate", "root mean square that steps are scaled to", x => x.RmsRate, (x, v) => x with { RmsRate = v }, above: 0),
        Setting<Optimizer>.Number<Muon>("adam_weight_decay", "decoupled weight decay of the rest", x => x.AdamWeightDecay, (x, v) => x with { AdamWeightDecay = v }, minimum: 0),
        Setting<Optimizer>.Number<Muon>("adam_rate_ratio", "learning rate of the rest, as a factor", x => x.AdamRateRatio, (x, v) => x with { AdamRateRatio = v }, above: 0),
        Setting<Optimizer>.Number<Muon>("adam_beta1", "decay of the mean gradient of the rest", x => x.AdamBeta1, (x, v) => x with { AdamBeta1 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Muon>("adam_beta2", "decay of the mean square of the rest", x => x.AdamBeta2, (x, v) => x with { AdamBeta2 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Muon>("epsilon", "added to the root for the rest", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0),
        Setting<Optimizer>.Flag<Muon>("exclude_embeddings", "blocks called embedding count as the rest", x => x.ExcludeEmbeddings, (x, v) => x with { ExcludeEmbeddings = v }),
        Setting<Optimizer>.Number<Muon>("a", "coefficient of X in an iteration", x => x.A, (x, v) => x with { A = v }),
        Setting<Optimizer>.Number<Muon>("b", "coefficient of A X in an iteration", x => x.B, (x, v) => x with { B = v }),
        Setting<Optimizer>.Number<Muon>("c", "coefficient of A² X in an iteration", x => x.C, (x, v) => x with { C = v }));
}
