using Equipoise.Engine.Graphs;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>A term of the total loss that depends on one parameter alone.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="Regularizer">Its penalty.</param>
public sealed record WeightPenalty(string Layer, Parameter Parameter, Regularizer Regularizer);
