namespace Equipoise.Balancing;

/// <summary>Remembered weights that sum to 1 over all outputs, of which only some take part.</summary>
internal static class SharedMass
{
    /// <summary>Writes the remembered weights of those that take part, scaled to sum to 1; gives what they summed to. All alike if that was nothing.</summary>
    public static double Take(ReadOnlySpan<double> remembered, ReadOnlySpan<int> tasks, Span<double> weights)
    {
        double mass = 0;
        foreach (int task in tasks) mass += remembered[task];
        for (int i = 0; i < tasks.Length; i++) weights[i] = mass > 0 ? remembered[tasks[i]] / mass : 1.0 / tasks.Length;
        return mass;
    }
}
