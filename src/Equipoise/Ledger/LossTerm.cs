namespace Equipoise.Ledger;

/// <summary>What one of several losses of an output adds to the total loss.</summary>
/// <param name="Name">Its name within the output.</param>
/// <param name="RawLoss">Mean of the loss over the rows that have a label.</param>
/// <param name="Weight">What it is multiplied with in the total: the output's weight × its own.</param>
/// <param name="Contribution">Weight × raw loss. In the mean of an epoch, with the weight that makes the mean equation true.</param>
/// <param name="Share">Contribution / total; 0 if the total is 0.</param>
public sealed record LossTerm(string Name, double RawLoss, double Weight, double Contribution, double Share);
