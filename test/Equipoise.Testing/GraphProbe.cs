using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Passes;
using Equipoise.Engine.Randomness;

namespace Equipoise.Testing;

/// <summary>A small graph with its inputs, run whole: outputs of all rows and, in training, gradients for random cotangents.</summary>
/// <remarks>The graph may be built several times over the same inputs ("copies"), so that gradients have something to add to.</remarks>
public sealed class GraphProbe : IDisposable, IRowWork
{
    private readonly Feed[] _feeds;
    private readonly WorkerTeam _team;
    private readonly Executor _executor;
    private readonly int _rows;
    private readonly float[][] _seeds;

    /// <summary>Builds and compiles.</summary>
    /// <param name="feeds">The inputs.</param>
    /// <param name="build">Adds the operations under test to a graph and gives the output.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="mode">Inference or a kind of training.</param>
    /// <param name="workers">Threads; with more of them the blocks of rows are smaller too.</param>
    /// <param name="copies">How many times to build over the same inputs; each gives an output.</param>
    /// <param name="seed">Of initial values, drawn inputs, cotangents and random operations.</param>
    /// <param name="draw">Draws an element of a variable input; null: uniform in [-1.5, 1.5).</param>
    public GraphProbe(IReadOnlyList<Feed> feeds, Func<Graph, IReadOnlyList<GraphNode>, GraphNode> build, int rows, Mode mode,
        int workers = 1, int copies = 1, ulong seed = 1, Func<RandomStream, int, float>? draw = null)
    {
        _feeds = [.. feeds];
        _rows = rows;
        var graph = new Graph();
        GraphNode[] inputs = [.. feeds.Select((feed, i) => graph.Add($"input{i}", OperationOf(feed, i, rows, draw ?? Uniform)))];
        GraphNode[] outputs = [.. Enumerable.Range(0, copies).Select(_ => build(graph, inputs))];
        Plan = graph.Compile(outputs, mode);
        Store = new ParameterStore(Plan, seed);
        _team = new WorkerTeam(workers);
        _executor = new Executor(Plan, Store, new ExecutorOptions(rows, _team, seed));
        var random = new RandomStream(seed).Derive("cotangents");
        Outputs = [.. outputs.Select(o => new float[rows * o.Shape.Size])];
        Masks = [.. outputs.Select(o => new float[o.Mask is null ? 0 : rows * o.Mask.Shape.Size])];
        _seeds = [.. Outputs.Select((o, k) => Enumerable.Range(0, o.Length).Select(i => Uniform(random.Derive((ulong)k), i)).ToArray())];
        int number = 0;
        foreach (var feed in feeds.Where(f => !f.IsVariable))
        {
            if (feed.Bags is { } bags) _executor.SetBagSource(number, bags.SelectMany(b => b).Select(e => e.Index).ToArray(), bags.SelectMany(b => b).Select(e => e.Weight).ToArray());
            number++;
        }
    }

    /// <summary>The plan.</summary>
    public Engine.Compilation.Plan Plan { get; }

    /// <summary>Parameters and gradients; variable inputs are there as <c>input0</c> ....</summary>
    public ParameterStore Store { get; }

    /// <summary>Outputs of all rows, as of the last run.</summary>
    public float[][] Outputs { get; }

    /// <summary>Masks of the outputs; empty where there is none.</summary>
    public float[][] Masks { get; }

    /// <summary>The cotangents: what the total loss's derivative to each output is taken to be.</summary>
    public IReadOnlyList<float[]> Cotangents => _seeds;

    /// <summary>The parameter of that name.</summary>
    public Parameter Parameter(string name) => Plan.Parameters.Single(p => p.Name == name);

    /// <summary>Runs all passes of one batch.</summary>
    public void Run(long step = 0)
    {
        Store.Touch();
        _executor.Run(_rows, step, this);
        if (Plan.Mode == Mode.TwoPhaseTraining) _executor.Backward();
    }

    /// <summary>The same, but stops before the gradients of the parameters, which are handed on as soon as they are there.</summary>
    public void Run(IGradientWork gradients)
    {
        Store.Touch();
        _executor.RunToParameters(_rows, 0, this);
        if (Plan.Mode == Mode.TwoPhaseTraining) _executor.BackwardToParameters();
        _executor.RunParameters(gradients);
    }

    /// <summary>Σ cotangent × output over all outputs, in double: what the gradients are of.</summary>
    public double Total()
    {
        double total = 0;
        for (int k = 0; k < Outputs.Length; k++)
        {
            for (int i = 0; i < Outputs[k].Length; i++) total += (double)_seeds[k][i] * Outputs[k][i];
        }
        return total;
    }

    /// <inheritdoc/>
    public void Load(in RowBlock block)
    {
        int number = 0;
        foreach (var feed in _feeds)
        {
            if (feed.IsVariable) continue;
            int size = feed.Shape.Size, first = block.FirstRow, rows = block.Rows;
            if (feed.Bags is { } bags)
            {
                for (int r = 0; r < rows; r++)
                {
                    int start = 0;
                    for (int i = 0; i < first + r; i++) start += bags[i].Length;
                    block.BagStarts(number)[r] = start;
                    block.BagLengths(number)[r] = bags[first + r].Length;
                }
            }
            else if (feed.Whole is { } whole)
            {
                whole.AsSpan(first * size, rows * size).CopyTo(block.Indices(number));
            }
            else
            {
                var numbers = block.Numbers(number);
                if (!numbers.IsEmpty) feed.Numbers.AsSpan(first * size, rows * size).CopyTo(numbers);
            }
            number++;
        }
    }

    /// <inheritdoc/>
    public void Evaluate(in RowBlock block)
    {
        for (int k = 0; k < Outputs.Length; k++)
        {
            int size = Outputs[k].Length / _rows;
            block.Output(k).CopyTo(Outputs[k].AsSpan(block.FirstRow * size));
            if (Masks[k].Length > 0) block.Mask(k).CopyTo(Masks[k].AsSpan(block.FirstRow * (Masks[k].Length / _rows)));
            if (Plan.Mode == Mode.Inference) continue;
            var seed = block.Seed(k);
            if (!seed.IsEmpty) _seeds[k].AsSpan(block.FirstRow * size, block.Rows * size).CopyTo(seed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _executor.Dispose();
        _team.Dispose();
    }

    private static float Uniform(RandomStream random, int i) => (float)((3 * random.Uniform((ulong)i)) - 1.5);

    private static Operation OperationOf(Feed feed, int number, int rows, Func<RandomStream, int, float> draw)
    {
        if (feed.Bags is not null) return new InputBag(feed.Vocabulary);
        if (feed.Whole is not null) return new InputIndices(feed.Shape.Size, feed.Vocabulary);
        if (!feed.IsVariable) return new InputNumbers(feed.Shape);
        var parameter = new Parameter($"input{number}", new Shape([rows, .. feed.Shape.Dimensions]), (values, random) =>
        {
            if (feed.Numbers is not null) feed.Numbers.CopyTo(values);
            else for (int i = 0; i < values.Length; i++) values[i] = draw(random, i);
        });
        return new VariableRows(parameter, feed.Shape);
    }
}
