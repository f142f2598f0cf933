namespace Equipoise.Audits;

/// <summary>What the weights of the parts are, in an explanation.</summary>
internal enum WeightRule
{
    /// <summary>1 each: the total is the sum.</summary>
    Ones,

    /// <summary>1 / k each: the total is the mean.</summary>
    Mean,

    /// <summary>Those that someone claims.</summary>
    Claimed,

    /// <summary>One factor for all parts, fitted.</summary>
    Common,

    /// <summary>A factor for each part, fitted.</summary>
    Free,

    /// <summary>Factors that drift.</summary>
    Moving,

    /// <summary>Factors that are learned with a term of their own: a·exp(−s)·L + b·s.</summary>
    LogVariance,
}
