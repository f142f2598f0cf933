using System.Text.Json;

namespace Equipoise.Balancing.Tests.Vectors;

/// <summary>Every vector that goes from gradients to weights and a direction.</summary>
public sealed class AggregationVectorTests
{
    private const double Digits = 2e-9;                        // the derived numbers are written with ten decimals

    // Case, method (or the start of its name), why it is left out. Empty case: all cases.
    private static readonly (string Case, string Method, string Reason)[] LeftOut =
    [
        ("zero", "MGDA", "a zero gradient is left out of the solution; the published answer puts all weight on it, and so makes no step"),
        ("zero", "CAGrad", "as above"),
        ("stationary", "CAGrad(c=0.5,LibMTL", "divides by a length of zero plus 1e-8, and so depends on rounding; here there is no solution"),
        ("opposed", "CAGrad(c=0.5,LibMTL", "as above"),
    ];

    // Published values that one draw of another library's generator gave.
    private static bool IsDrawn(JsonElement json) => json.Text("method") == "Random" || (json.Has("deterministic") && !json.GetProperty("deterministic").GetBoolean());

    public static TheoryData<string> Anchors => [.. BalancingVectors.Of("aggregation_anchor_cases").Where(c => !IsDrawn(c.Value)).Select(c => c.Key)];

    [Fact]
    public void Published_draws_are_among_ours()
    {
        foreach (var (id, json) in BalancingVectors.Of("aggregation_anchor_cases").Where(c => IsDrawn(c.Value) && c.Value.Has("expected_aggregation")))
        {
            var rows = json.Rows("J");
            double[] wanted = json.Numbers("expected_aggregation");
            BalancerSettings settings = json.Text("method") == "Random" ? new RandomWeights() : new PublishedMethod(json.Text("method"), json.GetProperty("params"), rows.Length).Settings;
            double nearest = double.PositiveInfinity;
            for (int step = 0; step < 2000; step++)
            {
                var drawn = new float[wanted.Length];
                double[] weights = Harness.Weigh(settings.Start(rows.Length), rows, step: step, direction: drawn);
                double[] direction = settings.GivesDirection ? [.. drawn.Select(v => (double)v)] : Harness.Combine(weights, rows);
                nearest = Math.Min(nearest, direction.Zip(wanted, (a, b) => Math.Abs(a - b)).Max());
            }

            double near = settings.GivesDirection ? 1e-4 : 0.05 * rows.Max(Harness.Norm);   // signs are met exactly, a softmax of normals nearly
            Assert.True(nearest <= near, $"{id}: the nearest of our draws is {nearest} away");
        }
    }

    public static TheoryData<string, string> Derived
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (id, json) in BalancingVectors.Of("aggregation_derived_cases"))
            {
                foreach (var method in json.GetProperty("results").EnumerateObject())
                {
                    if (!LeftOut.Any(l => id.Contains(l.Case, StringComparison.Ordinal) && method.Name.StartsWith(l.Method, StringComparison.Ordinal))) data.Add(id, method.Name);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Anchors))]
    public void Published_test_value_is_met(string id)
    {
        var json = BalancingVectors.Find("aggregation_anchor_cases", id);
        var rows = json.Rows("J");
        JsonElement? parameters = json.Has("params") ? json.GetProperty("params") : null;
        var method = new PublishedMethod(json.Text("method"), parameters, rows.Length);
        var (weights, direction) = Run(method, rows);
        double absolute = json.Number("atol", 1e-4), relative = json.Number("rtol", 0);
        if (json.Has("expected_aggregation")) BalancingVectors.Agree(json.Numbers("expected_aggregation"), direction, relative, absolute, $"{id} direction");
        if (json.Has("expected_weights")) BalancingVectors.Agree(json.Numbers("expected_weights"), weights, relative, absolute, $"{id} weights");
    }

    [Theory, MemberData(nameof(Derived))]
    public void Derived_value_is_met(string id, string name)
    {
        var json = BalancingVectors.Find("aggregation_derived_cases", id);
        var rows = json.Rows("J");
        var method = new PublishedMethod(name, null, rows.Length);
        var result = json.GetProperty("results").GetProperty(name);
        var (weights, direction) = Run(method, rows);
        double size = rows.SelectMany(row => row).Max(Math.Abs), relative = method.Tolerance;
        if (method.Approximate)
        {
            // The iteration stops early: the exact point is at most as long, and nearly as long.
            double wanted = Harness.Norm(result.Numbers("aggregation")), exact = Harness.Norm(direction);
            Assert.True(exact <= wanted + (Digits * size) && (exact >= wanted * 0.95 || wanted - exact < 0.02 * size), $"{id} {name}: {exact}, published {wanted}");
            return;
        }

        double scale = Math.Max(size, result.Numbers("weights").Max(Math.Abs));
        BalancingVectors.Agree(result.Numbers("aggregation"), direction, relative, (relative + Digits) * scale, $"{id} {name} direction");
        bool unique = !result.Has("note") && method.Settings is not Mgda and not CAGrad and not ImtlGradient and not ConFig;
        if (unique || (Independent(rows) && !result.Has("note"))) BalancingVectors.Agree(result.Numbers("weights"), weights, relative, (relative + Digits) * Math.Max(1, scale), $"{id} {name} weights");
    }

    [Fact]
    public void Vectors_are_there() => Assert.NotEmpty(Derived);

    private static (double[] Weights, double[] Direction) Run(PublishedMethod method, double[][] rows)
    {
        var direction = new float[rows[0].Length];
        double[] weights = [];
        var balancer = method.Settings.Start(rows.Length);
        for (int call = 0; call < method.Calls; call++)
        {
            // One output and zero gradients are met by the balancer itself, everything else by the bare formula, so that its answer is compared and not the fallback.
            bool zero = rows.Any(row => row.All(value => value == 0));
            weights = zero ? Harness.Weigh(balancer, rows, priorities: method.Priorities, direction: direction) : Harness.Formula(balancer, Harness.Gramian(rows), method.Priorities, null, rows, direction);
        }

        if (method.Clamped && rows.Length == 2 && weights[0] is 0 or 1) weights = [Math.Clamp(weights[0], 0.001, 0.999), Math.Clamp(weights[1], 0.001, 0.999)];
        return (weights, method.Settings.GivesDirection ? [.. direction.Select(value => (double)value)] : Harness.Combine(weights, rows));
    }

    private static bool Independent(double[][] rows) => rows.All(row => row.Any(value => value != 0)) && GramianDiagnostics.ConditionNumber(Harness.Gramian(rows), rows.Length) < 1e6;
}
