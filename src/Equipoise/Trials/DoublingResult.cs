namespace Equipoise.Trials;

/// <summary>What doubling the weight of an output does, tried.</summary>
/// <param name="Output">The output.</param>
/// <param name="Weight">Its weight before it was doubled.</param>
/// <param name="Steps">Steps with and without the doubled weight.</param>
/// <param name="WarmUp">Steps before them, in both as the weights were.</param>
/// <param name="Orders">Orders of the batches.</param>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="Confidence">How sure each interval is.</param>
/// <param name="Seconds">How long it all took.</param>
/// <param name="Parts">What it did on the training rows and, if there are any, on the validation rows.</param>
public sealed record DoublingResult(string Output, double Weight, int Steps, int WarmUp, int Orders, double LearningRate, double Confidence, double Seconds, IReadOnlyList<DoublingPart> Parts);
