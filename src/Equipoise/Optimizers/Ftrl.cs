using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Follow the regularised leader: for wide, sparse linear models; with <paramref name="L1"/> it sets parameters to exactly zero.</summary>
/// <remarks>
/// g' = g + 2 shrinkage w; n' = n + g²; z += g' − (n'^p − n^p) / rate × w with p = −power; w = (clip(z, −l1, l1) − z) / (n'^p / rate + 2(l2 + β / (2 rate))).
/// Source: Keras 3.16, Ftrl; McMahan and others, "Ad Click Prediction: a View from the Trenches", 2013, algorithm 1.
/// </remarks>
/// <param name="LearningRate">Size of the steps, above 0; 0.001 if left out.</param>
/// <param name="LearningRatePower">How the rate falls with the squares, at most 0; −0.5 is the usual root.</param>
/// <param name="InitialAccumulator">What the sum of squares begins with, at least 0.</param>
/// <param name="L1">Strength of the penalty on absolute values, at least 0.</param>
/// <param name="L2">Strength of the penalty on squares, at least 0.</param>
/// <param name="L2Shrinkage">Strength of a penalty on squares that acts on the gradient, at least 0.</param>
/// <param name="Beta">β of the paper, at least 0.</param>
public sealed record Ftrl(Schedule? LearningRate = null, double LearningRatePower = -0.5, double InitialAccumulator = 0.1, double L1 = 0, double L2 = 0, double L2Shrinkage = 0, double Beta = 0)
    : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    /// <remarks>w is made anew of z and n, so it is as it was if the rate is; the first update puts it there. With shrinkage, w itself pulls at z.</remarks>
    public override ZeroGradient ZeroGradient => L2Shrinkage == 0 && (float)InitialAccumulator > 0 ? ZeroGradient.KeepsAtSameRate : ZeroGradient.Changes;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require.That(LearningRatePower <= 0 && double.IsFinite(LearningRatePower), nameof(Ftrl), nameof(LearningRatePower), LearningRatePower, "at most 0 and finite");
        Require.AtLeast(nameof(Ftrl), nameof(InitialAccumulator), InitialAccumulator, 0);
        Require.AtLeast(nameof(Ftrl), nameof(L1), L1, 0);
        Require.AtLeast(nameof(Ftrl), nameof(L2), L2, 0);
        Require.AtLeast(nameof(Ftrl), nameof(L2Shrinkage), L2Shrinkage, 0);
        Require.AtLeast(nameof(Ftrl), nameof(Beta), Beta, 0);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new ElementwiseOptimizer<Rule>(this, layout, [new("accumulator", (float)InitialAccumulator), new("linear")],
        (_, rate) => new Rule((float)rate, (float)-LearningRatePower, (float)L1, (float)(2 * (L2 + (Beta / (2 * rate)))), (float)(2 * L2Shrinkage)));

    private readonly struct Rule(float rate, float power, float l1, float quadratic, float shrinkage) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> n, ref Vector256<float> z, ref Vector256<float> c)
        {
            var before = Power(n);
            n += g * g;
            var after = Power(n);
            z += g + (w * shrinkage) - ((after - before) / rate * w);
            var limit = Vector256.Create(l1);
            var clipped = Vector256.Min(Vector256.Max(z, -limit), limit);
            return (clipped - z) / ((after / rate) + Vector256.Create(quadratic));
        }

        private Vector256<float> Power(Vector256<float> x)
        {
            if (power == 0.5f) return Vector256.Sqrt(x);
            Span<float> lanes = stackalloc float[8];
            x.CopyTo(lanes);
            foreach (ref float lane in lanes) lane = MathF.Pow(lane, power);
            return Vector256.Create<float>(lanes);
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>ftrl</summary>
    public static readonly Entry<Optimizer> Ftrl = Add("ftrl", "follow the regularised leader: for sparse linear models", new Ftrl(),
        Setting<Optimizer>.Number<Ftrl>("learning_rate_power", "how the rate falls with the squares", x => x.LearningRatePower, (x, v) => x with { LearningRatePower = v }, maximum: 0),
        Setting<Optimizer>.Number<Ftrl>("initial_accumulator", "what the sum of squares begins with", x => x.InitialAccumulator, (x, v) => x with { InitialAccumulator = v }, minimum: 0),
        Setting<Optimizer>.Number<Ftrl>("l1", "strength of the penalty on absolute values", x => x.L1, (x, v) => x with { L1 = v }, minimum: 0),
        Setting<Optimizer>.Number<Ftrl>("l2", "strength of the penalty on squares", x => x.L2, (x, v) => x with { L2 = v }, minimum: 0),
        Setting<Optimizer>.Number<Ftrl>("l2_shrinkage", "strength of a penalty on squares that acts on the gradient", x => x.L2Shrinkage, (x, v) => x with { L2Shrinkage = v }, minimum: 0),
        Setting<Optimizer>.Number<Ftrl>("beta", "β of the paper", x => x.Beta, (x, v) => x with { Beta = v }, minimum: 0));
}
