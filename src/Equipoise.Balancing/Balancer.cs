namespace Equipoise.Balancing;

/// <summary>A balancer at work: from what it sees of a step to one weight a task.</summary>
public abstract class Balancer
{
    /// <summary>Writes the weight of each task [T].</summary>
    public abstract void Weigh(in BalancerInput input, Span<double> weights);

    /// <summary>Tells the mean raw losses [T] of an epoch that ended.</summary>
    public virtual void EndEpoch(ReadOnlySpan<double> meanLosses)
    {
    }
}
