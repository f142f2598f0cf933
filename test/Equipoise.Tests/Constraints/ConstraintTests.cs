using Equipoise.Catalogs;
using Equipoise.Constraints;
using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Constraints;

public sealed class ConstraintTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Names => [.. ConstraintCatalog.Catalog.Entries.Select(e => e.Name)];

    public static TheoryData<Constraint, string> Bad => new()
    {
        { new MaxNorm(-1), "MaxNorm: Maximum is -1" },
        { new MinMaxNorm(2, 1), "MinMaxNorm: Maximum is 1" },
        { new MinMaxNorm(Rate: 2), "MinMaxNorm: Rate is 2" },
        { new SpectralNorm(0), "SpectralNorm: Bound is 0" },
        { new SpectralNorm(1, 0), "SpectralNorm: Iterations is 0" },
    };

    [Fact]
    public void Max_norm_shortens_the_units_that_are_too_long_and_leaves_the_others_to_the_last_bit()
    {
        // Columns (3, 4) and (0.1, 0.2).
        float[] w = Applied(new MaxNorm(2), [3, 0.1f, 4, 0.2f], 2, 2);
        Assert.Equal([1.2f, 0.1f, 1.6f, 0.2f], w, Close);
        Assert.Equal([0.1f, 0.2f], [w[1], w[3]]);
    }

    [Fact]
    public void A_kernel_of_a_convolution_has_one_norm_for_each_filter_and_a_bias_one_for_all()
    {
        float[] kernel = Applied(new UnitNorm(), [.. Enumerable.Range(1, 12).Select(i => (float)i)], 2, 3, 2);
        for (int filter = 0; filter < 2; filter++) Assert.Equal(1, kernel.Where((_, i) => i % 2 == filter).Sum(x => (double)x * x), Tolerance);
        Assert.Equal([0.6f, 0.8f], Applied(new UnitNorm(), [3, 4], 2), Close);
        Assert.Equal([0, 0], Applied(new UnitNorm(), [0, 0], 2));
    }

    [Fact]
    public void Min_max_norm_goes_its_share_of_the_way()
    {
        // Norm 5 to at most 1: half of the way is (1 + 5) / 2 = 3; norm 0.5 to at least 0.75.
        Assert.Equal([1.8f, 2.4f], Applied(new MinMaxNorm(0, 1, 0.5), [3, 4], 2), Close);
        Assert.Equal([0.45f, 0.6f], Applied(new MinMaxNorm(0.75), [0.3f, 0.4f], 2), Close);
        Assert.Equal([0.3f, 0.4f], Applied(new MinMaxNorm(), [0.3f, 0.4f], 2));
    }

    [Fact]
    public void Non_negative_sets_negative_numbers_to_0() => Assert.Equal([0, 2, 0, float.NaN], Applied(new NonNegative(), [-1, 2, -0f, float.NaN], 4));

    [Fact]
    public void Spectral_norm_brings_the_largest_singular_value_to_its_bound()
    {
        var random = new RandomStream(3);
        float[] w = [.. Enumerable.Range(0, 5 * 70).Select(i => (float)random.Normal((ulong)i))];
        var constraint = new SpectralNorm(1.5);
        var memory = new float[constraint.MemorySize([5, 70])];
        for (int update = 0; update < 300; update++) constraint.Apply(w, [5, 70], memory);
        Assert.Equal(1.5, LargestSingularValue(w, 5, 70), 1e-3);
        // Of a known matrix at once, with iterations enough.
        float[] diagonal = [3, 0, 0, 1];
        new SpectralNorm(1, 60).Apply(diagonal, [2, 2], new float[4]);
        Assert.Equal([1, 0, 0, 1 / 3f], diagonal, Close);
        Assert.Equal([0, 0], Applied(new SpectralNorm(), [0, 0], 1, 2));
    }

    [Theory, MemberData(nameof(Names))]
    public void Settings_survive_and_nothing_is_allocated(string name)
    {
        var constraint = ConstraintCatalog.Catalog.Find(name).Default;
        constraint.Check();
        var problems = new Problems();
        Assert.Equal(constraint, ConstraintCatalog.Catalog.Read(ConstraintCatalog.Catalog.Write(constraint), name, problems));
        Assert.Empty(problems.All);
        float[] w = [.. Enumerable.Range(0, 3 * 130).Select(i => (float)Math.Sin(i))], memory = new float[constraint.MemorySize([3, 130])];
        int[] shape = [3, 130];
        long before = 0;
        for (int round = 0; round < 3; round++)
        {
            if (round == 2) before = GC.GetAllocatedBytesForCurrentThread();
            constraint.Apply(w, shape, memory);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory, MemberData(nameof(Bad))]
    public void Bad_settings_are_refused(Constraint constraint, string message)
        => Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(constraint.Check).Message, StringComparison.Ordinal);

    [Fact]
    public void Training_keeps_to_constraints_with_the_same_bits_for_any_number_of_workers()
    {
        float[][] kernels = [Train(1), Train(3)];
        Assert.Equal(kernels[0], kernels[1]);
        for (int unit = 0; unit < 6; unit++) Assert.InRange(Math.Sqrt(kernels[0].Where((_, i) => i % 6 == unit).Sum(x => (double)x * x)), 0, 0.3 + Tolerance);

        static float[] Train(int workers)
        {
            var x = Input.Numbers("x", 4);
            var layer = new Dense(6) { Name = "bounded", KernelConstraint = new MaxNorm(0.3), BiasConstraint = new NonNegative() };
            var model = new Model([x], [new Lstm(3) { RecurrentConstraint = new UnitNorm() }.Apply(layer.Apply(x).Reshape(2, 3)).Dense(1).Named("y")], 1);
            using var trainer = model.Compile(new CompileOptions { Optimizer = new Sgd(0.5), Workers = workers, Outputs = { ["y"] = new Output(new MeanSquaredError()) } });
            float[] inputs = [.. Enumerable.Range(0, 40).Select(i => (float)Math.Cos(i * i))], targets = [.. Enumerable.Range(0, 10).Select(i => (float)(3 * Math.Sin(i)))];
            trainer.Fit(new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(inputs, 4) }, new Dictionary<string, TargetColumn> { ["y"] = new(targets) }), new FitOptions { Epochs = 5, BatchSize = 4 });
            Assert.All(model.GetWeight("bounded/bias"), b => Assert.True(b >= 0));
            float[] recurrent = model.GetWeight("lstm/recurrent_kernel");
            for (int unit = 0; unit < 12; unit++) Assert.Equal(1, recurrent.Where((_, i) => i % 12 == unit).Sum(w => (double)w * w), 1e-5);
            return model.GetWeight("bounded/kernel");
        }
    }

    [Fact]
    public void Constraints_are_written_and_read_with_the_layer()
    {
        var layer = new Conv1D(3, 2) { KernelConstraint = new MaxNorm(1.25), BiasConstraint = new NonNegative() };
        var problems = new Problems();
        var read = LayerCatalog.Catalog.Read(LayerCatalog.Catalog.Write(layer), "layer", problems);
        Assert.Empty(problems.All);
        Assert.Equal(new MaxNorm(1.25), read!.KernelConstraint);
        Assert.Equal(new NonNegative(), read.BiasConstraint);
    }

    private static bool Close(float a, float b) => Math.Abs(a - b) < Tolerance;

    private static float[] Applied(Constraint constraint, float[] w, params int[] shape)
    {
        constraint.Apply(w, shape, new float[constraint.MemorySize(shape)]);
        return w;
    }

    private static double LargestSingularValue(float[] w, int rows, int columns)
    {
        double[] u = [.. Enumerable.Range(0, columns).Select(c => 1.0 + (c % 3))];
        double sigma = 0;
        for (int iteration = 0; iteration < 2000; iteration++)
        {
            double[] v = [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, columns).Sum(c => w[(r * columns) + c] * u[c]))];
            u = [.. Enumerable.Range(0, columns).Select(c => Enumerable.Range(0, rows).Sum(r => w[(r * columns) + c] * v[r]))];
            double length = Math.Sqrt(u.Sum(x => x * x));
            sigma = Math.Sqrt(length);
            u = [.. u.Select(x => x / length)];
        }
        return sigma;
    }
}
