namespace Equipoise.Metrics;

/// <summary>Which curve the area is under.</summary>
public enum AucCurve
{
    /// <summary>True positive rate over false positive rate.</summary>
    Roc,

    /// <summary>Precision over recall.</summary>
    Pr,

    /// <summary>Precision gain over recall gain (Flach and Kull, "Precision-Recall-Gain Curves: PR Analysis Done Right", 2015).</summary>
    PrGain,
}
