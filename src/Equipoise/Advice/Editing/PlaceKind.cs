namespace Equipoise.Advice;

/// <summary>How a value is written.</summary>
internal enum PlaceKind
{
    /// <summary>A single value.</summary>
    Scalar,

    /// <summary><c>{a: 1, b: 2}</c>.</summary>
    FlowMap,

    /// <summary>A key on each line.</summary>
    BlockMap,

    /// <summary><c>[a, b]</c>.</summary>
    FlowList,

    /// <summary><c>- a</c>, one on each line.</summary>
    BlockList,

    /// <summary>A use of an anchor.</summary>
    Alias,
}
