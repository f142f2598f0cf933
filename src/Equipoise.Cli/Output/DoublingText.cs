using System.Globalization;
using Equipoise.Trials;

namespace Equipoise.Cli.Output;

/// <summary>What a doubled weight did, as text.</summary>
internal static class DoublingText
{
    public static void Write(TextWriter output, DoublingResult result)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Doubling the weight of '{result.Output}' from {result.Weight:G6} to {2 * result.Weight:G6}, measured: {result.Steps} steps with and without it, after {result.WarmUp} as they were, ")
            + string.Create(CultureInfo.InvariantCulture, $"in {result.Orders} {(result.Orders == 1 ? "order" : "orders")} of the batches, at the learning rate {result.LearningRate:G4} ({Figures.Time(TimeSpan.FromSeconds(result.Seconds))})."));
        output.WriteLine();
        foreach (var part in result.Parts)
        {
            output.WriteLine($"On {Figures.Count(part.Rows)} {(part.Part == "train" ? "training" : "validation")} rows:");
            output.WriteLine();
            var table = new TextTable("steps", "output", "raw loss before", "unchanged", "doubled", "change", "interval", "predicted", "") { Right = { 0, 2, 3, 4, 5, 6, 7 } };
            foreach (var moment in part.Moments)
            {
                foreach (var loss in moment.Outputs)
                {
                    table.Add(loss == moment.Outputs[0] ? Figures.Count(moment.Steps) : "", loss.Output, Figures.Number(loss.Before), Figures.Number(loss.Unchanged), Figures.Number(loss.Doubled), Signed(loss.Change),
                        double.IsFinite(loss.Low) ? $"[{Signed(loss.Low)}, {Signed(loss.High)}]" : "one order", double.IsNaN(loss.Predicted) ? "" : Signed(loss.Predicted), loss.Verdict);
                }
            }
            table.Write(output);
            output.WriteLine();
        }
        output.WriteLine(DoublingJson.How(result));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Each interval holds by itself with {100 * result.Confidence:0.#} %; what is unclear may be chance."));
    }

    private static string Signed(double value) => $"{(value > 0 ? "+" : "")}{Figures.Number(value)}";
}
