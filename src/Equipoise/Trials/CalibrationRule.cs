namespace Equipoise.Trials;

/// <summary>What weights are made by.</summary>
public enum CalibrationRule
{
    /// <summary>Every output adds the same to the total: weight × raw loss is equal.</summary>
    EqualContribution,

    /// <summary>Every output pulls the shared layers as hard as the others: weight × length of its gradient is equal.</summary>
    EqualGradient,

    /// <summary>Every loss is measured by that of the best constant prediction: weight = 1 / that loss. Needs no training.</summary>
    RelativeToTrivial,

    /// <summary>Every output adds the share of the total that is given.</summary>
    Shares,
}
