namespace Equipoise.Engine.Operations;

/// <summary>What noise does to a number.</summary>
public enum NoiseKind
{
    /// <summary>x + σ·n, with n standard normal.</summary>
    Additive,

    /// <summary>x·(1 + σ·n).</summary>
    Multiplicative,

    /// <summary>Dropping to the least value of SELU instead of 0, then scaling and shifting so that mean 0 and variance 1 stay; σ is the share that is dropped.</summary>
    AlphaDropping,
}
