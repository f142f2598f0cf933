using System.Globalization;
using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>The weights of the losses of K outputs on the simplex: weight = the config's weight × factor, where the factors sum to K and none is below <see cref="Least"/>.</summary>
/// <remarks>
/// factor_k = least + (1 − least) × K × s_k with s on the simplex, Σ s = 1. s comes from K − 1 coordinates by breaking a stick, s_j = r_j × (1 − (1 − u_j)^(1 / (K − 1 − j))) with r_j what is left of it, j from 0:
/// even coordinates give points spread evenly over the simplex (Dirichlet(1, ..., 1)), and neighbours stay neighbours. If all weights of the config are 1, weights sum to K.
/// Weights have 4 significant digits.
/// </remarks>
/// <param name="Outputs">The outputs, at least two.</param>
/// <param name="Base">Their weights in the config, above 0.</param>
/// <param name="Least">The least factor, from 0 (an output may be left out) to below 1.</param>
public sealed record WeightDimension(IReadOnlyList<string> Outputs, IReadOnlyList<double> Base, double Least = WeightDimension.UsualLeast) : SweepDimension
{
    /// <summary>The least factor where nothing is said: enough for an output to be trained at all.</summary>
    public const double UsualLeast = 0.05;

    /// <inheritdoc/>
    public override int Width => Outputs.Count - 1;

    /// <inheritdoc/>
    public override string Label => "weights";

    /// <summary>The point of the simplex at some coordinates.</summary>
    public static double[] Simplex(ReadOnlySpan<double> coordinates)
    {
        var shares = new double[coordinates.Length + 1];
        double left = 1;
        for (int j = 0; j < coordinates.Length; j++)
        {
            shares[j] = left * (1 - Math.Pow(1 - Math.Clamp(coordinates[j], 0, 1), 1.0 / (coordinates.Length - j)));
            left -= shares[j];
        }
        shares[^1] = Math.Max(left, 0);
        return shares;
    }

    /// <summary>The coordinates of a point of the simplex: the inverse of <see cref="Simplex"/>.</summary>
    public static double[] Coordinates(ReadOnlySpan<double> shares)
    {
        var coordinates = new double[shares.Length - 1];
        double left = 1;
        for (int j = 0; j < coordinates.Length; j++)
        {
            coordinates[j] = left <= 1e-12 ? 0 : 1 - Math.Pow(1 - Math.Clamp(shares[j] / left, 0, 1), coordinates.Length - j);
            left -= shares[j];
        }
        return coordinates;
    }

    /// <summary>The weights at some coordinates, one an output.</summary>
    public double[] Weights(ReadOnlySpan<double> coordinates)
    {
        double[] weights = Simplex(coordinates);
        for (int k = 0; k < weights.Length; k++) weights[k] = Base[k] * (Least + ((1 - Least) * weights.Length * weights[k]));
        return weights;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ConfigChange> At(ReadOnlySpan<double> coordinates)
        => [.. Weights(coordinates).Select((w, k) => new ConfigChange($"outputs.{Quoted(Outputs[k])}.weight", w.ToString("G4", CultureInfo.InvariantCulture)))];

    /// <summary>All points whose shares are multiples of 1 / (resolution − 1).</summary>
    public override IReadOnlyList<double[]> Levels(int resolution)
    {
        var levels = new List<double[]>();
        var parts = new int[Outputs.Count];
        void Fill(int at, int left)
        {
            if (at == parts.Length - 1)
            {
                parts[at] = left;
                levels.Add(Coordinates([.. parts.Select(p => (double)p / (resolution - 1))]));
                return;
            }
            for (int part = left; part >= 0; part--)
            {
                parts[at] = part;
                Fill(at + 1, left - part);
            }
        }
        Fill(0, resolution - 1);
        return levels;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"weights of {string.Join(", ", Outputs)}, each factor at least {Least}");

    private static string Quoted(string name) => name.AsSpan().ContainsAny('.', '[') ? $"\"{name}\"" : name;
}
