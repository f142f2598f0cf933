using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Stochastic gradient descent, with momentum if wanted.</summary>
/// <remarks>
/// m = momentum × m − rate × g; w += m, or with Nesterov w += momentum × m − rate × g. Without momentum w −= rate × g.
/// Source: Keras 3.16, SGD; Sutskever and others, "On the importance of initialization and momentum in deep learning", 2013, equations 3 and 4 (Nesterov, rewritten for the looked-ahead point).
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.01 if left out.</param>
/// <param name="Momentum">Part of the last step that is kept, at least 0 and below 1.</param>
/// <param name="Nesterov">Whether the gradient counts as taken ahead of the step.</param>
public sealed record Sgd(Schedule? LearningRate = null, double Momentum = 0, bool Nesterov = false) : Optimizer(LearningRate ?? 0.01)
{
    /// <inheritdoc/>
    public override ZeroGradient ZeroGradient => Momentum == 0 ? ZeroGradient.Keeps : ZeroGradient.KeepsAtRest;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require.Fraction(nameof(Sgd), nameof(Momentum), Momentum);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => Momentum == 0
        ? new ElementwiseOptimizer<Plain>(this, layout, [], (_, rate) => new Plain((float)rate))
        : new ElementwiseOptimizer<WithMomentum>(this, layout, [new("momentum")], (_, rate) => new WithMomentum((float)rate, (float)Momentum, Nesterov));

    private readonly struct Plain(float rate) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> a, ref Vector256<float> b, ref Vector256<float> c) => w - (g * rate);
    }

    private readonly struct WithMomentum(float rate, float momentum, bool nesterov) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> m, ref Vector256<float> b, ref Vector256<float> c)
        {
            var step = g * rate;
            m = RuleMath.Flush((m * momentum) - step);
            return nesterov ? w + ((m * momentum) - step) : w + m;
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>sgd</summary>
    public static readonly Entry<Optimizer> Sgd = Add("sgd", "gradient descent, with momentum if wanted", new Sgd(),
        Setting<Optimizer>.Number<Sgd>("momentum", "part of the last step that is kept", x => x.Momentum, (x, v) => x with { Momentum = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Flag<Sgd>("nesterov", "gradient counts as taken ahead of the step", x => x.Nesterov, (x, v) => x with { Nesterov = v }));
}
