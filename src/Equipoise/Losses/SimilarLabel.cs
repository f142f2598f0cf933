namespace Equipoise.Losses;

/// <summary>Which label of a pair says that its two sides belong together.</summary>
public enum SimilarLabel
{
    /// <summary>1: together, 0: apart.</summary>
    One,

    /// <summary>0: together, 1: apart, as in the paper of the contrastive loss.</summary>
    Zero,
}
