using System.Runtime.Intrinsics;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Tests.Compilation;

/// <summary>A network whose activations can be fused against the same one with operations in between that forbid it: the same bits.</summary>
public sealed class FuserTests
{
    private const int Rows = 37;
    private const float Rounding = 1e-6f;

    public static TheoryData<Keeps, Mode, int> Cases()
    {
        var data = new TheoryData<Keeps, Mode, int>();
        foreach (var keeps in new[] { Keeps.Output, Keeps.Inputs, Keeps.Inputs | Keeps.Output })
        {
            foreach (var mode in new[] { Mode.Inference, Mode.Training, Mode.TwoPhaseTraining })
            {
                foreach (int workers in new[] { 1, 3 }) data.Add(keeps, mode, workers);
            }
        }
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Fused_activations_and_views_change_no_bit(Keeps keeps, Mode mode, int workers)
    {
        var (outputs, gradient) = Run(keeps, mode, workers, apart: false, watch: false);
        var (outputsApart, gradientApart) = Run(keeps, mode, workers, apart: true, watch: false);
        Assert.Contains(outputs, y => y != 0);
        Assert.Equal(outputsApart, outputs);
        Assert.Equal(gradientApart, gradient);
        Assert.Equal(mode != Mode.Inference, gradient.Any(g => g != 0));
    }

    [Theory, MemberData(nameof(Cases))]
    public void What_the_caller_watches_stays_as_it_is(Keeps keeps, Mode mode, int workers)
    {
        var (outputs, gradient) = Run(keeps, mode, workers, apart: false, watch: true);
        var (outputsApart, gradientApart) = Run(keeps, mode, workers, apart: true, watch: true);
        Assert.Equal(outputsApart, outputs);
        // A watched gradient is added to, and a sum that is rounded once more differs in the last place.
        for (int i = 0; i < gradient.Length; i++) Assert.Equal(gradientApart[i], gradient[i], Rounding * gradient.Max(MathF.Abs));
    }

    [Fact]
    public void A_fused_plan_runs_fewer_nodes_and_takes_less_memory()
    {
        var fused = Build(Keeps.Output, apart: false, out var outputs, out _).Compile(outputs, Mode.Training);
        var apart = Build(Keeps.Output, apart: true, out var outputsApart, out _).Compile(outputsApart, Mode.Training);
        Assert.Equal(["first", "second", "left", "right"], fused.Passes[0].Forward.Select(n => n.Node.Name));
        Assert.Equal(["right", "left", "second"], fused.Passes[0].Backward.Select(n => n.Node.Name));
        Assert.True(fused.BlockFloats < apart.BlockFloats);
    }

    private static Graph Build(Keeps keeps, bool apart, out GraphNode[] outputs, out GraphNode[] watched)
    {
        var graph = new Graph();
        GraphNode Between(GraphNode node) => apart ? graph.Add($"{node.Name} between", new Identity(), node) : node;
        GraphNode Activate(GraphNode node) => Between(graph.Add($"{node.Name} bent", new ElementwiseFunction<Bend>("bend", default, keeps), Between(node)));
        var x = graph.Add("x", new InputNumbers(new Shape(5)));
        var first = graph.Add("first", new Affine(Kernel("first", 5, 70), null), x);
        var rows = Between(graph.Add("view", new Reshaping(new Shape(2, 35)), Activate(first)));
        var second = graph.Add("second", new Affine(Kernel("second", 35, 41), Kernel("bias", 41)), rows);
        var bent = Activate(second);
        outputs = [graph.Add("left", new Affine(Kernel("left", 41, 3), null), bent), graph.Add("right", new Affine(Kernel("right", 41, 33), null), bent)];
        watched = [first, bent];
        return graph;
    }

    private static (float[] Outputs, float[] Gradient) Run(Keeps keeps, Mode mode, int workers, bool apart, bool watch)
    {
        var graph = Build(keeps, apart, out var outputs, out var watched);
        var plan = graph.Compile(outputs, mode, watch ? watched : []);
        var store = new ParameterStore(plan, 3);
        using var team = new WorkerTeam(workers);
        using var executor = new Executor(plan, store, new ExecutorOptions(Rows, team));
        var caller = new Caller(watch ? watched.Length : 0);
        // Twice, so that buffers hold what another run left.
        for (int run = 0; run < 2; run++)
        {
            executor.Run(Rows, 0, caller);
            if (mode == Mode.TwoPhaseTraining) executor.Backward();
        }
        return (caller.Outputs, [.. store.Gradient]);
    }

    private static Parameter Kernel(string name, params int[] shape)
        => new(name, new Shape(shape), (values, random) => { for (int i = 0; i < values.Length; i++) values[i] = (float)(random.Uniform((ulong)i) - 0.5); });

    // x·|x| / 2 + x, whose slope |x| + 1 may be written in the output, the input or both.
    private readonly struct Bend : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => (x * Vector256.Abs(x) * 0.5f) + x;

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.Abs(x + y) + Vector256<float>.One;
    }

    private sealed class Caller(int watched) : IRowWork
    {
        public float[] Outputs { get; } = new float[Rows * 2 * 36];

        public void Load(in RowBlock block)
        {
            var x = block.Numbers(0);
            for (int i = 0; i < x.Length; i++) x[i] = MathF.Sin((block.FirstRow * 5) + i);
        }

        public void Evaluate(in RowBlock block)
        {
            for (int k = 0; k < 2; k++)
            {
                int size = block.Output(k).Length / block.Rows, start = (k * Rows * 6) + (block.FirstRow * size);
                block.Output(k).CopyTo(Outputs.AsSpan(start));
                var seed = block.Seed(k);
                for (int i = 0; i < seed.Length; i++) seed[i] = MathF.Cos(start + i);
            }
            for (int w = 0; w < watched; w++)
            {
                var gradient = block.WatchedGradient(w);
                for (int i = 0; i < gradient.Length; i++) gradient[i] += 0.1f * block.Watched(w)[i];
            }
        }
    }
}
