using Equipoise.Regularizers;
using Equipoise.Testing.Vectors;

namespace Equipoise.Tests.Regularizers;

public sealed class RegularizerTests
{
    private static readonly float[] Matrix = [0.5f, -1.25f, 2f, 0.75f, 1.5f, -0.25f, -2f, 1f, 0.125f, 0.3f, -0.6f, 0.9f];

    public static TheoryData<string> Ids => [.. VectorFile.Of("regularizer").Select(vector => vector.Id)];

    public static TheoryData<Regularizer> All => [new L1(0.3), new L2(0.3), new L1L2(0.3, 0.2), new OrthogonalRegularizer(0.3), new OrthogonalRegularizer(0.3, OrthogonalMode.Columns), new Entropy(0.3), new Entropy(0.3, 0.2)];

    [Theory, MemberData(nameof(Ids))]
    public void Regularizer_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        Regularizer regularizer = vector.Name switch
        {
            "L1" => new L1(vector.Argument("l1", 0.01)),
            "L2" => new L2(vector.Argument("l2", 0.01)),
            "L1L2" => new L1L2(vector.Argument("l1", 0), vector.Argument("l2", 0)),
            "OrthogonalRegularizer" => new OrthogonalRegularizer(vector.Argument("factor", 0.01), vector.Text("mode") == "columns" ? OrthogonalMode.Columns : OrthogonalMode.Rows),
            _ => throw new InvalidOperationException($"No regularizer for the vectors called {vector.Name}."),
        };
        var x = vector.Input("x")!;
        Assert.Null(vector.Difference(regularizer.Value(x.Floats, x.Shape)));
    }

    [Theory, MemberData(nameof(All))]
    public void Gradient_agrees_with_finite_differences(Regularizer regularizer)
    {
        const double Step = 1.0 / 1024, Tolerance = 1e-4;      // float parameters: the step is a power of two, the error of order step²
        const float Scale = 2;
        var gradient = Enumerable.Repeat(1f, Matrix.Length).ToArray();
        regularizer.AddGradient(Matrix, [3, 4], Scale, gradient);
        for (int i = 0; i < Matrix.Length; i++)
        {
            var moved = (float[])Matrix.Clone();
            moved[i] += (float)Step;
            double up = regularizer.Value(moved, [3, 4]);
            moved[i] -= 2 * (float)Step;
            double slope = (up - regularizer.Value(moved, [3, 4])) / (2 * Step);
            Assert.Equal(1 + (Scale * slope), gradient[i], Tolerance);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Nothing_costs_nothing_and_NaN_shows(Regularizer regularizer)
    {
        Assert.Equal(0, regularizer.Value([], [0, 4]));
        Assert.True(double.IsNaN(regularizer.Value([float.NaN, 1, 2, 3], [2, 2])));
    }

    [Fact]
    public void Gradient_of_the_absolute_value_at_zero_is_zero()
    {
        var gradient = new float[1];
        new L1(0.5).AddGradient([0], 1, gradient);
        Assert.Equal(0, gradient[0]);
    }

    [Fact]
    public void Entropy_of_a_settled_row_is_zero_and_of_an_even_one_the_logarithm()
    {
        Assert.Equal(0, new Entropy(1).Value([0, 1, 0, 0], [1, 4]));
        Assert.Equal(Math.Log(4), new Entropy(1).Value([0.25f, 0.25f, 0.25f, 0.25f], [1, 4]), 7);
        Assert.Equal((1 / 0.5) + (1 / 0.25), new Entropy(0, 1).Value([0.25f, 0.25f, 0, 0.25f], [2, 2]), 7);
        var gradient = new float[4];
        new Entropy(1, 1).AddGradient([0, 1, 0, 0], [1, 4], 1, gradient);
        Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
    }

    [Fact]
    public void Orthogonal_rows_cost_nothing_and_a_single_row_neither()
    {
        Assert.Equal(0, new OrthogonalRegularizer(1).Value([1, 0, 0, 2], [2, 2]));
        Assert.Equal(0, new OrthogonalRegularizer(1).Value([1, 2], [1, 2]));
        Assert.Equal(1, new OrthogonalRegularizer(1).Value([1, 1, -2, -2], [2, 2]), 12);
    }

    [Theory]
    [InlineData(-0.5), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Bad_strength_is_refused(double strength)
    {
        foreach (Regularizer regularizer in new Regularizer[] { new L1(strength), new L2(strength), new L1L2(strength), new OrthogonalRegularizer(strength) })
        {
            var e = Assert.Throws<ArgumentOutOfRangeException>(() => regularizer.Value([1, 2, 3, 4], [2, 2]));
            Assert.Contains("but it must be at least 0 and finite", e.Message, StringComparison.Ordinal);
        }
    }
}
