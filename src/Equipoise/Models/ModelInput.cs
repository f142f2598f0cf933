using Equipoise.Engine.Graphs;

namespace Equipoise.Models;

/// <summary>An input of a model.</summary>
/// <param name="Name">Its name, and that of its column in a data set.</param>
/// <param name="Shape">Shape of a row.</param>
/// <param name="Kind">What comes in.</param>
public sealed record ModelInput(string Name, Shape Shape, InputKind Kind);
