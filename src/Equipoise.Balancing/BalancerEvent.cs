namespace Equipoise.Balancing;

/// <summary>Something out of the ordinary in a step.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Task">Which output, from 0; -1 when it is all of them.</param>
public readonly record struct BalancerEvent(BalancerEventKind Kind, int Task);
