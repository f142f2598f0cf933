using Equipoise.Losses;

namespace Equipoise.Training;

/// <summary>A loss over several outputs, as a term of its own in the total loss.</summary>
/// <remarks>
/// Total loss = Σ over outputs of weight × raw loss + Σ over these of weight × raw loss + Σ penalties. Its raw loss is Σ row weight × value ÷ rows that count (positions, for sequences), whatever the divisor of the outputs;
/// which rows count says <see cref="JointLoss"/>. A balancer neither sees nor weighs it: like a penalty it is added afterwards, with the weight given here.
/// </remarks>
/// <param name="Name">What it is called in the ledger; no output has the same name.</param>
/// <param name="Outputs">The outputs, in the order in which the loss counts them.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Weight">What its raw loss is multiplied with in the total; at least 0. With 0 it is shown but trains nothing.</param>
public sealed record JointTerm(string Name, IReadOnlyList<string> Outputs, JointLoss Loss, double Weight = 1);
