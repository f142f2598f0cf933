using Equipoise.Ledger;

namespace Equipoise.Runs;

/// <summary>Why the loss of one output differs between training and validation in the last epoch of a run, in four parts that add up.</summary>
/// <remarks>
/// Training shows the mean over the steps of the epoch, each with the weights of its moment, with dropout, noise and class weights on. To part the causes, the training rows are evaluated once more with the last weights:
/// <see cref="Moved"/> = weight × (late − training), late being the mean over the last tenth of the steps; <see cref="Conditions"/> = weight × (still − late), still being the loss of the training rows, evaluated;
/// <see cref="OtherRows"/> = weight × (validation − still); <see cref="Reweighted"/> = (weight in validation − weight in training) × validation, which is 0 unless a balancer moves weights.
/// Their sum is the contribution in validation minus that in training. <see cref="Moved"/> is as noisy as the last tenth of the steps, see <see cref="MovedError"/>; what is too much in it is too little in <see cref="Conditions"/>.
/// Rows of extra files train but are not evaluated again.
/// </remarks>
/// <param name="Output">Name of the output.</param>
/// <param name="Training">Raw loss, mean over the steps of the epoch.</param>
/// <param name="Late">Raw loss, mean over the last tenth of the steps that had a label.</param>
/// <param name="Still">Raw loss of the training rows with the last weights, evaluated: no dropout, no noise, no class weights.</param>
/// <param name="Validation">Raw loss of the validation rows, as the ledger has it.</param>
/// <param name="Weight">Weight in training; where it moved, the mean contribution ÷ the mean raw loss.</param>
/// <param name="ValidationWeight">Weight in validation.</param>
public sealed record TrainingGap(string Output, double Training, double Late, double Still, double Validation, double Weight, double ValidationWeight)
{
    /// <summary>Standard error of <see cref="Moved"/>: how far batches scatter, weight × standard deviation of the raw loss over the steps of the epoch ÷ √(steps of the last tenth). NaN for a single step.</summary>
    public double MovedError { get; init; }

    /// <summary>What the weights of the network learned in the course of the epoch.</summary>
    public double Moved => Weight * (Late - Training);

    /// <summary>What dropout, noise, statistics of batches and class weights make.</summary>
    public double Conditions => Weight * (Still - Late);

    /// <summary>What rows make that the network was not trained with.</summary>
    public double OtherRows => Weight * (Validation - Still);

    /// <summary>What a balancer makes that moved the weight.</summary>
    public double Reweighted => (ValidationWeight - Weight) * Validation;

    /// <summary>The difference of the contributions, validation minus training.</summary>
    public double Difference => (ValidationWeight * Validation) - (Weight * Training);

    /// <summary>The outputs of a run, in the last epoch. Reads the data and evaluates the training part.</summary>
    /// <exception cref="RunException">The run has no complete epoch, or no validation.</exception>
    public static IReadOnlyList<TrainingGap> Of(string run)
    {
        var lines = RunFolder.ReadLedger(run);
        if (lines.Count == 0 || lines.All(l => l.Part != "epoch")) throw new RunException($"{run}: no epoch is complete, so there is nothing to compare.");
        int epoch = lines.Where(l => l.Part == "epoch").Max(l => l.Entry.Epoch);
        var training = lines.Last(l => l.Part == "epoch" && l.Entry.Epoch == epoch).Entry;
        var validation = lines.LastOrDefault(l => l.Part == "validation" && l.Entry.Epoch == epoch).Entry ?? throw new RunException($"{run}: there was no validation part, so there is nothing to compare.");
        LedgerEntry[] steps = [.. lines.Where(l => l.Part == "step" && l.Entry.Epoch == epoch).Select(l => l.Entry)];
        var folder = RunFolder.Load(run, RunFiles.Last);
        var still = folder.Evaluate(folder.ReadPart("train")).Account;
        return [.. training.Outputs.Select(o => new TrainingGap(o.Output, o.RawLoss, LateOf(steps, o), still[o.Output].RawLoss, validation[o.Output].RawLoss, Effective(o), validation[o.Output].Weight) { MovedError = Effective(o) * ErrorOf(steps, o) })];
    }

    // The mean of products is no product of means where a balancer moves the weight.
    private static double Effective(OutputTerm output) => output.RawLoss == 0 ? output.Weight : output.Contribution / output.RawLoss;

    // Each step counts by its rows, as in the mean of the epoch.
    private static double LateOf(LedgerEntry[] steps, OutputTerm output)
    {
        LedgerEntry[] labelled = Labelled(steps, output);
        LedgerEntry[] late = [.. labelled.Skip(labelled.Length - LateSteps(labelled.Length))];
        return late.Length == 0 ? output.RawLoss : late.Sum(s => s.Rows * s[output.Output].RawLoss) / late.Sum(s => (double)s.Rows);
    }

    private static double ErrorOf(LedgerEntry[] steps, OutputTerm output)
    {
        double[] losses = [.. Labelled(steps, output).Select(s => s[output.Output].RawLoss)];
        if (losses.Length < 2) return double.NaN;
        double mean = losses.Average();
        return Math.Sqrt(losses.Sum(l => (l - mean) * (l - mean)) / (losses.Length - 1) / LateSteps(losses.Length));
    }

    private static LedgerEntry[] Labelled(LedgerEntry[] steps, OutputTerm output) => [.. steps.Where(s => s.Outputs.Any(o => o.Output == output.Output && o.Labelled > 0))];

    private static int LateSteps(int steps) => Math.Max(1, steps / 10);
}
