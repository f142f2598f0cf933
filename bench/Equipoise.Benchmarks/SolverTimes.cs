using System.Diagnostics;
using System.Globalization;
using Equipoise.Balancing;

namespace Equipoise.Benchmarks;

/// <summary>How long each method takes from a Gramian to weights, without any network: microseconds for 2 to 50 outputs.</summary>
/// <remarks>
/// Problems: Gramians of random gradients with a common part, whose cosines are around 0 or around 0.3 and whose lengths spread over one power of ten or three, as in training. Methods and problems take turns in
/// short slices, and of each problem the least slice counts, since all else is what the machine did meanwhile.
/// </remarks>
internal static class SolverTimes
{
    private const int Problems = 32;
    private const int Length = 10_000;                         // of the gradients, for methods that look at them
    private const double Microseconds = 100, WarmUpMicroseconds = 2000;

    /// <summary>Methods that look at gradients, or at their inner products.</summary>
    public static IEnumerable<string> Names { get; } = [.. BalancerCatalog.Catalog.Entries
        .Where(e => (e.Default.Needs & (BalancerNeeds.Gramian | BalancerNeeds.Gradients | BalancerNeeds.CrossGramian)) != 0).Select(e => e.Name)];

    public static int Run(Arguments arguments)
    {
        int[] sizes = arguments.Numbers("--outputs", [2, 5, 10, 20, 50]);
        int slices = arguments.Number("--slices", 10);
        string[] columns = ["method", .. sizes.Select(k => $"{k} outputs, µs")];
        var file = new ResultFile(Place.Result("solvers.md"), "From a Gramian to weights",
            $"Microseconds of one call, one thread: of each of {Problems} problems the least of {slices} slices of {Microseconds} µs, then their mean; Gramians of random gradients (cosines around 0 and around 0.3, lengths over one power of ten and over three). Methods that look at the gradients themselves get 10,000 numbers of each: what they take grows with these. "
            + "`–`: the method is not made for so many outputs. Made by `methods --solvers --write`.", columns, 1);
        string[] methods = arguments.List("--methods", [.. Names]);
        double[][] times = [.. sizes.Select(k => Measure(methods, k, slices))];
        foreach (string line in ResultFile.Lines(columns, [])) Console.WriteLine(line);
        for (int m = 0; m < methods.Length; m++)
        {
            string[] row = [methods[m], .. times.Select(t => double.IsNaN(t[m]) ? "–" : t[m].ToString(t[m] < 10 ? "0.00" : t[m] < 100 ? "0.0" : "0", CultureInfo.InvariantCulture))];
            Console.WriteLine(ResultFile.Line(row));
            if (arguments.Has("--write")) file.Put(row);
        }
        return 0;
    }

    private static double[] Measure(string[] methods, int outputs, int slices)
    {
        double[][] gramians = [.. Enumerable.Range(0, Problems).Select(seed => Gramian(outputs, seed))];
        double[] losses = [.. Enumerable.Range(0, outputs).Select(k => 0.2 + (0.7 * k / outputs))], weights = new double[outputs];
        var random = new Random(outputs);
        var gradients = new Gradients([.. Enumerable.Range(0, outputs).Select(_ => Workload.Numbers(Length, () => Workload.Normal(random)))]);
        var balancers = Array.ConvertAll(methods, m => Start(m, outputs));
        var least = new double[methods.Length, Problems];
        for (int slice = -1; slice < slices; slice++)                  // the first one warms up
        {
            for (int m = 0; m < methods.Length; m++)
            {
                for (int p = 0; p < Problems && balancers[m] is not null; p++)
                {
                    double time = Time(balancers[m]!, Methods.Balancer(methods[m]), losses, gramians[p], gradients, weights, slice < 0 ? WarmUpMicroseconds : Microseconds);
                    if (slice < 1 || time < least[m, p]) least[m, p] = time;
                }
            }
        }
        return [.. methods.Select((_, m) => balancers[m] is null ? double.NaN : Enumerable.Range(0, Problems).Average(p => least[m, p]))];
    }

    private static double Time(Balancer balancer, BalancerSettings settings, double[] losses, double[] gramian, Gradients gradients, double[] weights, double microseconds)
    {
        var given = (settings.Needs & BalancerNeeds.Gradients) != 0 ? gradients : null;
        var direction = settings.GivesDirection ? gradients.Direction : [];
        long started = Stopwatch.GetTimestamp();
        int calls = 0;
        double time;
        do
        {
            var input = new BalancerInput { Losses = losses, Gramian = gramian, CrossGramian = gramian, Gradients = given, Step = calls++, Seed = 1 };
            balancer.Weigh(in input, weights, direction);
            time = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }
        while (time < microseconds);
        return time / calls;
    }

    private static Balancer? Start(string method, int outputs)
    {
        try
        {
            return Methods.Balancer(method).Start(outputs);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>J Jᵀ for J [outputs, 4 × outputs + 60] of normal numbers, plus a common row for odd seeds; rows are scaled by 10^(0 to 1) or 10^(0 to 3).</summary>
    public static double[] Gramian(int outputs, int seed)
    {
        var random = new Random(seed);
        int width = (4 * outputs) + 60;
        double[] common = [.. Enumerable.Range(0, width).Select(_ => Workload.Normal(random))];
        double share = seed % 2 == 0 ? 0 : 0.6, spread = seed % 4 < 2 ? 1 : 3;
        double[][] rows = [.. Enumerable.Range(0, outputs).Select(_ =>
        {
            double scale = Math.Pow(10, spread * random.NextDouble());
            return common.Select(c => scale * ((share * c) + Workload.Normal(random))).ToArray();
        })];
        return [.. rows.SelectMany(a => rows.Select(b => a.Zip(b, (x, y) => x * y).Sum()))];
    }

    private sealed class Gradients(float[][] rows) : TaskGradients
    {
        public float[] Direction { get; } = new float[rows[0].Length];

        public override int Tasks => rows.Length;

        public override int Length => rows[0].Length;

        public override ReadOnlySpan<float> this[int task] => rows[task];
    }
}
