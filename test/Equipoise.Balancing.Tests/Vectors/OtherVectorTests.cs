using System.Text.Json;

namespace Equipoise.Balancing.Tests.Vectors;

/// <summary>The remaining sections: orders of PCGrad, normalisers of MGDA, diagnostics, improvement. Left out: jacobian_anchor_cases and published, with the reasons below.</summary>
public sealed class OtherVectorTests
{
    // Sections that say nothing about balancing, or hold what another test reads.
    private static readonly Dictionary<string, string> Known = new()
    {
        ["meta"] = "about the file",
        ["jacobian_anchor_cases"] = "values of another library's automatic differentiation; balancing is handed gradients and makes none",
        ["published"] = "figures of papers, for long trainings on other data",
        ["property_tests"] = "settings of property tests: PropertyTests has the same shapes and scales",
        ["epo_toy"] = "a problem without numbers: EpoTests solves it",
        ["toy_problem"] = "ToyProblemTests", ["trajectory_problems"] = "TrajectoryTests",
        ["aggregation_anchor_cases"] = "AggregationVectorTests", ["aggregation_derived_cases"] = "AggregationVectorTests",
        ["scalarizer_anchor_cases"] = "ScalarVectorTests", ["loss_based_derived_cases"] = "ScalarVectorTests",
        ["stateful_anchor_cases"] = "StatefulVectorTests", ["stateful_derived_cases"] = "StatefulVectorTests",
        ["pcgrad_order_cases"] = "here", ["mgda_normaliser_cases"] = "here", ["diagnostics_derived_cases"] = "here", ["metric_cases"] = "here",
    };

    public static TheoryData<string> Orders => BalancingVectors.Ids("pcgrad_order_cases");

    public static TheoryData<string> Normalisers => BalancingVectors.Ids("mgda_normaliser_cases");

    public static TheoryData<string> Diagnostics => BalancingVectors.Ids("diagnostics_derived_cases");

    public static TheoryData<string> Metrics => BalancingVectors.Ids("metric_cases");

    [Fact]
    public void Every_section_of_the_file_is_read()
    {
        var root = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Testing.Vectors.VectorFile.Folder, "balancing.json"))).RootElement;
        Assert.All(root.EnumerateObject(), section => Assert.True(Known.ContainsKey(section.Name), section.Name));
    }

    [Theory, MemberData(nameof(Orders))]
    public void PCGrad_meets_the_coefficients_of_every_order(string id)
    {
        var json = BalancingVectors.Find("pcgrad_order_cases", id);
        var rows = json.Rows("J");
        foreach (var item in json.GetProperty("per_task").EnumerateArray())
        {
            var coefficients = new double[rows.Length];
            PCGrad.Cut(Harness.Gramian(rows), item.GetProperty("task").GetInt32(), [.. item.Numbers("order").Select(v => (int)v)], coefficients);
            BalancingVectors.Agree(item.Numbers("coefficients"), coefficients, 1e-9, 2e-12, id);
        }
    }

    [Theory, MemberData(nameof(Normalisers))]
    public void MGDA_meets_the_weights_of_every_normaliser(string id)
    {
        var json = BalancingVectors.Find("mgda_normaliser_cases", id);
        var rows = json.Rows("J");
        double[] losses = json.Numbers("losses");
        foreach (var item in json.GetProperty("cases").EnumerateArray())
        {
            var normalizer = item.Text("normaliser") switch
            {
                "none" => GradientNormalizer.None,
                "l2" => GradientNormalizer.Norm,
                "loss" => GradientNormalizer.Loss,
                _ => GradientNormalizer.LossTimesNorm,
            };
            double[] raw = Harness.Weigh(new Mgda(normalizer).Start(rows.Length), rows, losses), combined = Harness.Weigh(new Mgda(normalizer, CombineNormalized: true).Start(rows.Length), rows, losses);
            BalancingVectors.Agree(item.Numbers("simplex_weights"), raw, 1e-9, 2e-12, id);
            BalancingVectors.Agree(item.Numbers("effective_weights_on_raw_gradients_if_normalised_gradients_are_combined"), combined, 1e-9, 2e-12, id);
        }
    }

    [Theory, MemberData(nameof(Diagnostics))]
    public void Diagnostics_are_met(string id)
    {
        var json = BalancingVectors.Find("diagnostics_derived_cases", id);
        var rows = json.Rows("J");
        double[] gramian = Harness.Gramian(rows);
        int n = rows.Length;
        if (json.Has("cosine")) BalancingVectors.Agree([json.Number("cosine", 0)], [GramianDiagnostics.Cosine(gramian, n, 0, 1)], 1e-9, 2e-12, id);
        if (json.Has("magnitude_similarity")) BalancingVectors.Agree([json.Number("magnitude_similarity", 0)], [GramianDiagnostics.MagnitudeSimilarity(gramian, n, 0, 1)], 1e-9, 2e-12, id);
        if (json.Has("multitask_curvature_bound")) BalancingVectors.Agree([json.Number("multitask_curvature_bound", 0)], [GramianDiagnostics.CurvatureBound(gramian, n, 0, 1)], 1e-9, 2e-12, id);
        if (json.Has("singular_values")) BalancingVectors.Agree(json.Numbers("singular_values"), GramianDiagnostics.SingularValues(gramian, n), 1e-9, 2e-11, id);
        if (json.Has("condition_number")) BalancingVectors.Agree([json.Number("condition_number", 0)], [GramianDiagnostics.ConditionNumber(gramian, n)], 1e-8, 1e-9, id);
    }

    [Theory, MemberData(nameof(Metrics))]
    public void Improvement_is_met(string id)
    {
        var json = BalancingVectors.Find("metric_cases", id);
        IReadOnlyList<double>[] Read(string name) => [.. json.GetProperty(name).EnumerateObject().Select(task => (IReadOnlyList<double>)json.GetProperty(name).Numbers(task.Name))];
        double got = RelativeImprovement.Of(Read("new"), Read("base"), [.. Read("higher_is_better").Select(task => (IReadOnlyList<bool>)[.. task.Select(v => v != 0)])]);
        BalancingVectors.Agree([json.Number("computed_by_the_formula", json.Number("expected", 0))], [got], 1e-6, 1e-9, id);
    }
}
