namespace Equipoise.Trials;

/// <summary>What an output was like at the end of brief trainings, as a mean over their seeds.</summary>
/// <param name="RawLoss">Its raw loss, before any weight.</param>
/// <param name="Weight">Its weight in these trainings.</param>
/// <param name="Contribution">What it added to the total.</param>
/// <param name="Share">That by the total; penalties are in the total.</param>
/// <param name="Gradient">Mean length of the gradient of its raw loss in the shared layers; NaN if it reaches none.</param>
public sealed record OutputMeasure(double RawLoss, double Weight, double Contribution, double Share, double Gradient);
