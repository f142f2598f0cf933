namespace Equipoise.Training;

/// <summary>When several watched figures together end training.</summary>
public enum StopRule
{
    /// <summary>When every figure has waited out its patience.</summary>
    All,

    /// <summary>When one figure has waited out its patience.</summary>
    Any,

    /// <summary>When so many figures have waited out their patience at the same time.</summary>
    AtLeast,

    /// <summary>When the weighted score has not improved for the patience: Σ weight × figure, with a minus for figures that improve upwards; less is better.</summary>
    Score,

    /// <summary>When no epoch within the patience was a Pareto improvement: no figure worse than in the best epoch so far, and one better by more than its least improvement.</summary>
    Pareto,
}
