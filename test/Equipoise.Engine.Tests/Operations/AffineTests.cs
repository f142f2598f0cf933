using System.Runtime.Intrinsics;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Passes;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class AffineTests
{
    [Theory]
    [InlineData(new[] { 1 }, 1)]
    [InlineData(new[] { 5 }, 3)]
    [InlineData(new[] { 3, 17 }, 33)]
    [InlineData(new[] { 2, 2, 4 }, 40)]
    public void Gradients_agree_with_differences(int[] input, int units)
    {
        var shape = new Shape(input);
        var affine = new Affine(Samples.Parameter("kernel", shape.Width, units), Samples.Parameter("bias", units));
        FiniteDifferences.Check(shape, (graph, x) => graph.Add("affine", affine, x));
    }

    [Fact]
    public void Gradients_without_bias_agree_with_differences()
        => FiniteDifferences.Check(new Shape(4), (graph, x) => graph.Add("affine", new Affine(Samples.Parameter("kernel", 4, 2), null), x));

    [Fact]
    public void Wrong_gradient_is_found()
        => Assert.Throws<GradientException>(() => FiniteDifferences.Check(new Shape(4), (graph, x) => graph.Add("wrong", new WrongSquare(), x)));

    // However many layers there are, and so however the gradient of each is cut into pieces, it is the plain sum over the rows in their order.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(30)]
    public void Pieces_of_a_kernel_gradient_make_the_whole(int layers)
    {
        const int Rows = 9, Inner = 200, Columns = 300;
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(Inner)));
        var outputs = Enumerable.Range(0, layers).Select(i => graph.Add($"dense {i}", new Affine(Samples.Parameter($"kernel {i}", Inner, Columns), Samples.Parameter($"bias {i}", Columns)), x));
        var plan = graph.Compile([.. outputs], Mode.Training);
        var store = new ParameterStore(plan, 1);
        using var team = new WorkerTeam(2);
        using var executor = new Executor(plan, store, new ExecutorOptions(Rows, team));
        executor.Run(Rows, 0, new Waves(layers));

        float[] kernel = new float[Inner * Columns], bias = new float[Columns];
        for (int row = 0; row < Rows; row++)
        {
            for (int j = 0; j < Columns; j++)
            {
                float d = Waves.Seed((row * Columns) + j);
                bias[j] += d;
                for (int i = 0; i < Inner; i++) kernel[(i * Columns) + j] = MathF.FusedMultiplyAdd(Waves.Number((row * Inner) + i), d, kernel[(i * Columns) + j]);
            }
        }
        var gradient = store.Gradient;
        for (int layer = 0; layer < layers; layer++)
        {
            var own = gradient.AsSpan(layer * (kernel.Length + bias.Length), kernel.Length + bias.Length);
            Assert.True(own[..kernel.Length].SequenceEqual(kernel), $"kernel of layer {layer}");
            for (int j = 0; j < Columns; j++) Assert.Equal(bias[j], own[kernel.Length + j], 1e-5f);
        }
    }

    // Padding is left out of the products: nothing may show it. Positions as rows of their own are never left out.
    [Theory]
    [InlineData(70, 65, 1, false), InlineData(70, 65, 2, false), InlineData(300, 280, 1, true), InlineData(64, 64, 3, true), InlineData(257, 20, 2, false)]
    public void Positions_of_zeros_change_no_bit(int inner, int columns, int copies, bool activation)
    {
        const int Rows = 37, Length = 30;
        var random = new Random(inner);
        float[] mask = [.. Enumerable.Range(0, Rows * Length).Select(i => i % Length < 1 + (i / Length) ? 1f : 0f)];
        float[] x = [.. Enumerable.Range(0, Rows * Length * inner).Select(i => mask[i / inner] == 0 ? (i % 3) * -0f : random.NextSingle() - 0.5f)];
        GraphProbe Probe(int rows, int length, int workers)
        {
            Parameter kernel = Samples.Parameter("kernel", inner, columns), bias = Samples.Parameter("bias", columns);
            var probe = new GraphProbe([Feed.Variable(new Shape(length, inner), x), Feed.Constant(new Shape(length), mask)], (graph, nodes) =>
            {
                var y = graph.Add("affine", new Affine(kernel, bias), nodes[0]);
                if (activation) y = graph.Add("relu", new ElementwiseFunction<Square>("square", default, Keeps.Inputs), y);
                return graph.Add("masked", new ZeroMasked(), y, nodes[1]);
            }, rows, Mode.Training, workers, copies);
            probe.Run();
            return probe;
        }
        using var together = Probe(Rows, Length, 2);
        using var apart = Probe(Rows * Length, 1, 1);
        for (int k = 0; k < copies; k++) Assert.True(together.Outputs[k].AsSpan().SequenceEqual(apart.Outputs[k]));
        Assert.True(together.Store.Gradient.AsSpan().SequenceEqual(apart.Store.Gradient));
        Assert.Contains(together.Store.Gradient, g => g != 0);
    }

    // Behind a rectifier and before one: the products of a wide layer leave zeros out, forward and for both gradients, which nothing may show.
    [Theory, InlineData(1), InlineData(2)]
    public void Zeros_among_the_numbers_of_a_wide_layer_change_no_bit(int workers)
    {
        const int Rows = 64, Inner = 256, Columns = 512;
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, Rows * Inner).Select(_ => Math.Max(0, random.NextSingle() - 0.5f))];
        Parameter kernel = Samples.Parameter("kernel", Inner, Columns), bias = Samples.Parameter("bias", Columns);
        using var probe = new GraphProbe([Feed.Variable(new Shape(Inner), x)], (graph, nodes) =>
            graph.Add("relu", new ElementwiseFunction<Rectifier>("relu", default, Keeps.Output), graph.Add("affine", new Affine(kernel, bias), nodes[0])), Rows, Mode.Training, workers);
        probe.Run();

        var weights = probe.Store.ValuesOf(kernel);
        float[] packed = new float[MatMul.PackedLength(Inner, Columns)], turned = new float[MatMul.PackedLength(Columns, Inner)];
        MatMul.Pack(weights, Columns, Inner, Columns, packed, 0, MatMul.PanelCount(Columns));
        MatMul.PackTransposed(weights, Columns, Columns, Inner, turned, 0, MatMul.PanelCount(Inner));
        float[] y = new float[Rows * Columns], inputGradient = new float[x.Length], kernelGradient = new float[weights.Length], biasGradient = new float[Columns];
        MatMul.Multiply(x, Inner, packed, probe.Store.ValuesOf(bias), y, Columns, Rows, Inner, Columns, accumulate: false);
        Elementwise.Apply(default(Rectifier), y, y);
        float[] gradient = [.. probe.Cotangents[0].Select((g, i) => y[i] > 0 ? g : 0)];
        MatMul.Multiply(gradient, Columns, turned, [], inputGradient, Inner, Rows, Columns, Inner, accumulate: false);
        MatMul.MultiplyTransposed(x, Inner, gradient, Columns, kernelGradient, Columns, Rows, 0, Inner, 0, Columns, accumulate: false);
        Reductions.ColumnSums(gradient, Columns, Rows, 0, Columns, biasGradient, accumulate: false);
        Assert.InRange(gradient.Count(g => g == 0), gradient.Length * 4 / 10, gradient.Length * 6 / 10);
        Kernels.Samples.AssertSameBits(y, probe.Outputs[0]);
        Kernels.Samples.AssertSameBits(inputGradient, probe.Store.GradientOf(probe.Parameter("input0")));
        Kernels.Samples.AssertSameBits(kernelGradient, probe.Store.GradientOf(kernel));
        Kernels.Samples.AssertSameBits(biasGradient, probe.Store.GradientOf(bias));
    }

    private readonly struct Rectifier : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => Vector256.Max(x, Vector256<float>.Zero);

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(y, Vector256<float>.Zero), Vector256<float>.One, Vector256<float>.Zero);
    }

    private readonly struct Square : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => x * x;

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => x + x;
    }

    private sealed class Waves(int outputs) : IRowWork
    {
        public static float Number(int i) => MathF.Cos(i);

        public static float Seed(int i) => MathF.Sin(i);

        public void Load(in RowBlock block)
        {
            var numbers = block.Numbers(0);
            for (int i = 0; i < numbers.Length; i++) numbers[i] = Number((block.FirstRow * numbers.Length / block.Rows) + i);
        }

        public void Evaluate(in RowBlock block)
        {
            for (int k = 0; k < outputs; k++)
            {
                var seed = block.Seed(k);
                for (int i = 0; i < seed.Length; i++) seed[i] = Seed((block.FirstRow * seed.Length / block.Rows) + i);
            }
        }
    }

    private sealed class WrongSquare : Operation
    {
        public override string Kind => "wrong";

        public override Keeps Keeps => Keeps.Inputs;

        public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

        public override void Forward(in ForwardPass pass)
        {
            for (int i = 0; i < pass.Output.Length; i++) pass.Output[i] = pass.Input(0)[i] * pass.Input(0)[i];
        }

        public override void Backward(in BackwardPass pass)
        {
            for (int i = 0; i < pass.OutputGradient.Length; i++) pass.InputGradient(0)[i] += 2.01f * pass.Input(0)[i] * pass.OutputGradient[i];
        }
    }
}
