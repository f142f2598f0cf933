using System.Globalization;
using System.Text.Json;

namespace Equipoise.Balancing.Tests.Vectors;

/// <summary>Gradient descent on three convex problems, from the vectors.</summary>
public sealed class TrajectoryTests
{
    private const double Digits = 1e-6;                        // written with eight decimals, after up to 200 steps

    public static TheoryData<string, string> Finals
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (file, json) in BalancingVectors.Of("trajectory_problems"))
            {
                foreach (var final in json.GetProperty("finals_float64").EnumerateObject()) data.Add(file, final.Name);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Finals))]
    public void Methods_end_where_they_should(string file, string key)
    {
        var json = BalancingVectors.Find("trajectory_problems", file);
        string[] parts = key.Split('|');
        double[] x = [.. parts[2].Trim('[', ']').Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        var (rate, steps) = parts[0] switch { "EWQ" => (0.075, 50), "CQF" => (0.125, 200), _ => (0.005, 100) };
        var (settings, factor) = Make(parts[1], parts[0]);
        if (json.Has("settings")) Assert.Equal((rate, steps), (json.GetProperty("settings").GetProperty(parts[0]).Number("lr", 0), (int)json.GetProperty("settings").GetProperty(parts[0]).Number("steps", 0)));
        var balancer = settings.Start(2);
        for (int step = 0; step < steps; step++)
        {
            var rows = Gradients(parts[0], x);
            bool zero = rows.Any(row => row[0] == 0 && row[1] == 0);
            double[] weights = zero && settings is Mgda or CAGrad
                ? new double[2]                                // the published answer to a zero gradient is no step; ours goes on with the other
                : Harness.Weigh(balancer, rows, step: step);
            double[] direction = Harness.Combine(weights, rows);
            x = [x[0] - (rate * factor * direction[0]), x[1] - (rate * factor * direction[1])];
        }

        var final = json.GetProperty("finals_float64").GetProperty(key);
        double size = Math.Max(1, final.Numbers("x").Max(Math.Abs));
        BalancingVectors.Agree(final.Numbers("x"), x, 0, Tolerance(parts[1]) * size, key);
    }

    // CAGrad's reference searched to a tolerance of its own; MGDA's is Frank and Wolfe's.
    private static double Tolerance(string method) => method switch { "cagrad" => 1e-4, "mgda" => 1e-3, "nash" => 1e-3, _ => Digits };

    private static (BalancerSettings Settings, double Factor) Make(string method, string problem) => method switch
    {
        "upgrad" => (new UPGrad(1e-7), 1),
        "mgda" => (new Mgda(), 2),
        "cagrad" => (new CAGrad(0.5), 1),
        "nash" => (new NashMtl(), problem switch { "HQF" => 20, "CQF" => 0.5, _ => 2 }),
        "imtl_g" => (new ImtlGradient(), problem == "HQF" ? 2 : 1),
        "aligned_mtl" => (new AlignedMtl(), 4),
        "dualproj" => (new DualProj(1e-7), 1),
        "pcgrad" => (new PCGrad(), 0.5),
        "mean" => (new EqualWeights(Mean: true), 1),
        "sum" => (new EqualWeights(), 1),
        _ => throw new InvalidOperationException($"No method for the vectors called {method}: add it here."),
    };

    private static double[][] Gradients(string problem, double[] x) => problem switch
    {
        "EWQ" => [[2 * x[0], 0], [0, 2 * x[1]]],
        "CQF" => [Form(x, 1, 0.2, 0.05, 1), Form(x, 3, -0.6, 0.2, -1)],
        "HQF" => [Form(x, 2, -1, 2, 1), [.. Form(x, 2, -1, 2, -10).Select(v => 10 * v)]],
        _ => throw new InvalidOperationException($"No problem called {problem}."),
    };

    // Gradient of (x − u)ᵀ A (x − u), A = [[a, b], [b, c]], u = (first, 0).
    private static double[] Form(double[] x, double a, double b, double c, double first)
    {
        double p = x[0] - first, q = x[1];
        return [2 * ((a * p) + (b * q)), 2 * ((b * p) + (c * q))];
    }
}
