namespace Equipoise.Balancing;

/// <summary>One figure for several outputs: how much better they are than a reference, on average.</summary>
public static class RelativeImprovement
{
    /// <summary>Mean over outputs of the mean over the output's metrics of ± (value − reference) / reference, + where higher is better. A fraction: 0.01 is one percent better.</summary>
    /// <remarks>Source: Maninis et al., "Attentive Single-Tasking of Multiple Tasks", 2019, equation 4, with metrics averaged within an output first. References of 0 give NaN or infinity.</remarks>
    /// <param name="values">Metrics of each output.</param>
    /// <param name="references">The same metrics of the reference.</param>
    /// <param name="higherIsBetter">Whether higher is better, for each metric.</param>
    public static double Of(IReadOnlyList<IReadOnlyList<double>> values, IReadOnlyList<IReadOnlyList<double>> references, IReadOnlyList<IReadOnlyList<bool>> higherIsBetter)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(references);
        ArgumentNullException.ThrowIfNull(higherIsBetter);
        double sum = 0;
        for (int k = 0; k < values.Count; k++)
        {
            double output = 0;
            for (int m = 0; m < values[k].Count; m++) output += (higherIsBetter[k][m] ? 1 : -1) * (values[k][m] - references[k][m]) / references[k][m];
            sum += output / values[k].Count;
        }

        return sum / values.Count;
    }
}
