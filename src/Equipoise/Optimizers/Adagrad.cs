using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Adagrad: the gradient over the root of the sum of all its squares so far; rare features keep large steps.</summary>
/// <remarks>
/// a += g²; w −= rate × g / √(a + ε).
/// Source: Keras 3.16, Adagrad; Duchi, Hazan and Singer, "Adaptive Subgradient Methods", 2011, equation 1 (diagonal form).
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out.</param>
/// <param name="InitialAccumulator">What the sum begins with, at least 0.</param>
/// <param name="Epsilon">Added under the root, above 0.</param>
public sealed record Adagrad(Schedule? LearningRate = null, double InitialAccumulator = 0.1, double Epsilon = 1e-7) : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    /// <remarks>The first update flushes an initial sum to zero that is very small; and nothing is to be divided by zero.</remarks>
    public override ZeroGradient ZeroGradient => (float)Epsilon == 0 ? ZeroGradient.Changes : InitialAccumulator == 0 || InitialAccumulator >= RuleMath.Smallest ? ZeroGradient.Keeps : ZeroGradient.KeepsAtSameRate;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require.AtLeast(nameof(Adagrad), nameof(InitialAccumulator), InitialAccumulator, 0);
        Require.Above(nameof(Adagrad), nameof(Epsilon), Epsilon, 0);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new ElementwiseOptimizer<Rule>(this, layout, [new("accumulator", (float)InitialAccumulator)],
        (_, rate) => new Rule((float)rate, (float)Epsilon));

    private readonly struct Rule(float rate, float epsilon) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> a, ref Vector256<float> b, ref Vector256<float> c)
        {
            a = RuleMath.Flush(a + (g * g));
            return w - (g * rate / Vector256.Sqrt(a + Vector256.Create(epsilon)));
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>adagrad</summary>
    public static readonly Entry<Optimizer> Adagrad = Add("adagrad", "gradient over the root of the sum of all its squares: for rare features", new Adagrad(),
        Setting<Optimizer>.Number<Adagrad>("initial_accumulator", "what the sum begins with", x => x.InitialAccumulator, (x, v) => x with { InitialAccumulator = v }, minimum: 0),
        Setting<Optimizer>.Number<Adagrad>("epsilon", "added under the root", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0));
}
