using Equipoise.Engine.Randomness;
using Equipoise.Initializers;
using Equipoise.Testing.Vectors;

namespace Equipoise.Tests.Initializers;

public sealed class InitializerTests
{
    private static readonly RandomStream Random = new(7);

    public static TheoryData<string> Ids => [.. VectorFile.Of("initializer").Select(vector => vector.Id)];

    public static TheoryData<string> ScaleIds => [.. VectorFile.Of("initializer_scale").Select(vector => vector.Id)];

    public static TheoryData<string> Names => [.. InitializerCatalog.Catalog.Names];

    private static int[] Shape(VectorCase vector) => [.. vector.Inputs.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())];

    private static float[] Filled(Initializer initializer, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (product, n) => product * n)];
        Array.Fill(values, float.NaN);
        initializer.Fill(values, shape, Random);
        return values;
    }

    [Theory, MemberData(nameof(Ids))]
    public void Initializer_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        Initializer initializer = vector.Name switch
        {
            "Constant" => new Constant(vector.Argument("value", 0)),
            "Identity" or "IdentityInitializer" => new Identity(vector.Argument("gain", 1)),
            "Zeros" => new Zeros(),
            "Ones" => new Ones(),
            _ => throw new InvalidOperationException($"No initializer for the vectors called {vector.Name}."),
        };
        Assert.Null(vector.Difference(Array.ConvertAll(Filled(initializer, Shape(vector)), x => (double)x)));
    }

    [Theory, MemberData(nameof(ScaleIds))]
    public void Scale_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        int[] shape = Shape(vector);
        ScaledInitializer initializer = vector.Name switch
        {
            "GlorotUniform" => new GlorotUniform(),
            "GlorotNormal" => new GlorotNormal(),
            "HeUniform" => new HeUniform(),
            "HeNormal" => new HeNormal(),
            "LecunUniform" => new LecunUniform(),
            "LecunNormal" => new LecunNormal(),
            "VarianceScaling" => new VarianceScaling(vector.Argument("scale", 1),
                vector.Text("mode") switch { "fan_out" => FanMode.FanOut, "fan_avg" => FanMode.FanAvg, _ => FanMode.FanIn },
                vector.Text("distribution") switch { "uniform" => FanDistribution.Uniform, "untruncated_normal" => FanDistribution.UntruncatedNormal, _ => FanDistribution.TruncatedNormal }),
            _ => throw new InvalidOperationException($"No initializer for the vectors called {vector.Name}."),
        };
        foreach (var expected in vector.Expected.EnumerateObject())
        {
            double got = expected.Name switch
            {
                "fan_in" => Fans.Of(shape).In,
                "fan_out" => Fans.Of(shape).Out,
                "stddev_before_truncation" or "stddev" => initializer.Deviation(shape),
                "truncated_at" or "limit" or "bound" => initializer.Bound(shape),
                _ => throw new InvalidOperationException($"{id} expects '{expected.Name}', which this test does not know."),
            };
            Assert.Null(VectorCase.Compare(NumberArray.Parse(expected.Value), [got], vector.RelativeTolerance, vector.AbsoluteTolerance, expected.Name));
        }
        double bound = initializer.Bound(shape);
        Assert.All(Filled(initializer, shape), x => Assert.InRange(x, -bound * 1.000001, bound * 1.000001));
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_initializer_fills_all_with_finite_numbers_and_the_same_for_the_same_stream(string name)
    {
        var initializer = InitializerCatalog.Catalog.Find(name).Default;
        initializer.Check();
        foreach (var shape in new int[][] { [0, 3], [1, 1], [3, 5], [5, 3], [8, 8] })
        {
            var values = Filled(initializer, shape);
            Assert.All(values, x => Assert.True(float.IsFinite(x), $"{name} gives {x}"));
            Assert.Equal(values, Filled(initializer, shape));
        }
    }

    [Theory]
    [InlineData("glorot_uniform"), InlineData("glorot_normal"), InlineData("he_uniform"), InlineData("he_normal"), InlineData("lecun_uniform"), InlineData("lecun_normal")]
    public void Variance_is_scale_over_fan(string name)
    {
        var values = Filled(InitializerCatalog.Catalog.Find(name).Default, 200, 300);
        double fan = name.StartsWith("glorot", StringComparison.Ordinal) ? 250 : 200, scale = name.StartsWith("he", StringComparison.Ordinal) ? 2 : 1;
        double wanted = scale / fan;
        // 60,000 draws: the mean is within 5 of its deviations, the variance within 3 %, more than 5 of its deviations
        Assert.InRange(values.Average(x => (double)x), -5 * Math.Sqrt(wanted / values.Length), 5 * Math.Sqrt(wanted / values.Length));
        Assert.InRange(values.Average(x => (double)x * x), wanted * 0.97, wanted * 1.03);
    }

    [Fact]
    public void Truncated_normal_stays_within_two_deviations_and_plain_normal_does_not()
    {
        Assert.All(Filled(new TruncatedNormal(1, 0.5), 10_000), x => Assert.InRange(x, -0.000001f, 2.000001f));
        Assert.Contains(Filled(new RandomNormal(1, 0.5), 10_000), x => x is < 0 or > 2);
    }

    [Theory]
    [InlineData(4, 4), InlineData(7, 3), InlineData(3, 7), InlineData(1, 5), InlineData(64, 48)]
    public void Orthogonal_gives_orthogonal_vectors_of_length_gain(int rows, int columns)
    {
        var values = Filled(new Orthogonal(2), rows, columns);
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        double At(int vector, int k) => rows >= columns ? values[(k * columns) + vector] : values[(vector * columns) + k];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++) Assert.Equal(i == j ? 4 : 0, Enumerable.Range(0, length).Sum(k => At(i, k) * At(j, k)), 5);
        }
    }

    [Fact]
    public void Identity_of_a_wide_matrix_has_the_gain_on_its_diagonal()
        => Assert.Equal([3, 0, 0, 0, 3, 0], Filled(new Identity(3), 2, 3));

    [Fact]
    public void Identity_and_orthogonal_refuse_a_vector()
    {
        Assert.Contains("[4]", Assert.Throws<ArgumentException>(() => Filled(new Identity(), 4)).Message, StringComparison.Ordinal);
        Assert.Contains("[4]", Assert.Throws<ArgumentException>(() => Filled(new Orthogonal(), 4)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uniform", typeof(RandomUniform)), InlineData("normal", typeof(RandomNormal)), InlineData("zero", typeof(Zeros)), InlineData("one", typeof(Ones))]
    public void Short_names_of_Keras_are_known(string name, Type type) => Assert.IsType(type, InitializerCatalog.Catalog.Find(name).Default);

    public static TheoryData<Initializer, string> Bad => new()
    {
        { new VarianceScaling(0), "VarianceScaling: Scale is 0, but it must be above 0" },
        { new RandomUniform(1, 0), "RandomUniform: Maximum is 0, but it must be at least 1" },
        { new RandomNormal(0, -1), "RandomNormal: Deviation is -1" },
        { new TruncatedNormal(double.NaN), "TruncatedNormal: Mean is NaN" },
        { new Constant(double.PositiveInfinity), "Constant: Value is Infinity" },
    };

    [Theory, MemberData(nameof(Bad))]
    public void Bad_setting_is_refused_with_name_value_and_range(Initializer initializer, string message)
        => Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(() => Filled(initializer, 2, 2)).Message, StringComparison.Ordinal);
}
