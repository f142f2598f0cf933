using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>RMSprop: the gradient over its root mean square.</summary>
/// <remarks>
/// v = ρ v + (1 − ρ) g²; d = v + ε, or centred a = ρ a + (1 − ρ) g, d = v − a² + ε; step = rate × g / √d; with momentum m = momentum × m + step, w −= m; else w −= step.
/// ε is inside the root. Source: Keras 3.16, RMSprop; Hinton, "Neural Networks for Machine Learning", lecture 6e, 2012; Graves, "Generating Sequences With Recurrent Neural Networks", 2013, equations 38 to 41 (centred).
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out.</param>
/// <param name="Rho">Decay of the mean square, at least 0 and below 1.</param>
/// <param name="Momentum">Part of the last step that is kept, at least 0 and below 1.</param>
/// <param name="Epsilon">Added under the root, above 0.</param>
/// <param name="Centered">Whether the variance takes the place of the mean square.</param>
public sealed record RmsProp(Schedule? LearningRate = null, double Rho = 0.9, double Momentum = 0, double Epsilon = 1e-7, bool Centered = false) : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    /// <remarks>Without momentum the step is 0 / √(v + ε), which is 0 for any v from 0 to infinity, and v becomes ρ v. If ε or ρ is 0 in single precision it may be 0 / 0 or ∞ × 0; and a variance may be below 0 by rounding.</remarks>
    public override ZeroGradient ZeroGradient => Momentum == 0 && !Centered && (float)Rho > 0 && (float)Epsilon > 0 ? ZeroGradient.FadesState : ZeroGradient.KeepsAtRest;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require.Fraction(nameof(RmsProp), nameof(Rho), Rho);
        Require.Fraction(nameof(RmsProp), nameof(Momentum), Momentum);
        Require.Above(nameof(RmsProp), nameof(Epsilon), Epsilon, 0);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new ElementwiseOptimizer<Rule>(this, layout,
        [new("velocity"), Momentum > 0 ? new("momentum") : null, Centered ? new("average_gradient") : null],
        (_, rate) => new Rule((float)rate, (float)Rho, (float)(1 - Rho), (float)Momentum, (float)Epsilon, Centered), fading: (float)Rho);

    private readonly struct Rule(float rate, float keep, float take, float momentum, float epsilon, bool centered) : IUpdateRule
    {
        private readonly Vector256<float> _rate = Vector256.Create(rate), _keep = Vector256.Create(keep), _take = Vector256.Create(take), _epsilon = Vector256.Create(epsilon);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> v, ref Vector256<float> m, ref Vector256<float> average)
        {
            v = RuleMath.Flush((v * _keep) + (g * g * _take));
            var square = v + _epsilon;
            if (centered)
            {
                average = RuleMath.Flush((average * _keep) + (g * _take));
                square -= average * average;
            }
            var step = g * _rate / Vector256.Sqrt(square);
            if (momentum == 0) return w - step;
            m = RuleMath.Flush((m * momentum) + step);
            return w - m;
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>rmsprop</summary>
    public static readonly Entry<Optimizer> RmsProp = Add("rmsprop", "gradient over its root mean square", new RmsProp(),
        Setting<Optimizer>.Number<RmsProp>("rho", "decay of the mean square", x => x.Rho, (x, v) => x with { Rho = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<RmsProp>("momentum", "part of the last step that is kept", x => x.Momentum, (x, v) => x with { Momentum = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<RmsProp>("epsilon", "added under the root", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0),
        Setting<Optimizer>.Flag<RmsProp>("centered", "variance in place of the mean square", x => x.Centered, (x, v) => x with { Centered = v }));
}
