using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>Fills with random numbers; element i depends on the stream and i alone.</summary>
internal static class Draw
{
    public static void Uniform(Span<float> values, double minimum, double maximum, in RandomStream random)
    {
        for (int i = 0; i < values.Length; i++) values[i] = (float)(minimum + ((maximum - minimum) * random.Uniform((ulong)i)));
    }

    public static void Normal(Span<float> values, double mean, double deviation, in RandomStream random)
    {
        for (int i = 0; i < values.Length; i++) values[i] = (float)(mean + (deviation * random.Normal((ulong)i)));
    }

    /// <summary>Normal numbers, drawn again from a further stream while they lie beyond two deviations.</summary>
    public static void TruncatedNormal(Span<float> values, double mean, double deviation, in RandomStream random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double x = random.Normal((ulong)i);
            for (ulong again = 1; Math.Abs(x) > 2; again++) x = random.Derive(again).Normal((ulong)i);
            values[i] = (float)(mean + (deviation * x));
        }
    }
}
