namespace Equipoise.Losses;

/// <summary>Which triplets of an anchor, a row of its class and a row of another count.</summary>
public enum TripletMining
{
    /// <summary>All: the mean over them.</summary>
    All,

    /// <summary>For each row of its class the nearest other row that is farther than it, or else the farthest other row.</summary>
    SemiHard,

    /// <summary>The farthest row of its class and the nearest other row.</summary>
    Hard,
}
