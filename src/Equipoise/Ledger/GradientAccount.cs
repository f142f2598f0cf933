namespace Equipoise.Ledger;

/// <summary>What the outputs' gradients of the shared parameters were like in the steps of an epoch that were looked at. Of raw losses: no weight is in it.</summary>
/// <param name="Steps">How many steps were looked at.</param>
/// <param name="Norms">Mean length of each output's gradient.</param>
/// <param name="Pairs">How each two outputs get along.</param>
/// <param name="Layers">The same for each layer alone: which output trains which layer.</param>
public sealed record GradientAccount(long Steps, IReadOnlyList<OutputNorm> Norms, IReadOnlyList<GradientPair> Pairs, IReadOnlyList<LayerGradients> Layers);
