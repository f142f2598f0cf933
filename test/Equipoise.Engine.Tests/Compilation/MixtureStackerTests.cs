using Equipoise.Engine.Compilation;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Engine.Tests.Compilation;

/// <summary>Mixtures of the same experts that are computed together, against each task in a plan of its own, where there is nothing to stack.</summary>
public sealed class MixtureStackerTests
{
    private const int Rows = 21, Inputs = 3, Experts = 4, Width = 16, Tasks = 6;
    private const float Rounding = 1e-5f;

    [Theory]
    [InlineData(Mode.Inference, 1), InlineData(Mode.Training, 1), InlineData(Mode.Training, 3), InlineData(Mode.TwoPhaseTraining, 2)]
    public void Stacked_mixtures_have_the_bits_of_single_ones(Mode mode, int workers)
    {
        int[] all = [.. Enumerable.Range(0, Tasks)];
        var together = Run(mode, workers, all);
        float[] experts = new float[together["experts"].Length];
        foreach (int task in all)
        {
            var alone = Run(mode, workers, [task]);
            foreach (string name in (string[])[$"gate{task}", $"head{task}", $"output{task}"]) Assert.Equal(alone[name], together[name]);
            Assert.Contains(together[$"output{task}"], y => y != 0);
            for (int i = 0; i < experts.Length; i++) experts[i] += alone["experts"][i];
        }
        for (int i = 0; i < experts.Length; i++) Assert.Equal(experts[i], together["experts"][i], Rounding * experts.Max(MathF.Abs));
        Assert.Equal(mode != Mode.Inference, experts.Any(g => g != 0));
    }

    [Fact]
    public void Mixtures_of_the_same_vectors_are_stacked_and_keep_their_reach()
    {
        var plan = Build(out var outputs, out var mixtures).Compile(outputs, Mode.Training);
        Assert.Single(plan.Nodes, n => n.Operation is StackedMixture);
        for (int k = 0; k < Tasks; k++) Assert.Equal(ReachSet.Of(k), plan.ReachOf(mixtures[k]));
    }

    [Fact]
    public void A_mixture_whose_weights_come_from_another_is_not_stacked()
    {
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(2, Experts)));
        var w = graph.Add("w", new InputNumbers(new Shape(2)));
        var first = graph.Add("first", new Mixture(), x, w);
        var weights = graph.Add("weights", new Affine(Make("kernel", Experts, 2), null), first);
        var plan = graph.Compile([graph.Add("second", new Mixture(), x, weights)], Mode.Training);
        Assert.DoesNotContain(plan.Nodes, n => n.Operation is StackedMixture);
    }

    [Fact]
    public void Of_mixtures_with_the_same_weights_one_is_stacked()
    {
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(2, Experts)));
        GraphNode[] weights = [.. Enumerable.Range(0, 2).Select(i => graph.Add($"w{i}", new InputNumbers(new Shape(2))))];
        var plan = graph.Compile([graph.Add("a", new Mixture(), x, weights[0]), graph.Add("b", new Mixture(), x, weights[1]), graph.Add("c", new Mixture(), x, weights[0])], Mode.Training);
        Assert.Equal(3, Assert.Single(plan.Nodes, n => n.Operation is StackedMixture).Inputs.Count);
    }

    private static Graph Build(out GraphNode[] outputs, out GraphNode[] mixtures)
    {
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(Inputs)));
        var experts = graph.Add("vectors", new Reshaping(new Shape(Experts, Width)), graph.Add("experts", new Affine(Make("experts", Inputs, Experts * Width), null), x));
        (outputs, mixtures) = (new GraphNode[Tasks], new GraphNode[Tasks]);
        for (int k = 0; k < Tasks; k++)
        {
            var gate = graph.Add($"gate{k}", new Affine(Make($"gate{k}", Inputs, Experts), null), x);
            mixtures[k] = graph.Add($"mixture{k}", new Mixture(), experts, gate);
            outputs[k] = graph.Add($"head{k}", new Affine(Make($"head{k}", Width, 2), null), mixtures[k]);
        }
        return graph;
    }

    // Outputs and gradients by name.
    private static Dictionary<string, float[]> Run(Mode mode, int workers, int[] chosen)
    {
        var graph = Build(out var outputs, out _);
        var plan = graph.Compile([.. chosen.Select(k => outputs[k])], mode);
        var store = new ParameterStore(plan, 3);
        using var team = new WorkerTeam(workers);
        using var executor = new Executor(plan, store, new ExecutorOptions(Rows, team));
        var caller = new WaveCaller(Rows, chosen, [.. chosen.Select(_ => 2)]);
        executor.Run(Rows, 0, caller);
        if (mode == Mode.TwoPhaseTraining) executor.Backward();
        var results = store.Parameters.ToDictionary(p => p.Name, p => store.GradientOf(p).ToArray());
        for (int i = 0; i < chosen.Length; i++) results[$"output{chosen[i]}"] = caller.Outputs[i];
        return results;
    }

    private static Parameter Make(string name, params int[] shape) => WaveCaller.Parameter(name, shape);
}
