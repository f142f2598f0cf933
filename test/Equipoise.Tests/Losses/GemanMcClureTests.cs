using Equipoise.Losses;

namespace Equipoise.Tests.Losses;

/// <summary>Known values, by hand.</summary>
public sealed class GemanMcClureTests
{
    private const float Close = 1e-6f;

    [Fact]
    public void Small_errors_count_as_squares_and_large_ones_all_the_same()
    {
        // e / c = 0.0005, 1 and 1e30 at c = 2: half the square, 2 · 4 · 1 / 5, 2 · 4.
        var (values, slopes) = Run(new GemanMcClure(2), [0.001f, 2, 1e30f, -2]);
        Assert.Equal(5e-7f, values[0], 1e-9f);
        Assert.Equal(1.6f, values[1], Close);
        Assert.Equal(8, values[2], Close);
        Assert.Equal(0.001f, slopes[0], 1e-8f);
        Assert.Equal(16 * 2f / 25, slopes[1], Close);
        Assert.Equal(0, slopes[2]);
        Assert.Equal(-slopes[1], slopes[3]);
    }

    [Fact]
    public void The_pull_is_largest_near_1_2_scales()
    {
        float[] errors = [.. Enumerable.Range(1, 400).Select(i => i * 0.01f)];
        var (_, slopes) = Run(new GemanMcClure(), errors);
        // 16 x / (x² + 4)² is largest where x² = 4 / 3.
        Assert.Equal(Math.Sqrt(4.0 / 3), errors[Array.IndexOf(slopes, slopes.Max())], 0.011);
        Assert.Equal(0.6495f, slopes.Max(), 1e-3f);
    }

    private static (float[] Values, float[] Slopes) Run(Loss loss, float[] errors)
    {
        var (values, slopes, shares) = (new float[errors.Length], new float[errors.Length], new float[errors.Length]);
        shares.AsSpan().Fill(1);
        loss.Evaluate(new LossRows { Items = errors.Length, Width = 1, Predictions = errors, Targets = new float[errors.Length], Shares = shares, Values = values, Gradients = slopes });
        return (values, slopes);
    }
}
