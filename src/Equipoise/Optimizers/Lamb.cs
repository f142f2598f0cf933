using Equipoise.Engine.Kernels;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>LAMB: Adam whose step of each parameter is as long as the parameter itself times the rate; for large batches.</summary>
/// <remarks>
/// m, v as Adam; u = m̂ / (√v̂ + ε) with m̂ = m / (1 − β1^t), v̂ = v / (1 − β2^t); w −= rate × ‖w‖ / ‖u‖ × u, the ratio being 1 if either norm is 0. Norms in double.
/// Source: Keras 3.16, Lamb; You and others, "Large Batch Optimization for Deep Learning", 2020, algorithm 2 (φ the identity).
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out.</param>
/// <param name="Beta1">Decay of the mean gradient, at least 0 and below 1.</param>
/// <param name="Beta2">Decay of the mean square, at least 0 and below 1.</param>
/// <param name="Epsilon">Added to the root, above 0.</param>
public sealed record Lamb(Schedule? LearningRate = null, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-7) : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        AdamRule.Check(nameof(Lamb), Beta1, Beta2, Epsilon);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new Running(this, layout);

    private sealed class Running : BlockwiseOptimizer
    {
        private readonly Lamb _lamb;
        private readonly float[] _m;
        private readonly float[] _v;

        public Running(Lamb settings, ParameterLayout layout) : base(settings, layout)
        {
            _lamb = settings;
            _m = AddState("momentum", layout.Length);
            _v = AddState("velocity", layout.Length);
        }

        protected override double Direct(int block, double rate, double norm, Span<float> direction)
        {
            int offset = Layout.Blocks[block].Offset;
            float take1 = (float)(1 - _lamb.Beta1), take2 = (float)(1 - _lamb.Beta2), epsilon = (float)_lamb.Epsilon;
            float correction1 = (float)(1 - Math.Pow(_lamb.Beta1, Updates)), correction2 = (float)(1 - Math.Pow(_lamb.Beta2, Updates));
            for (int i = 0; i < direction.Length; i++)
            {
                ref float m = ref _m[offset + i], v = ref _v[offset + i];
                float g = direction[i];
                m = Flush(m + ((g - m) * take1));
                v = Flush(v + (((g * g) - v) * take2));
                direction[i] = m / correction1 / (MathF.Sqrt(v / correction2) + epsilon);
            }
            double length = Math.Sqrt(Reductions.SumOfSquaresDouble(direction));
            return norm > 0 && length > 0 ? rate * norm / length : rate;
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>lamb</summary>
    public static readonly Entry<Optimizer> Lamb = Add("lamb", "Adam with steps in proportion to each parameter's norm: for large batches", new Lamb(),
        Setting<Optimizer>.Number<Lamb>("beta1", "decay of the mean gradient", x => x.Beta1, (x, v) => x with { Beta1 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Lamb>("beta2", "decay of the mean square", x => x.Beta2, (x, v) => x with { Beta2 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Lamb>("epsilon", "added to the root", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0));
}
