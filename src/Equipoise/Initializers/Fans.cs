namespace Equipoise.Initializers;

/// <summary>How many numbers flow into and out of one unit of a parameter.</summary>
/// <remarks>
/// Rank 0: both 1. Rank 1: both n. Rank 2: rows and columns. Above: all dimensions but the last two are the receptive field r; in = shape[^2] × r, out = shape[^1] × r.
/// Source: Keras 3.16, compute_fans.
/// </remarks>
/// <param name="In">Numbers flowing in.</param>
/// <param name="Out">Numbers flowing out.</param>
public readonly record struct Fans(double In, double Out)
{
    /// <summary>The fans of a shape.</summary>
    public static Fans Of(ReadOnlySpan<int> shape)
    {
        if (shape.Length == 0) return new Fans(1, 1);
        if (shape.Length == 1) return new Fans(shape[0], shape[0]);
        double receptive = 1;
        foreach (int n in shape[..^2]) receptive *= n;
        return new Fans(shape[^2] * receptive, shape[^1] * receptive);
    }
}
