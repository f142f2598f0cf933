using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Randomness;

namespace Equipoise.Layers;

/// <summary>Lets through the units of a layer that one task may use: a mask of ones and zeros, drawn once and never trained.</summary>
/// <remarks>
/// y[i] = m[i] × x[i] over the last axis. Of <c>width</c> units, round(<see cref="Share"/> × width) belong to every task; the others, in a drawn order, to one task each, in turn.
/// The draw depends on <see cref="Seed"/>, <see cref="Tasks"/> and the width alone, so masks with the same settings but another <see cref="Task"/> fit together. With fewer units than tasks some task may have shared units only.
/// Source: Strezoski, van Noord and Worring, "Many Task Learning With Task Routing", 2019, section 3.
/// </remarks>
/// <param name="Task">Number of the task, from 0.</param>
/// <param name="Tasks">How many tasks there are.</param>
/// <param name="Share">Share of the units that all tasks use, from 0 to 1.</param>
/// <param name="Seed">Determines which units.</param>
public sealed record RoutingMask(int Task = 0, int Tasks = 2, double Share = 0.5, int Seed = 1) : Layer
{
    private const int EveryTask = -1;

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <summary>Which task each unit belongs to; −1: all.</summary>
    /// <param name="width">How many units there are.</param>
    public int[] Owners(int width)
    {
        Require.AtLeast(nameof(RoutingMask), nameof(Tasks), Tasks, 1);
        Require.Between(nameof(RoutingMask), nameof(Task), Task, 0, Tasks - 1);
        Require.Between(nameof(RoutingMask), nameof(Share), Share, 0, 1);
        int[] units = [.. Enumerable.Range(0, width)];
        new RandomStream((ulong)(uint)Seed).Shuffle(units);
        var owners = new int[width];
        int common = (int)Math.Round(Share * width, MidpointRounding.AwayFromZero);
        for (int i = 0; i < width; i++) owners[units[i]] = i < common ? EveryTask : (i - common) % Tasks;
        return owners;
    }

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        int width = inputs[0].Shape.Width;
        double[] mask = [.. Owners(width).Select(owner => owner == EveryTask || owner == Task ? 1.0 : 0)];
        return builder.Add(new ParameterAffine(builder.Parameter("mask", new Shape(width), new GivenValues(mask), trainable: false), null), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>routing_mask</c>.</summary>
    public static readonly Entry<Layer> RoutingMask = Add("routing_mask", "lets through the units that one task may use, drawn once", new RoutingMask(),
        Setting<Layer>.Integer<RoutingMask>("task", "number of the task, from 0", x => x.Task, (x, v) => x with { Task = v }, minimum: 0),
        Setting<Layer>.Integer<RoutingMask>("tasks", "how many tasks there are", x => x.Tasks, (x, v) => x with { Tasks = v }, minimum: 1),
        Setting<Layer>.Number<RoutingMask>("share", "share of the units that all tasks use", x => x.Share, (x, v) => x with { Share = v }, minimum: 0, maximum: 1),
        Setting<Layer>.Integer<RoutingMask>("seed", "determines which units", x => x.Seed, (x, v) => x with { Seed = v }, minimum: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Lets through the units that one task may use.</summary>
        /// <param name="task">Number of the task, from 0.</param>
        /// <param name="tasks">How many tasks there are.</param>
        /// <param name="share">Share of the units that all tasks use.</param>
        public Node RoutingMask(int task, int tasks, double share = 0.5) => new RoutingMask(task, tasks, share).Apply(node);
    }
}
