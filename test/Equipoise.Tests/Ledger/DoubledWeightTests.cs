using Equipoise.Ledger;

namespace Equipoise.Tests.Ledger;

public sealed class DoubledWeightTests
{
    private const double Exact = 1e-12; // a few operations in double

    private static LedgerEntry Entry(double weightA, double weightB, double normA, double normB, double cosine) => new(1, 10, 100, 0.1,
        [new OutputTerm("a", 1, weightA, weightA, 0.5, 100, 100), new OutputTerm("b", 1, weightB, weightB, 0.5, 100, 100)], [], weightA + weightB)
    {
        Gradients = new GradientAccount(5, [new OutputNorm("a", normA), new OutputNorm("b", normB)], [new GradientPair("a", "b", cosine, 0)], []),
    };

    // d = (1, 1): both fall by 1/√2; with a doubled d = (2, 1): a by 2/√5, b by 1/√5.
    [Fact]
    public void Gradients_at_right_angles_share_the_step()
    {
        var doubled = DoubledWeight.Of(Entry(1, 1, 1, 1, 0));
        Assert.Equal(["a", "b"], doubled.Select(d => d.Output));
        Assert.Equal(1 / Math.Sqrt(2), doubled[0].Slopes[0].Now, Exact);
        Assert.Equal(2 / Math.Sqrt(5), doubled[0].Slopes[0].Doubled, Exact);
        Assert.Equal(1 / Math.Sqrt(5), doubled[0].Slopes[1].Doubled, Exact);
        Assert.Equal(1 / Math.Sqrt(5), doubled[1].Slopes[0].Doubled, Exact);
    }

    [Fact]
    public void Gradients_in_one_direction_lose_nothing()
    {
        var slopes = DoubledWeight.Of(Entry(0.5, 2, 3, 4, 1))[0].Slopes;
        Assert.Equal(3, slopes[0].Now, Exact);
        Assert.Equal(3, slopes[0].Doubled, Exact);
        Assert.Equal(4, slopes[1].Doubled, Exact);
    }

    // In the plane: a = (2, 0), b = (−1.5, √(9 − 2.25)), weights 1 and 0.5; by hand from the vectors.
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.1)]
    public void Prediction_is_that_of_the_vectors(double weightA, double weightB)
    {
        double[] a = [2, 0], b = [-1.5, Math.Sqrt(9 - 2.25)];
        double Slope(double[] g, double wa, double wb)
        {
            double x = (wa * a[0]) + (wb * b[0]), y = (wa * a[1]) + (wb * b[1]);
            return ((g[0] * x) + (g[1] * y)) / Math.Sqrt((x * x) + (y * y));
        }
        var doubled = DoubledWeight.Of(Entry(weightA, weightB, 2, 3, -0.5));
        Assert.Equal(Slope(b, weightA, weightB), doubled[0].Slopes[1].Now, Exact);
        Assert.Equal(Slope(b, 2 * weightA, weightB), doubled[0].Slopes[1].Doubled, Exact);
        Assert.Equal(Slope(a, weightA, 2 * weightB), doubled[1].Slopes[0].Doubled, Exact);
    }

    [Fact]
    public void Without_gradients_or_with_one_output_nothing_is_said()
    {
        Assert.Empty(DoubledWeight.Of(Entry(1, 1, 1, 1, 0) with { Gradients = null }));
        Assert.Empty(DoubledWeight.Of(Entry(1, 1, 1, double.NaN, 0)));
        Assert.Single(DoubledWeight.Of(Entry(1, 0, 1, 1, 0)));
    }
}
