namespace Equipoise.Optimizers;

/// <summary>One parameter (a kernel, a bias) as a piece of the flat vector of all parameters.</summary>
/// <param name="Name">Its name, unique in the model.</param>
/// <param name="Offset">Where it begins in the flat vector.</param>
/// <param name="Length">How many numbers it has.</param>
/// <param name="Shape">Its shape; the product is <paramref name="Length"/>.</param>
/// <param name="Trainable">Whether the optimiser may change it; a frozen block is never touched.</param>
public sealed record ParameterBlock(string Name, int Offset, int Length, IReadOnlyList<int> Shape, bool Trainable = true)
{
    /// <summary>Factor of the learning rate for this block alone, at least 0.</summary>
    public double LearningRateScale { get; init; } = 1;

    /// <summary>Whether decoupled weight decay shrinks it.</summary>
    public bool Decays { get; init; } = true;
}
