using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>A random matrix with orthogonal columns (rows, if it is wider than high), each of length <paramref name="Gain"/>.</summary>
/// <remarks>
/// The Q of a QR decomposition of a normal matrix [max, min], with the signs that make R's diagonal positive; transposed if rows &lt; columns.
/// Rank 2 or more: the last dimension is the columns, all others together the rows. By modified Gram-Schmidt, each column twice, in double: O(max × min²).
/// Source: Keras 3.16, Orthogonal; Saxe and others, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014.
/// </remarks>
/// <param name="Gain">Length of the columns.</param>
public sealed record Orthogonal(double Gain = 1) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random)
    {
        Check();
        if (shape.Length < 2) throw new ArgumentException($"The orthogonal initialiser wants a matrix or more, but the shape is [{string.Join(", ", shape.ToArray())}].", nameof(shape));
        if (values.IsEmpty) return;
        int columns = shape[^1], rows = values.Length / columns;
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        var q = new double[count * length];                     // the vectors, one after the other
        for (int i = 0; i < q.Length; i++) q[i] = random.Normal((ulong)i);
        for (int i = 0; i < count; i++) Orthonormalize(q, i, length);
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < length; k++) values[rows >= columns ? (k * columns) + i : (i * columns) + k] = (float)(Gain * q[(i * length) + k]);
        }
    }

    /// <inheritdoc/>
    public override void Check() => Require.Finite(nameof(Orthogonal), nameof(Gain), Gain);

    // Takes from vector i what lies along the vectors before it, twice (the second time removes rounding), and scales it to length 1.
    private static void Orthonormalize(double[] q, int i, int length)
    {
        var own = q.AsSpan(i * length, length);
        for (int pass = 0; pass < 2; pass++)
        {
            for (int j = 0; j < i; j++)
            {
                var other = q.AsSpan(j * length, length);
                double along = Dot(own, other);
                for (int k = 0; k < length; k++) own[k] -= along * other[k];
            }
        }
        double norm = Math.Sqrt(Dot(own, own));
        foreach (ref double x in own) x /= norm;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }
}

public static partial class InitializerCatalog
{
    /// <summary>orthogonal</summary>
    public static readonly Entry<Initializer> Orthogonal = Add("orthogonal", "random orthogonal columns: for recurrent kernels", new Orthogonal(),
        Setting<Initializer>.Number<Orthogonal>("gain", "length of the columns", x => x.Gain, (x, v) => x with { Gain = v }))
        .Alias("orthogonal_initializer");
}
