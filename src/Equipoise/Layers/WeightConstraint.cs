using Equipoise.Constraints;
using Equipoise.Engine.Graphs;

namespace Equipoise.Layers;

/// <summary>What a parameter is brought back to after each update.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Constraint">The rule.</param>
public sealed record WeightConstraint(Parameter Parameter, Constraint Constraint);
