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
        // Left out: axes other than the last. Axis 0 is the batch, where every row stands alone here; others want a Reshape before and after.
        if (vector.Has("axis") && vector.Args.GetProperty("axis").GetRawText() is var axis && axis != "-1" && axis != $"{x.Shape.Length - 1}") return;
        Activation activation = vector.Name switch
        {
            "relu" => new Relu(vector.Argument("negative_slope", 0), vector.Has("max_value") ? vector.Argument("max_value", 0) : null, vector.Argument("threshold", 0)),
            "leaky_relu" => new LeakyRelu(vector.Argument("negative_slope", 0.2)),
            "gelu" => new Gelu(vector.Flag("approximate")),
            "elu" => new Elu(vector.Argument("alpha", 1)),
            "celu" => new Celu(vector.Argument("alpha", 1)),
            _ => ActivationCatalog.Catalog.Find(vector.Name).Default,
        };
        var shape = x.Shape.Length > 1 ? new Shape(x.Shape.AsSpan(1)) : new Shape(x.Length);
        float[] y = Run(activation, x.Floats, shape);
        Assert.Null(vector.Difference([.. y.Select(v => (double)v)]));
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
