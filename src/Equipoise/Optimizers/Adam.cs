using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Adam: steps by the mean gradient over its root mean square, a rate for every parameter.</summary>
/// <remarks>
/// m += (g − m)(1 − β1); v += (g² − v)(1 − β2); w −= rate × √(1 − β2^t) / (1 − β1^t) × m / (√v + ε).
/// With <paramref name="AmsGrad"/> the greatest v so far takes v's place in the root. ε is added to the uncorrected root.
/// Source: Keras 3.16, Adam; Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, section 2 (the form at its end); Reddi and others, "On the Convergence of Adam and Beyond", 2018, algorithm 2.
/// Differs from Keras: bias corrections are formed in double.
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out.</param>
/// <param name="Beta1">Decay of the mean gradient, at least 0 and below 1.</param>
/// <param name="Beta2">Decay of the mean square, at least 0 and below 1.</param>
/// <param name="Epsilon">Added to the root, above 0.</param>
/// <param name="AmsGrad">Whether the mean square may never fall.</param>
public sealed record Adam(Schedule? LearningRate = null, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-7, bool AmsGrad = false) : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    public override ZeroGradient ZeroGradient => ZeroGradient.KeepsAtRest;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        AdamRule.Check(nameof(Adam), Beta1, Beta2, Epsilon);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => AdamRule.Start(this, layout, Beta1, Beta2, Epsilon, AmsGrad);
}

/// <summary>The formula of Adam and AdamW.</summary>
internal readonly struct AdamRule(long update, double rate, double beta1, double beta2, double epsilon, bool amsGrad) : IUpdateRule
{
    // Whole vectors: spreading single numbers anew for every eight parameters took a quarter of the time.
    private readonly Vector256<float> _rate = Vector256.Create((float)(rate * Math.Sqrt(1 - Math.Pow(beta2, update)) / (1 - Math.Pow(beta1, update))));
    private readonly Vector256<float> _take1 = Vector256.Create((float)(1 - beta1));
    private readonly Vector256<float> _take2 = Vector256.Create((float)(1 - beta2));
    private readonly Vector256<float> _epsilon = Vector256.Create((float)epsilon);

    public static RunningOptimizer Start(Optimizer settings, ParameterLayout layout, double beta1, double beta2, double epsilon, bool amsGrad)
        => new ElementwiseOptimizer<AdamRule>(settings, layout, [new("momentum"), new("velocity"), amsGrad ? new("greatest_velocity") : null],
            (update, rate) => new AdamRule(update, rate, beta1, beta2, epsilon, amsGrad));

    public static void Check(string owner, double beta1, double beta2, double epsilon)
    {
        Require.Fraction(owner, "Beta1", beta1);
        Require.Fraction(owner, "Beta2", beta2);
        Require.Above(owner, "Epsilon", epsilon, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> m, ref Vector256<float> v, ref Vector256<float> greatest)
    {
        m = RuleMath.Flush(m + ((g - m) * _take1));
        v = RuleMath.Flush(v + (((g * g) - v) * _take2));
        var square = v;
        if (amsGrad) square = greatest = Vector256.Max(greatest, v);
        return w - (m * _rate / (Vector256.Sqrt(square) + _epsilon));
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>adam</summary>
    public static readonly Entry<Optimizer> Adam = Add("adam", "mean gradient over its root mean square: a good first choice", new Adam(),
        Setting<Optimizer>.Number<Adam>("beta1", "decay of the mean gradient", x => x.Beta1, (x, v) => x with { Beta1 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Adam>("beta2", "decay of the mean square", x => x.Beta2, (x, v) => x with { Beta2 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Adam>("epsilon", "added to the root", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0),
        Setting<Optimizer>.Flag<Adam>("amsgrad", "mean square may never fall", x => x.AmsGrad, (x, v) => x with { AmsGrad = v }));
}
