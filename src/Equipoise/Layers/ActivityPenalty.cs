using Equipoise.Engine.Graphs;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>A term of the total loss that depends on the values of a node: the regulariser's value over the batch, divided by the rows of the batch.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Node">The node.</param>
/// <param name="Regularizer">Its penalty.</param>
public sealed record ActivityPenalty(string Layer, GraphNode Node, Regularizer Regularizer);
