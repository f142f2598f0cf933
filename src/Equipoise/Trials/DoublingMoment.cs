namespace Equipoise.Trials;

/// <summary>What a doubled weight had done after so many steps with it.</summary>
/// <param name="Steps">Steps with the doubled weight.</param>
/// <param name="Outputs">Every output that has a loss.</param>
public sealed record DoublingMoment(int Steps, IReadOnlyList<DoubledLoss> Outputs);
