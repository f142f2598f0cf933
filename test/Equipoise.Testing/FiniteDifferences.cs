using System.Globalization;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Testing;

/// <summary>Gradients of a graph against differences of its outputs, and the promises that go with them.</summary>
/// <remarks>
/// For random cotangents c the total is Σ c × output. Its derivative to each checked number x is taken by the five-point rule
/// (8·(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h))) / 12h, of error O(h⁴): with h of some 0.02 both its own error and the rounding of float outputs stay near 1e-5.
/// </remarks>
public static class FiniteDifferences
{
    private const int AllocationRuns = 3;

    /// <summary>What may be set.</summary>
    public sealed record Options
    {
        /// <summary>Rows of the batch.</summary>
        public int Rows { get; init; } = 7;

        /// <summary>h.</summary>
        public double Step { get; init; } = 0.02;

        /// <summary>Allowed difference: this × max(1, |gradient|). Rounding of outputs near 1 gives some 1e-5 at h = 0.02, deep graphs more.</summary>
        public double Tolerance { get; init; } = 1e-3;

        /// <summary>At most so many numbers of each parameter are moved.</summary>
        public int Coordinates { get; init; } = 60;

        /// <summary>Of values, cotangents and random operations.</summary>
        public ulong Seed { get; init; } = 1;

        /// <summary>Draws an element of a variable input; null: uniform in [-1.5, 1.5). Keep away from kinks by 2h, see <see cref="AwayFrom"/> and <see cref="Spread"/>.</summary>
        public Func<RandomStream, int, float>? Draw { get; init; }
    }

    /// <summary>Checks gradients to all trainable parameters and variable inputs, that workers and cuts change no bit, and that a run allocates nothing.</summary>
    /// <param name="feeds">The inputs.</param>
    /// <param name="build">Adds the operations under test and gives the output; called twice over the same inputs, so that gradients must add.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="GradientException">Something is wrong; says what.</exception>
    public static void Check(IReadOnlyList<Feed> feeds, Func<Graph, IReadOnlyList<GraphNode>, GraphNode> build, Options? options = null)
    {
        options ??= new Options();
        CheckGradients(feeds, build, options);
        CheckBits(feeds, build, options);
    }

    /// <summary>The same for one input of this shape.</summary>
    public static void Check(Shape input, Func<Graph, GraphNode, GraphNode> build, Options? options = null)
        => Check([Feed.Variable(input)], (graph, nodes) => build(graph, nodes[0]), options);

    /// <summary>Draws uniform numbers in [-1.5, 1.5) that keep a distance from the given kinks.</summary>
    public static Func<RandomStream, int, float> AwayFrom(params float[] kinks) => (random, i) =>
    {
        float x = (float)((3 * random.Uniform((ulong)i)) - 1.5);
        foreach (float kink in kinks)
        {
            if (Math.Abs(x - kink) < 0.06f) x = kink + (x < kink ? -0.06f : 0.06f);
        }
        return x;
    };

    /// <summary>Draws numbers of which any two within a distance of 29 places differ by at least 0.1: no maximum changes while one of them is moved.</summary>
    public static float Spread(RandomStream random, int i) => (((i * 11) % 29) * 0.1f) - 1.4f;

    private static void CheckGradients(IReadOnlyList<Feed> feeds, Func<Graph, IReadOnlyList<GraphNode>, GraphNode> build, Options options)
    {
        using var probe = new GraphProbe(feeds, build, options.Rows, Mode.Training, copies: 2, seed: options.Seed, draw: options.Draw);
        var store = probe.Store;
        float[] values = [.. store.Values];
        probe.Run();
        float[] gradient = [.. store.Gradient];
        float[] output = [.. probe.Outputs[0]];
        if (output.Any(o => !float.IsFinite(o))) throw new GradientException("An output is not finite.");
        foreach (var parameter in store.Parameters.Where(p => p.Trainable))
        {
            int offset = store.OffsetOf(parameter);
            foreach (int i in Chosen(parameter, options))
            {
                double numeric = Derivative(offset + i), analytic = gradient[offset + i];
                if (Math.Abs(numeric - analytic) <= options.Tolerance * Math.Max(1, Math.Abs(numeric))) continue;
                throw new GradientException(string.Create(CultureInfo.InvariantCulture, $"{parameter.Name}[{i}] of {parameter.Shape}: gradient {analytic:R}, by differences {numeric:R}."));
            }
        }
        // Every buffer now holds what other runs left: nothing of it may show.
        values.CopyTo(store.Values, 0);
        probe.Run();
        Same(gradient, store.Gradient, "The gradient of a second run");
        Same(output, probe.Outputs[0], "The output of a second run");

        double Derivative(int index)
        {
            double step = options.Step * Math.Max(1, Math.Abs(values[index]));
            return ((8 * Difference(index, step)) - Difference(index, 2 * step)) / (12 * step);
        }

        double Difference(int index, double step)
        {
            float up = (float)(values[index] + step), down = (float)(values[index] - step);
            return (At(index, up) - At(index, down)) * (2 * step / ((double)up - down));
        }

        double At(int index, float value)
        {
            values.CopyTo(store.Values, 0);
            store.Values[index] = value;
            probe.Run();
            return probe.Total();
        }
    }

    private static IEnumerable<int> Chosen(Parameter parameter, Options options)
    {
        if (parameter.Length <= options.Coordinates) return Enumerable.Range(0, parameter.Length);
        var random = new RandomStream(options.Seed).Derive("coordinates").Derive(parameter.Name);
        return Enumerable.Range(0, options.Coordinates).Select(i => random.Below((ulong)i, parameter.Length)).Distinct();
    }

    private static void CheckBits(IReadOnlyList<Feed> feeds, Func<Graph, IReadOnlyList<GraphNode>, GraphNode> build, Options options)
    {
        (float[] Output, float[] Values, float[] Gradient)? first = null;
        foreach (var (mode, workers) in new[] { (Mode.Training, 1), (Mode.Training, 2), (Mode.Training, 5), (Mode.TwoPhaseTraining, 1), (Mode.TwoPhaseTraining, 5) })
        {
            using var probe = new GraphProbe(feeds, build, options.Rows, mode, workers, copies: 2, seed: options.Seed, draw: options.Draw);
            probe.Run();
            if (workers == 1) CheckAllocation(probe);
            first ??= (probe.Outputs[0], probe.Store.Values, probe.Store.Gradient);
            Same(first.Value.Output, probe.Outputs[0], $"The output with {workers} workers, {mode},");
            Same(first.Value.Gradient, probe.Store.Gradient, $"The gradient with {workers} workers, {mode},");
            for (int run = 0; workers != 1 && run < AllocationRuns; run++) probe.Run(); // as the first did for its allocation
            Same(first.Value.Values, probe.Store.Values, $"Running state with {workers} workers, {mode},");
        }
    }

    // The runtime itself may allocate once on this thread, when it replaces code while a run goes on; an operation that allocates does so in every run.
    private static void CheckAllocation(GraphProbe probe)
    {
        long least = long.MaxValue;
        for (int run = 0; run < AllocationRuns; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            probe.Run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        if (least > 0) throw new GradientException($"A run allocates {least} bytes.");
    }

    private static void Same(float[] want, float[] have, string what)
    {
        for (int i = 0; i < want.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(want[i]) == BitConverter.SingleToInt32Bits(have[i])) continue;
            throw new GradientException(string.Create(CultureInfo.InvariantCulture, $"{what} differs at {i}: {have[i]:R}, at first {want[i]:R}."));
        }
    }
}
