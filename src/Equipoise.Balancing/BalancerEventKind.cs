namespace Equipoise.Balancing;

/// <summary>What was out of the ordinary.</summary>
public enum BalancerEventKind
{
    /// <summary>There is only one output: its weight is its priority.</summary>
    SingleOutput,

    /// <summary>The output's gradient of the shared parameters is zero: it is left out of the solution and keeps the base weight.</summary>
    ZeroGradient,

    /// <summary>No direction improves all outputs (such as two opposed gradients), or the problem has no solution for another reason: all weights are base weights, unless the method says otherwise.</summary>
    Opposed,

    /// <summary>The output has no label in this batch: weight 0.</summary>
    Masked,

    /// <summary>The output's loss or gradient is NaN or infinite: weight 0.</summary>
    NotFinite,

    /// <summary>The output's loss is negative, where the method takes a logarithm or an inverse: base weight.</summary>
    NegativeLoss,
}
