using Equipoise.Engine.Compilation;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Engine.Tests.Compilation;

/// <summary>Heads that are computed together against each head in a plan of its own, where there is nothing to stack.</summary>
public sealed class StackerTests
{
    private const int Rows = 29, Inner = 70;
    private const float Rounding = 1e-5f;
    private static readonly int[] _widths = [5, 1, 31, 32, 1];
    private static readonly int[] _positions = [1, 3];

    public static TheoryData<Mode, int, int> Cases()
    {
        var data = new TheoryData<Mode, int, int>();
        foreach (var mode in new[] { Mode.Inference, Mode.Training, Mode.TwoPhaseTraining })
        {
            foreach (int positions in _positions)
            {
                foreach (int workers in new[] { 1, 3 }) data.Add(mode, positions, workers);
            }
        }
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Stacked_heads_have_the_bits_of_single_ones(Mode mode, int positions, int workers)
    {
        int[] all = [.. Enumerable.Range(0, _widths.Length)];
        var together = Run(mode, positions, workers, all);
        float[] trunk = new float[together["trunk/kernel"].Length];
        foreach (int head in all)
        {
            var alone = Run(mode, positions, workers, [head]);
            foreach (string name in (string[])[$"head{head}", $"head{head}/kernel", $"head{head}/bias"]) Assert.Equal(alone[name], together[name]);
            Assert.Contains(together[$"head{head}"], y => y != 0);
            for (int i = 0; i < trunk.Length; i++) trunk[i] += alone["trunk/kernel"][i];
        }
        for (int i = 0; i < trunk.Length; i++) Assert.Equal(trunk[i], together["trunk/kernel"][i], Rounding * trunk.Max(MathF.Abs));
        Assert.Equal(mode != Mode.Inference, trunk.Any(g => g != 0));
    }

    [Fact]
    public void Stacked_heads_keep_their_reach_and_their_places_in_the_store()
    {
        var plan = Build(1, out var heads).Compile(heads, Mode.Training);
        Assert.Contains(plan.Nodes, n => n.Operation is StackedAffine);
        Assert.Equal(["trunk/kernel", "head0/kernel", "head0/bias", "head1/kernel", "head1/bias", "head2/kernel", "head2/bias", "head3/kernel", "head3/bias", "head4/kernel", "head4/bias"], plan.Parameters.Select(p => p.Name));
        Assert.Equal(3 * Inner, plan.SharedLength);
        for (int k = 0; k < heads.Length; k++)
        {
            Assert.Equal(ReachSet.Of(k), plan.ReachOf(heads[k]));
            foreach (var parameter in heads[k].Operation.Parameters) Assert.Equal(ReachSet.Of(k), plan.ReachOf(parameter));
        }
    }

    [Fact]
    public void A_layer_that_is_used_twice_is_not_stacked()
    {
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(3)));
        Parameter kernel = Make("kernel", 3, 2), bias = Make("bias", 2);
        var plan = graph.Compile([graph.Add("a", new Affine(kernel, bias), x), graph.Add("b", new Affine(kernel, bias), x)], Mode.Training);
        Assert.DoesNotContain(plan.Nodes, n => n.Operation is StackedAffine);
    }

    private static Graph Build(int positions, out GraphNode[] heads)
    {
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(positions == 1 ? new Shape(3) : new Shape(positions, 3)));
        var trunk = graph.Add("trunk", new Affine(Make("trunk/kernel", 3, Inner), null), x);
        heads = [.. _widths.Select((w, k) => graph.Add($"head{k}", new Affine(Make($"head{k}/kernel", Inner, w), Make($"head{k}/bias", w)), trunk))];
        return graph;
    }

    // Outputs and gradients by name.
    private static Dictionary<string, float[]> Run(Mode mode, int positions, int workers, int[] chosen)
    {
        var graph = Build(positions, out var heads);
        var plan = graph.Compile([.. chosen.Select(k => heads[k])], mode);
        var store = new ParameterStore(plan, 3);
        using var team = new WorkerTeam(workers);
        using var executor = new Executor(plan, store, new ExecutorOptions(Rows, team));
        var caller = new WaveCaller(Rows, chosen, [.. chosen.Select(k => heads[k].Shape.Size)]);
        // An update in between, so that panels are refreshed slice by slice.
        for (int run = 0; run < 2; run++)
        {
            executor.Run(Rows, 0, caller);
            if (mode == Mode.TwoPhaseTraining) executor.Backward();
            if (run > 0) continue;
            store.BeginUpdate();
            for (int s = 0; s < store.SliceCount; s++)
            {
                foreach (ref float value in store.Values.AsSpan(store.Slice(s).Start, store.Slice(s).Length)) value *= 1.5f;
                store.SliceWritten(s);
            }
            store.EndUpdate();
        }
        var results = store.Parameters.ToDictionary(p => p.Name, p => store.GradientOf(p).ToArray());
        for (int i = 0; i < chosen.Length; i++) results[$"head{chosen[i]}"] = caller.Outputs[i];
        return results;
    }

    private static Parameter Make(string name, params int[] shape) => WaveCaller.Parameter(name, shape);
}
