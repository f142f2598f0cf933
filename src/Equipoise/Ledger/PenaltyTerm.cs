namespace Equipoise.Ledger;

/// <summary>What a term without targets adds to the total loss: a regulariser, an activity penalty.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Kind">Which penalty of what: <c>l2 of kernel</c>, <c>l1 of activity</c>.</param>
/// <param name="Value">Its value; penalties have no weight but their own factor.</param>
/// <param name="Share">Value / total; 0 if the total is 0.</param>
public sealed record PenaltyTerm(string Layer, string Kind, double Value, double Share);
