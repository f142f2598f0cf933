using System.Globalization;
using Equipoise.Balancing;
using Equipoise.Configs;

namespace Equipoise.Trials;

/// <summary>A small grid of fixed weights around those of a config.</summary>
internal static class WeightGrid
{
    private static readonly double[] Five = [1, 1.0 / 9, 1.0 / 3, 3, 9], Three = [1, 1.0 / 3, 3];

    /// <summary>The outputs' factors, one line a trial, the first of them all 1. Only ratios matter much, so the first output keeps its weight where the grid is full.</summary>
    /// <param name="outputs">Outputs that have a weight.</param>
    /// <param name="budget">Lines at the most; 0: 5 for two outputs, 9 for three, else 1 + 2 × outputs, one weight changed at a time.</param>
    public static IReadOnlyList<double[]> Factors(int outputs, int budget)
    {
        var lines = new List<double[]>();
        if (outputs == 2) foreach (double b in Five) lines.Add([1, b]);
        else if (outputs == 3)
        {
            foreach (double b in Three) foreach (double c in Three) lines.Add([1, b, c]);
        }
        else
        {
            lines.Add([.. Enumerable.Repeat(1.0, outputs)]);
            for (int k = 0; k < outputs && outputs > 1; k++)
            {
                foreach (double factor in Three[1..])
                {
                    double[] line = [.. lines[0]];
                    line[k] = factor;
                    lines.Add(line);
                }
            }
        }
        return budget > 0 ? [.. lines.Take(budget)] : lines;
    }

    /// <summary>Fixed weights as a variant.</summary>
    public static Variant Variant(string name, Config config, IReadOnlyDictionary<string, double> weights)
    {
        var changes = weights.Select(w => new ConfigChange($"outputs.{Quoted(w.Key)}.weight", w.Value.ToString("G4", CultureInfo.InvariantCulture))).ToList();
        if (config.Balance.Method is not FixedWeights) changes.Add(new ConfigChange("balance", "fixed"));
        return new Variant(name, changes);
    }

    private static string Quoted(string name) => name.AsSpan().ContainsAny('.', '[') ? $"\"{name}\"" : name;
}
