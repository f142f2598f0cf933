using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Engine.Tests.Compilation;

public sealed class CompilerTests
{
    [Fact]
    public void A_branch_used_by_two_of_three_outputs_reaches_those_two()
    {
        var net = new Net();
        var plan = net.Graph.Compile([net.First, net.Second, net.Third], Mode.Training);

        Assert.Equal("{0, 1, 2}", plan.ReachOf(net.Trunk).ToString());
        Assert.Equal("{0, 1}", plan.ReachOf(net.Branch).ToString());
        Assert.Equal("{2}", plan.ReachOf(net.Third).ToString());
        Assert.Equal("{0, 1}", plan.ReachOf(net.BranchKernel).ToString());
        Assert.Equal("{1}", plan.ReachOf(net.SecondKernel).ToString());
    }

    [Fact]
    public void Parameters_stand_shared_first_then_private_then_frozen()
    {
        var net = new Net();
        var plan = net.Graph.Compile([net.First, net.Second, net.Third], Mode.Training);

        Assert.Equal(["trunk", "branch", "first", "second", "frozen"], plan.Parameters.Select(p => p.Name));
        Assert.Equal((4 * 6) + (6 * 5), plan.SharedLength);
    }

    [Fact]
    public void A_kernel_used_by_two_heads_is_shared()
    {
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(4)));
        var kernel = Kernel("kernel", 4, 3);
        var a = graph.Add("a", new Affine(kernel, null), x);
        var b = graph.Add("b", new Affine(kernel, null), x);
        var plan = graph.Compile([a, b], Mode.Training);
        Assert.True(plan.ReachOf(kernel).IsShared);
        Assert.Equal("{0}", plan.ReachOf(a).ToString());
        Assert.Equal(12, plan.SharedLength);
        Assert.Single(plan.Parameters);
    }

    [Fact]
    public void What_no_output_needs_is_left_out()
    {
        var net = new Net();
        var plan = net.Graph.Compile([net.Third], Mode.Training);
        Assert.DoesNotContain(net.Branch, plan.Nodes);
        Assert.DoesNotContain(net.BranchKernel, plan.Parameters);
        Assert.Equal(ReachSet.Empty, plan.ReachOf(net.Branch));
    }

    [Fact]
    public void An_output_may_feed_another()
    {
        var net = new Net();
        var plan = net.Graph.Compile([net.Branch, net.Second], Mode.Training);
        Assert.Equal("{0, 1}", plan.ReachOf(net.Branch).ToString());
    }

    [Fact]
    public void One_node_cannot_be_two_outputs()
    {
        var net = new Net();
        Assert.Throws<ArgumentException>(() => net.Graph.Compile([net.First, net.First], Mode.Training));
    }

    [Fact]
    public void Inference_needs_less_memory_than_training()
    {
        var graph = new Graph();
        var node = graph.Add("x", new InputNumbers(new Shape(64)));
        for (int i = 0; i < 12; i++) node = graph.Add($"layer{i}", new Affine(Kernel($"kernel{i}", 64, 64), null), node);
        var training = graph.Compile([node], Mode.Training);
        var inference = graph.Compile([node], Mode.Inference);

        Assert.Equal(0, inference.BatchFloats);
        // A chain of twelve needs two places at a time, whatever its length.
        Assert.Equal(2 * 64, inference.BlockFloats);
        Assert.True(training.BatchFloats > 12 * 64);
    }

    [Fact]
    public void A_plan_tells_what_it_is()
    {
        var net = new Net();
        string text = net.Graph.Compile([net.First, net.Second, net.Third], Mode.Training).ToString();
        Assert.Contains("branch  affine [5]  reaches {0, 1}  branch [6, 5]", text, StringComparison.Ordinal);
    }

    private static Parameter Kernel(string name, int inner, int columns, bool trainable = true) => new(name, new Shape(inner, columns), (values, random) =>
    {
        for (int i = 0; i < values.Length; i++) values[i] = (float)random.Uniform((ulong)i) - 0.5f;
    }, trainable);

    // x -> trunk -> branch -> first, second; trunk -> third (frozen).
    private sealed class Net
    {
        public Net()
        {
            BranchKernel = Kernel("branch", 6, 5);
            SecondKernel = Kernel("second", 5, 3);
            var x = Graph.Add("x", new InputNumbers(new Shape(4)));
            Trunk = Graph.Add("trunk", new Affine(Kernel("trunk", 4, 6), null), x);
            Third = Graph.Add("third", new Affine(Kernel("frozen", 6, 1, trainable: false), null), Trunk);
            Branch = Graph.Add("branch", new Affine(BranchKernel, null), Trunk);
            First = Graph.Add("first", new Affine(Kernel("first", 5, 2), null), Branch);
            Second = Graph.Add("second", new Affine(SecondKernel, null), Branch);
        }

        public Graph Graph { get; } = new();
        public Parameter BranchKernel { get; }
        public Parameter SecondKernel { get; }
        public GraphNode Trunk { get; }
        public GraphNode Branch { get; }
        public GraphNode First { get; }
        public GraphNode Second { get; }
        public GraphNode Third { get; }
    }
}
