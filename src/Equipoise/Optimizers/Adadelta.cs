using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Adadelta: the gradient over its root mean square, times the root mean square of recent steps.</summary>
/// <remarks>
/// G = ρ G + (1 − ρ) g²; d = −√(D + ε) / √(G + ε) × g; D = ρ D + (1 − ρ) d²; w += rate × d.
/// Source: Keras 3.16, Adadelta; Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, algorithm 1 (where the rate is 1).
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out, as Keras has it. The paper has 1.</param>
/// <param name="Rho">Decay of the mean squares, at least 0 and below 1.</param>
/// <param name="Epsilon">Added under the roots, above 0.</param>
public sealed record Adadelta(Schedule? LearningRate = null, double Rho = 0.95, double Epsilon = 1e-7) : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    /// <remarks>A gradient of zero moves no parameter either while D is finite; but a D that overflowed makes ∞ × 0 of it, so rows whose moments fade are not left out.</remarks>
    public override ZeroGradient ZeroGradient => ZeroGradient.KeepsAtRest;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require.Fraction(nameof(Adadelta), nameof(Rho), Rho);
        Require.Above(nameof(Adadelta), nameof(Epsilon), Epsilon, 0);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new ElementwiseOptimizer<Rule>(this, layout, [new("squared_gradient"), new("squared_step")],
        (_, rate) => new Rule((float)rate, (float)Rho, (float)(1 - Rho), (float)Epsilon));

    private readonly struct Rule(float rate, float keep, float take, float epsilon) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> gradients, ref Vector256<float> steps, ref Vector256<float> c)
        {
            var small = Vector256.Create(epsilon);
            gradients = RuleMath.Flush((gradients * keep) + (g * g * take));
            var step = Vector256.Sqrt(steps + small) * g / Vector256.Sqrt(gradients + small);
            steps = RuleMath.Flush((steps * keep) + (step * step * take));
            return w - (step * rate);
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>adadelta</summary>
    public static readonly Entry<Optimizer> Adadelta = Add("adadelta", "gradient over its root mean square, times that of recent steps", new Adadelta(),
        Setting<Optimizer>.Number<Adadelta>("rho", "decay of the mean squares", x => x.Rho, (x, v) => x with { Rho = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Adadelta>("epsilon", "added under the roots", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0));
}
