namespace Equipoise.Losses;

/// <summary>One of several losses of an output.</summary>
/// <param name="Name">What it is called in the ledger, unique within the output.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Weight">What it is multiplied with within the output, at least 0; the output's own weight comes on top. With 0 it is shown but trains nothing.</param>
public sealed record NamedLoss(string Name, Loss Loss, double Weight = 1);
