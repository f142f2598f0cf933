namespace Equipoise.Balancing;

/// <summary>What a balancer must be given at each step; read once, before training. Means of an epoch are told to every balancer.</summary>
[Flags]
public enum BalancerNeeds
{
    /// <summary>Nothing of the step at hand: the weights are known before it.</summary>
    None = 0,

    /// <summary>The losses of the step, so that forward must be complete before the weights are known.</summary>
    Losses = 1,

    /// <summary>The inner products of the outputs' gradients of the shared parameters: one backward pass for each output.</summary>
    Gramian = 2,

    /// <summary>The outputs' gradients themselves, all at once: memory of outputs × shared parameters.</summary>
    Gradients = 4,

    /// <summary>The losses of the same rows once more, after the update: one more forward pass.</summary>
    LossesAfterStep = 8,

    /// <summary>The inner products of the gradients of two batches (or of two halves of one).</summary>
    CrossGramian = 16,

    /// <summary>A figure of merit from 0 to 1 for each output at the end of an epoch.</summary>
    Scores = 32,
}
