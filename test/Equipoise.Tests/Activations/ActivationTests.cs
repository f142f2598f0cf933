using Equipoise.Activations;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Randomness;
using Equipoise.Testing;
using Equipoise.Testing.Vectors;

namespace Equipoise.Tests.Activations;

public class ActivationTests
{
    // Where some activation has a bend; numbers keep a distance of twice the step from them.
    private static readonly float[] Bends = [-3, -1, -0.5f, 0, 0.5f, 1, 3];

    public static TheoryData<string> Names => [.. ActivationCatalog.Catalog.Entries.Select(e => e.Name)];

    public static TheoryData<VectorCase> Vectors => [.. VectorFile.Of("activation")];

    [Theory, MemberData(nameof(Names))]
    public void Gradients_agree_with_differences(string name)
    {
        var activation = ActivationCatalog.Catalog.Find(name).Default;
        foreach (int width in new[] { 2, 8, 18 })
        {
            if (activation is Sparsemax or Linear) return;           // Linear adds nothing; sparsemax bends in ways that its own test knows
            FiniteDifferences.Check(new Shape(2, width), (graph, x) => graph.Add(name, activation.CreateOperation()!, x), new() { Draw = Draw });
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Not_a_number_is_not_hidden(string name)
    {
        float[] y = Run(ActivationCatalog.Catalog.Find(name).Default, [1, float.NaN], new Shape(2));
        Assert.Contains(y, float.IsNaN);
    }

    [Theory, MemberData(nameof(Vectors))]
    public void Vector_agrees(VectorCase vector)
    {
        var x = vector.Input("x")!;
        Activation activation = vector.Name switch
        {
            "relu" => new Relu(vector.Argument("negative_slope", 0), vector.Has("max_value") ? vector.Argument("max_value", 0) : null, vector.Argument("threshold", 0)),
            "leaky_relu" => new LeakyRelu(vector.Argument("negative_slope", 0.2)),
            "gelu" => new Gelu(vector.Flag("approximate")),
            "elu" => new Elu(vector.Argument("alpha", 1)),
            "celu" => new Celu(vector.Argument("alpha", 1)),
            _ => ActivationCatalog.Catalog.Find(vector.Name).Default,
        };
        int[] places = AxesLast(vector, x, out int width);
        if (width > 0)
        {
            float[] moved = Run(activation, [.. places.Select(p => x.Floats[p])], new Shape(width)), back = new float[moved.Length];
            for (int i = 0; i < back.Length; i++) back[places[i]] = moved[i];
            Assert.Null(vector.Difference([.. back.Select(v => (double)v)]));
            return;
        }
        var shape = x.Shape.Length > 1 ? new Shape(x.Shape.AsSpan(1)) : new Shape(x.Length);
        float[] y = Run(activation, x.Floats, shape);
        Assert.Null(vector.Difference([.. y.Select(v => (double)v)]));
    }

    // Axes other than the last are for a Permute and a Reshape before and after: the places of the numbers in that order, and how many there are along those axes; 0: it is the last axis.
    private static int[] AxesLast(VectorCase vector, NumberArray x, out int width)
    {
        width = 0;
        if (!vector.Has("axis")) return [];
        var given = vector.Args.GetProperty("axis");
        int rank = x.Shape.Length;
        int[] axes = [.. (given.ValueKind == System.Text.Json.JsonValueKind.Array ? given.EnumerateArray().Select(a => a.GetInt32()) : [given.GetInt32()]).Select(a => a < 0 ? a + rank : a)];
        if (axes.SequenceEqual([rank - 1])) return [];
        width = axes.Aggregate(1, (product, axis) => product * x.Shape[axis]);
        int[] Key(int place)
        {
            var index = new int[rank];
            for (int axis = rank - 1; axis >= 0; place /= x.Shape[axis--]) index[axis] = place % x.Shape[axis];
            return [.. Enumerable.Range(0, rank).Except(axes).Select(a => index[a]), .. axes.Select(a => index[a])];
        }
        return [.. Enumerable.Range(0, x.Length).OrderBy(p => string.Join(',', Key(p).Select(i => i.ToString("D6", System.Globalization.CultureInfo.InvariantCulture))), StringComparer.Ordinal)];
    }

    [Theory, MemberData(nameof(Names))]
    public void Extreme_numbers_of_any_width_give_numbers(string name)
    {
        var activation = ActivationCatalog.Catalog.Find(name).Default;
        float[] extremes = [0, 1e-30f, -1e-30f, 1000, -1000, 1e30f, -1e30f];
        for (int width = 1; width <= 33; width++)
        {
            if (activation is Glu && width % 2 == 1) continue;
            float[] x = [.. Enumerable.Range(0, 7 * width).Select(i => extremes[(i + (i / width)) % 7])];
            float[] y = Run(activation, x, new Shape(width));
            for (int i = 0; i < y.Length; i++) Assert.False(float.IsNaN(y[i]), $"{name}, width {width}: number {i} is no number.");
        }
    }

    [Fact]
    public void Negative_slopes_that_the_gradient_could_not_tell_apart_are_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyRelu(-0.1).CreateOperation());

    private static float Draw(RandomStream random, int i)
    {
        float x = (float)((8 * random.Uniform((ulong)i)) - 4);
        foreach (float bend in Bends)
        {
            if (Math.Abs(x - bend) < 0.15f) x = bend + (x < bend ? -0.15f : 0.15f);
        }
        return x;
    }

    private static float[] Run(Activation activation, float[] x, Shape shape)
    {
        using var probe = new GraphProbe([Feed.Constant(shape, x)], (graph, nodes) => graph.Add("activation", activation.CreateOperation() ?? new WeightedSum("identity", 1), nodes[0]), x.Length / shape.Size, Mode.Inference);
        probe.Run();
        return probe.Outputs[0];
    }
}
