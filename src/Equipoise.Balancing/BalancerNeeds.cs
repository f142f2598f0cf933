namespace Equipoise.Balancing;

/// <summary>What a balancer must be given at each step; read once, before training.</summary>
[Flags]
public enum BalancerNeeds
{
    /// <summary>Nothing of the step at hand: the weights are known before it.</summary>
    None = 0,

    /// <summary>The losses of the step, so that forward must be complete before the weights are known.</summary>
    Losses = 1,

    /// <summary>The inner products of the tasks' gradients of the shared parameters.</summary>
    Gramian = 2,

    /// <summary>The tasks' gradients themselves.</summary>
    Jacobian = 4,

    /// <summary>The losses once more, after the update.</summary>
    LossesAfterStep = 8,
}
