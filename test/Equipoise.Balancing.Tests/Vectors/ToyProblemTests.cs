using System.Text.Json;
using Equipoise.Balancing.Tests.ToyProblems;

namespace Equipoise.Balancing.Tests.Vectors;

/// <summary>
/// Where the methods end on the problem of two valleys, from the vectors: thousands of steps each, so that a small fault in a method shows. Ways that cross the floor of a valley
/// back and forth, or go on along the front when only rounding is left of the gradient, multiply rounding: where the end is not met to the tolerance, the same way is walked again from a start moved
/// by 1e-9 and with the last bits of a weight moved at each step, and the wanted end must lie among theirs. A way that is not sensitive has no such spread.
/// </summary>
public sealed class ToyProblemTests
{
    private const double Rounding = 1e-2, Sensitive = 5e-2;    // what the vectors advise after so many steps; the second for FAMO and Nash

    public static TheoryData<string, string, double, double, double> Finals
    {
        get
        {
            var data = new TheoryData<string, string, double, double, double>();
            foreach (var (file, toy) in BalancingVectors.Of("toy_problem"))
            {
                if (toy.Has("setups"))
                {
                    foreach (var setup in toy.GetProperty("setups").EnumerateArray().Where(setup => setup.Has("finals_float64"))) Add(data, file, setup.GetProperty("finals_float64"), setup.Number("scale_f1", 1));
                }

                if (toy.Has("finals_float64_50k")) Add(data, file, toy.GetProperty("finals_float64_50k"), 1);
            }

            return data;
        }
    }

    public static TheoryData<string> Files => BalancingVectors.Ids("toy_problem");

    [Theory, MemberData(nameof(Files))]
    public void Values_and_gradients_are_met(string file)
    {
        var json = BalancingVectors.Find("toy_problem", file);
        if (!json.Has("check_points")) return;
        foreach (var point in json.GetProperty("check_points").EnumerateArray())
        {
            var problem = new TwoValleys();
            problem.At(point.Numbers("x")[0], point.Numbers("x")[1]);
            BalancingVectors.Agree(point.Numbers("f"), problem.Losses, 1e-10, 1e-10, "losses");
            BalancingVectors.Agree([.. point.Numbers("grad_f1"), .. point.Numbers("grad_f2")], problem.Gradients, 1e-10, 1e-10, "gradients");
        }
    }

    [Theory, MemberData(nameof(Finals))]
    public void Methods_end_where_they_should(string file, string method, double scale, double x1, double x2)
    {
        var json = BalancingVectors.Find("toy_problem", file);
        foreach (var final in All(json).Where(f => f.Final.Text("method") == method && f.Scale == scale && f.Final.Numbers("init") is [var a, var b] && a == x1 && b == x2))
        {
            var (settings, factor, tolerance) = Make(method, scale);
            Action<double[], double[]>? publish = method switch { "MGDA" => AddToDenominator, "mgda" => Clamp, _ => null };
            var (got1, got2) = TwoValleys.Descend(settings.Start(2), x1, x2, final.Steps, scale, factor, publish);
            double[] wanted = final.Final.Numbers("final_x");
            if (Math.Abs(got1 - wanted[0]) <= tolerance && Math.Abs(got2 - wanted[1]) <= tolerance) continue;
            List<(double X1, double X2)> ends = [(got1, got2)];
            for (int seed = 1; seed <= 4; seed++) ends.Add(TwoValleys.Descend(settings.Start(2), x1 + (seed * 1e-9), x2 - (seed * 1e-9), final.Steps, scale, factor, publish, new Random(seed)));
            Assert.True(Among(wanted[0], [.. ends.Select(e => e.X1)], tolerance) && Among(wanted[1], [.. ends.Select(e => e.X2)], tolerance),
                $"{method} from ({x1}, {x2}): {string.Join(' ', ends)}, wanted ({wanted[0]}, {wanted[1]})");
        }
    }

    [Fact]
    public void Nash_does_not_see_that_a_loss_is_scaled()
    {
        var one = TwoValleys.Descend(new NashMtl().Start(2), -8.5, 7.5, 3000, 1);
        var tenth = TwoValleys.Descend(new NashMtl().Start(2), -8.5, 7.5, 3000, 0.1);
        Assert.Equal(one.X1, tenth.X1, 1e-6);
        Assert.Equal(one.X2, tenth.X2, 1e-6);
    }

    // The toy of CAGrad's authors adds 1e-8 to the denominator of MGDA's weight, which shows near the front, where gradients are short.
    private static void AddToDenominator(double[] gramian, double[] weights)
    {
        double curvature = gramian[0] + gramian[3] - (2 * gramian[1]);
        if (weights[0] is 0 or 1) return;
        weights[0] *= curvature / (curvature + 1e-8);
        weights[1] = 1 - weights[0];
    }

    // The first code of MGDA gives a pair 0.999 and 0.001 where all weight belongs to one of them.
    private static void Clamp(double[] gramian, double[] weights)
    {
        if (weights[0] is not 0 and not 1) return;
        weights[0] = Math.Clamp(weights[0], 0.001, 0.999);
        weights[1] = 1 - weights[0];
    }

    // Within the ends, or beyond them by no more than they are apart.
    private static bool Among(double wanted, double[] ends, double tolerance)
    {
        double least = ends.Min(), most = ends.Max(), spread = most - least;
        return wanted >= least - spread - tolerance && wanted <= most + spread + tolerance;
    }

    private static IEnumerable<(JsonElement Final, double Scale, int Steps)> All(JsonElement toy)
    {
        if (toy.Has("setups"))
        {
            foreach (var setup in toy.GetProperty("setups").EnumerateArray().Where(setup => setup.Has("finals_float64")))
            {
                foreach (var final in setup.GetProperty("finals_float64").EnumerateArray()) yield return (final, final.Number("scale_f1", setup.Number("scale_f1", 1)), (int)setup.Number("steps", 100_000));
            }
        }

        if (!toy.Has("finals_float64_50k")) yield break;
        foreach (var final in toy.GetProperty("finals_float64_50k").EnumerateArray()) yield return (final, final.Number("scale_f1", 1), 50_000);
    }

    private static void Add(TheoryData<string, string, double, double, double> data, string file, JsonElement finals, double scale)
    {
        foreach (var final in finals.EnumerateArray()) data.Add(file, final.Text("method"), final.Number("scale_f1", scale), final.Numbers("init")[0], final.Numbers("init")[1]);
    }

    private static (BalancerSettings Settings, double Factor, double Tolerance) Make(string method, double scale) => method switch
    {
        "Adam on the mean" => (new EqualWeights(Mean: true), 1, Rounding),
        "ls_sum" => (new EqualWeights(), 1, Rounding),
        "MGDA" => (new Mgda(), 1, Rounding),
        "mgda" => (new Mgda(), 2, Rounding),
        "PCGrad/2" => (new PCGrad(), 0.5, Rounding),
        "pcgrad" => (new PCGrad(), 1, Rounding),
        "CAGrad c=.5 /(1+c)" => (new CAGrad(0.5, CAGradScaling.OnePlusC), 1, Rounding),
        "cagrad04" => (new CAGrad(0.4, CAGradScaling.OnePlusSquare), 2, Rounding),
        "imtl_g" => (new ImtlGradient(), 1, Rounding),
        "upgrad" => (new UPGrad(), 1, Rounding),
        "nash" => (new NashMtl(), 1, Sensitive),
        _ when method.StartsWith("famo gamma ", StringComparison.Ordinal) =>
            (new Famo(0.025, double.Parse(method["famo gamma ".Length..], System.Globalization.CultureInfo.InvariantCulture)) { LowerBounds = [-21 * scale, -21] }, 1, Sensitive),
        _ => throw new InvalidOperationException($"No method for the vectors called {method}: add it here."),
    };
}
