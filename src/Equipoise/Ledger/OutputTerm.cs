namespace Equipoise.Ledger;

/// <summary>What one output adds to the total loss.</summary>
/// <param name="Output">Name of the output.</param>
/// <param name="RawLoss">Mean of its loss over the rows that have a label, with sample and class weights; see <see cref="Divisor"/>.</param>
/// <param name="Weight">What the raw loss is multiplied with.</param>
/// <param name="Contribution">Weight × raw loss. In the mean of an epoch, the mean of the steps' contributions.</param>
/// <param name="Share">Contribution / total; 0 if the total is 0.</param>
/// <param name="Labelled">How many items (rows, or positions of a sequence) had a label.</param>
/// <param name="Divisor">What the sum over items was divided by.</param>
public sealed record OutputTerm(string Output, double RawLoss, double Weight, double Contribution, double Share, long Labelled, double Divisor)
{
    /// <summary>Its losses, where it has several: their raw losses, each with its weight, add up to <see cref="RawLoss"/>.</summary>
    public IReadOnlyList<LossTerm> Losses { get; init; } = [];

    /// <summary>The terms as they stand in the loss equation: the output itself, or each of its losses under <c>OUTPUT.LOSS</c>.</summary>
    public IEnumerable<LossTerm> Terms => Losses.Count == 0 ? [new LossTerm(Output, RawLoss, Weight, Contribution, Share)] : Losses.Select(l => l with { Name = $"{Output}.{l.Name}" });
}
