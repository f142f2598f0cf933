namespace Equipoise.Data;

/// <summary>What weight a term has in a bag.</summary>
public enum BagWeights
{
    /// <summary>Term frequency × inverse document frequency: rare terms count more.</summary>
    TfIdf,

    /// <summary>How often the term comes in the row.</summary>
    Count,

    /// <summary>1 if the term comes in the row.</summary>
    Binary,
}
