namespace Equipoise.Advice;

/// <summary>What kind of numbers an output has, as its statistics show: that decides the loss.</summary>
public enum NumberForm
{
    /// <summary>Near enough to a bell: nothing speaks against squared errors.</summary>
    Plain,

    /// <summary>Whole numbers from 0 or 1 that scatter as Poisson counts do: dispersion 0.75 to 1.5.</summary>
    Count,

    /// <summary>Whole numbers from 0 or 1 that scatter more than Poisson counts, to the upper side: dispersion above 1.5, skew at least 1.</summary>
    OverDispersedCount,

    /// <summary>Whole numbers from 0 or 1 that scatter less than Poisson counts: dispersion below 0.75.</summary>
    UnderDispersedCount,

    /// <summary>Amounts of at least 0, of which a fifth or more are exactly 0.</summary>
    ZeroInflated,

    /// <summary>Positive and lopsided, and far less so after the logarithm.</summary>
    HeavyTail,

    /// <summary>A few values far from the rest, which a logarithm does not bring nearer.</summary>
    Outliers,
}
