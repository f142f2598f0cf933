namespace Equipoise.Engine.Randomness;

/// <summary>Random numbers by counter: the number at an index depends on the stream's key and that index alone, never on what was drawn before or by which thread.</summary>
/// <remarks>
/// A key is made of purposes (seed, step, node ...) by <see cref="Derive(ulong)"/>; number i is the SplitMix64 finaliser of key + (i + 1) × 0x9E3779B97F4A7C15.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014, figure 16 (constants: variant 13 of Stafford).
/// </remarks>
public readonly struct RandomStream : IEquatable<RandomStream>
{
    /// <summary>From the counter of one index to that of the next.</summary>
    internal const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>The multipliers of the finaliser.</summary>
    internal const ulong FirstFactor = 0xBF58476D1CE4E5B9, SecondFactor = 0x94D049BB133111EB;

    private readonly ulong _key;

    /// <summary>The stream of a seed.</summary>
    public RandomStream(ulong seed) => _key = Mix(seed + 0x243F6A8885A308D3);

    private RandomStream(ulong key, bool _) => _key = key;

    /// <summary>An independent stream for a purpose within this one.</summary>
    public RandomStream Derive(ulong purpose) => new(Mix(_key ^ Mix(purpose + 0x9E3779B97F4A7C15)), true);

    /// <summary>An independent stream for a purpose given by name.</summary>
    public RandomStream Derive(string purpose)
    {
        ulong hash = 14695981039346656037;                     // FNV-1a over the UTF-16 units
        foreach (char c in purpose) hash = (hash ^ c) * 1099511628211;
        return Derive(hash);
    }

    /// <summary>64 random bits at an index.</summary>
    public ulong At(ulong index) => Mix(CounterOf(index));

    /// <summary>What the finaliser makes the number at an index from, for kernels that draw many.</summary>
    internal ulong CounterOf(ulong index) => _key + ((index + 1) * Step);

    /// <summary>A uniform number in [0, 1) at an index, a multiple of 2^-53.</summary>
    public double Uniform(ulong index) => (At(index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A standard normal number at an index (Box and Muller, from the two halves of two draws of a derived stream).</summary>
    public double Normal(ulong index)
    {
        double u = 1 - Uniform(2 * index);                     // in (0, 1], so that the logarithm is finite
        double v = Uniform((2 * index) + 1);
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v);
    }

    /// <summary>A whole number in [0, <paramref name="below"/>) at an index; the bias is under 2^-32 for bounds under 2^32.</summary>
    public int Below(ulong index, int below) => (int)(((At(index) >> 32) * (ulong)below) >> 32);

    /// <summary>Shuffles in place (Fisher and Yates), the same way for the same stream.</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Below((ulong)i, i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <inheritdoc/>
    public bool Equals(RandomStream other) => _key == other._key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RandomStream other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _key.GetHashCode();

    /// <summary>Same key.</summary>
    public static bool operator ==(RandomStream left, RandomStream right) => left.Equals(right);

    /// <summary>Another key.</summary>
    public static bool operator !=(RandomStream left, RandomStream right) => !left.Equals(right);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * FirstFactor;
        z = (z ^ (z >> 27)) * SecondFactor;
        return z ^ (z >> 31);
    }
}
