using Equipoise.Activations;
using Equipoise.Architectures;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Models;
using Equipoise.Training;

namespace Equipoise.Tests.Architectures;

/// <summary>Each architecture against its formula, written out with plain loops over the model's weights.</summary>
public sealed class MixtureArchitectureTests
{
    private const double Tolerance = 2e-6;                     // sums of a few floats near 1
    private static readonly double[] X = [0.5, -1, 2];
    private static readonly string[] Outputs = ["a", "b"];

    [Fact]
    public void Mmoe_by_its_formula()
    {
        var model = Model(new Mmoe(3) { Units = [2], Activation = new Tanh() });
        double[][] experts = [.. Enumerable.Range(1, 3).Select(e => Expert(model, $"mmoe_expert{e}", X))];
        Assert.All(Outputs, o => AssertIs(Mixed(experts, Softmax(Affine(model, $"mmoe_gate_{o}", X))), model, o));
    }

    [Fact]
    public void Experts_of_several_layers_are_chains()
    {
        var model = Model(new Mmoe(1) { Units = [4, 2], Activation = new Tanh() });
        AssertIs(Expert(model, "mmoe_expert1_2", Expert(model, "mmoe_expert1_1", X)), model, "b");
    }

    [Fact]
    public void Cgc_by_its_formula()
    {
        var model = Model(new Cgc(2) { Own = 1, Units = [2], Activation = new Tanh() });
        foreach (string o in Outputs)
        {
            double[][] experts = [Expert(model, $"cgc_expert1_{o}", X), Expert(model, "cgc_shared_expert1", X), Expert(model, "cgc_shared_expert2", X)];
            AssertIs(Mixed(experts, Softmax(Affine(model, $"cgc_gate_{o}", X))), model, o);
        }
    }

    [Fact]
    public void Ple_has_a_shared_gate_over_all_experts_between_its_levels()
    {
        var model = Model(new Ple(2) { Shared = 1, Own = 1, Units = [2], Activation = new Tanh() });
        double[] common = Expert(model, "ple1_shared_expert1", X);
        double[][] own = [.. Outputs.Select(o => Expert(model, $"ple1_expert1_{o}", X))];
        double[][] streams = [.. Outputs.Select((o, t) => Mixed([own[t], common], Softmax(Affine(model, $"ple1_gate_{o}", X))))];
        double[] shared = Mixed([own[0], own[1], common], Softmax(Affine(model, "ple1_shared_gate", X)));
        double[] second = Expert(model, "ple2_shared_expert1", shared);
        for (int t = 0; t < 2; t++)
        {
            AssertIs(Mixed([Expert(model, $"ple2_expert1_{Outputs[t]}", streams[t]), second], Softmax(Affine(model, $"ple2_gate_{Outputs[t]}", streams[t]))), model, Outputs[t]);
        }
        Assert.DoesNotContain(model.Parameters, p => p.Name.StartsWith("ple2_shared_gate", StringComparison.Ordinal));
    }

    [Fact]
    public void Cross_stitch_by_its_formula_and_begins_with_nine_tenths_of_its_own()
    {
        var model = Model(new CrossStitch { Units = [2, 2], Activation = new Tanh() });
        Assert.Equal([0.9f, 0.1f], model.GetWeight("cross_stitch1_stitch_a/factors"));
        Assert.Equal([0.1f, 0.9f], model.GetWeight("cross_stitch2_stitch_b/factors"));
        model.SetWeight("cross_stitch1_stitch_a/factors", [0.3f, -0.5f]);
        double[][] streams = [X, X];
        for (int layer = 1; layer <= 2; layer++)
        {
            double[][] own = [.. Outputs.Select((o, t) => Expert(model, $"cross_stitch{layer}_{o}", streams[t]))];
            streams = [.. Outputs.Select(o => Mixed(own, [.. model.GetWeight($"cross_stitch{layer}_stitch_{o}/factors").Select(f => (double)f)]))];
        }
        for (int t = 0; t < 2; t++) AssertIs(streams[t], model, Outputs[t]);
    }

    [Fact]
    public void Cross_stitch_shares_out_the_rest_among_the_others()
    {
        var x = Input.Numbers("x", 3);
        var model = new Model([x], [.. new CrossStitch { Units = [2], OwnShare = 0.7 }.Apply(x, "a", "b", "c").Select((n, t) => n.Dense(1).Named($"{t}"))]);
        Assert.Equal([0.15f, 0.7f, 0.15f], model.GetWeight("cross_stitch1_stitch_b/factors"));
    }

    [Fact]
    public void Mtan_by_its_formula()
    {
        var model = Model(new Mtan { Units = [3, 2], Attention = 4, Activation = new Tanh() });
        double[] u1 = Expert(model, "mtan1_shared1", X), v1 = Expert(model, "mtan1_shared2", u1), u2 = Expert(model, "mtan2_shared1", v1), v2 = Expert(model, "mtan2_shared2", u2);
        double[] Masked(string o, int block, double[] q, double[] v)
        {
            double[] hidden = [.. Affine(model, $"mtan{block}_attention_{o}", q).Select(h => Math.Max(h, 0))];
            return [.. Affine(model, $"mtan{block}_mask_{o}", hidden).Select((m, i) => v[i] / (1 + Math.Exp(-m)))];
        }
        foreach (string o in Outputs) AssertIs(Masked(o, 2, [.. u2, .. Masked(o, 1, u1, v1)], v2), model, o);
    }

    [Fact]
    public void DSelect_k_by_its_formula()
    {
        const double Gamma = 8;
        var model = Model(new DSelectK(3) { Selectors = 2, Gamma = Gamma, Units = [2], Activation = new Tanh() });
        double[][] experts = [.. Enumerable.Range(1, 3).Select(e => Expert(model, $"dselect_k_expert{e}", X))];
        foreach (string o in Outputs)
        {
            double[] z = Affine(model, $"dselect_k_gate_{o}/selectors", X), a = Softmax(Affine(model, $"dselect_k_gate_{o}/mixture", X));
            double Step(double t) => t <= -Gamma / 2 ? 0 : t >= Gamma / 2 ? 1 : (-2 * t * t * t / (Gamma * Gamma * Gamma)) + (3 * t / (2 * Gamma)) + 0.5;
            var p = new double[3];
            for (int e = 0; e < 3; e++)
            {
                for (int s = 0; s < 2; s++)
                {
                    double low = Step(z[2 * s]), high = Step(z[(2 * s) + 1]);
                    p[e] += a[s] * ((e & 1) == 1 ? low : 1 - low) * ((e & 2) == 2 ? high : 1 - high);
                }
            }
            AssertIs(Mixed(experts, p), model, o);
        }
    }

    [Fact]
    public void Task_routing_shares_weights_and_lets_through_what_is_common_or_ones_own()
    {
        var routing = new TaskRouting { Units = [10], Share = 0.4, Activation = new Tanh() };
        var x = Input.Numbers("x", 3);
        var model = new Model([x], [.. routing.Apply(x, Outputs).Select((n, t) => n.Named(Outputs[t]))], seed: 3);
        double[] layer = Expert(model, "task_routing_layer1", X);
        var got = Predict(model);
        int common = 0, ofA = 0, ofB = 0;
        for (int i = 0; i < 10; i++)
        {
            Assert.True(got["a"][i] == 0 || Math.Abs(got["a"][i] - layer[i]) < Tolerance);
            Assert.True(got["b"][i] == 0 || Math.Abs(got["b"][i] - layer[i]) < Tolerance);
            if (got["a"][i] != 0 && got["b"][i] != 0) common++;
            else if (got["a"][i] != 0) ofA++;
            else if (got["b"][i] != 0) ofB++;
        }
        Assert.Equal((4, 3, 3), (common, ofA, ofB));
        Assert.DoesNotContain(model.Parameters, p => p.Trainable && p.Name.Contains("mask", StringComparison.Ordinal));
    }

    // The results themselves are the outputs.
    private static Model Model(Architecture architecture)
    {
        var x = Input.Numbers("x", X.Length);
        return new Model([x], [.. architecture.Apply(x, Outputs).Select((n, t) => n.Activate(new Linear()).Named(Outputs[t]))], seed: 3);
    }

    private static IReadOnlyDictionary<string, float[]> Predict(Model model)
        => model.Predict(new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([.. X.Select(v => (float)v)], X.Length) }, new Dictionary<string, TargetColumn>()));

    private static void AssertIs(double[] wanted, Model model, string output)
    {
        float[] got = Predict(model)[output];
        Assert.Equal(wanted.Length, got.Length);
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], got[i], Tolerance);
    }

    private static double[] Affine(Model model, string layer, double[] x)
    {
        float[] kernel = model.GetWeight($"{layer}/kernel"), bias = model.GetWeight($"{layer}/bias");
        return [.. bias.Select((b, j) => b + x.Select((v, i) => v * kernel[(i * bias.Length) + j]).Sum())];
    }

    private static double[] Expert(Model model, string layer, double[] x) => [.. Affine(model, layer, x).Select(Math.Tanh)];

    private static double[] Softmax(double[] x)
    {
        double sum = x.Sum(Math.Exp);
        return [.. x.Select(v => Math.Exp(v) / sum)];
    }

    private static double[] Mixed(double[][] vectors, double[] weights) => [.. vectors[0].Select((_, i) => vectors.Select((v, e) => weights[e] * v[i]).Sum())];
}
