namespace Equipoise.Ledger;

/// <summary>What the outputs' gradients of one shared layer are like.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Norms">Mean length of each output's gradient of the layer's parameters.</param>
/// <param name="Pairs">How each two outputs get along there.</param>
public sealed record LayerGradients(string Layer, IReadOnlyList<OutputNorm> Norms, IReadOnlyList<GradientPair> Pairs);
