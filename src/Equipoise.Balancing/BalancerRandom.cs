namespace Equipoise.Balancing;

/// <summary>Random numbers by counter: each is decided by seed, step, purpose and index alone, so that there is no state to save and a step can be repeated.</summary>
/// <remarks>SplitMix64 finaliser of a key plus a multiple of 0x9E3779B97F4A7C15. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014, figure 16.</remarks>
internal readonly struct BalancerRandom(ulong seed, long step, ulong purpose)
{
    private readonly ulong _key = Mix(Mix(seed + 0x243F6A8885A308D3) ^ Mix((ulong)step + 0x9E3779B97F4A7C15) ^ Mix(purpose + 0xD1B54A32D192ED03));

    /// <summary>A uniform number in [0, 1) at an index.</summary>
    public double Uniform(int index) => (Mix(_key + (((ulong)index + 1) * 0x9E3779B97F4A7C15)) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A standard normal number at an index (Box and Muller).</summary>
    public double Normal(int index)
    {
        double u = 1 - Uniform(2 * index);                     // in (0, 1]: the logarithm is finite
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * Uniform((2 * index) + 1));
    }

    /// <summary>Shuffles in place (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Math.Min((int)(Uniform(i) * (i + 1)), i);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
