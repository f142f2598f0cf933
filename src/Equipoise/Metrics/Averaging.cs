namespace Equipoise.Metrics;

/// <summary>How the figures of several labels become one.</summary>
public enum Averaging
{
    /// <summary>Mean of the labels' figures: rare labels count as much as frequent ones.</summary>
    Macro,

    /// <summary>One figure from the counts of all labels together: frequent labels count more.</summary>
    Micro,

    /// <summary>Mean of the labels' figures, each weighted with how often the label is true.</summary>
    Weighted,

    /// <summary>Each label by itself; the single figure is then the macro mean.</summary>
    None,
}
