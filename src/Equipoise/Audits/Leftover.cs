namespace Equipoise.Audits;

/// <summary>What is in the total beside weighted parts, in an explanation.</summary>
internal enum Leftover
{
    /// <summary>Nothing but rounding.</summary>
    None,

    /// <summary>Differences of both signs without memory: means taken in different ways, a short last batch.</summary>
    Scatter,

    /// <summary>A positive term that moves slowly and by itself: a penalty of the weights.</summary>
    Slow,
}
