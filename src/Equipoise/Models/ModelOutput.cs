using Equipoise.Engine.Graphs;

namespace Equipoise.Models;

/// <summary>An output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Shape of a row.</param>
public sealed record ModelOutput(string Name, Shape Shape);
