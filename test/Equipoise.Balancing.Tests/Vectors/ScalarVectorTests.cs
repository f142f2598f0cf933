using System.Text.Json;

namespace Equipoise.Balancing.Tests.Vectors;

/// <summary>Every vector that goes from losses to a value and weights.</summary>
public sealed class ScalarVectorTests
{
    private const double Relative = 1e-9, Digits = 2e-12;      // written with twelve decimals

    public static TheoryData<string> Anchors => BalancingVectors.Ids("scalarizer_anchor_cases");

    public static TheoryData<string> Derived => BalancingVectors.Ids("loss_based_derived_cases");

    [Theory, MemberData(nameof(Anchors))]
    public void Published_value_is_met(string id)
    {
        var json = BalancingVectors.Find("scalarizer_anchor_cases", id);
        var parameters = json.Has("params") ? json.GetProperty("params") : JsonDocument.Parse("{}").RootElement;
        double[] losses = json.Numbers("losses");
        var (settings, priorities) = Make(json.Text("method"), parameters, losses.Length);
        var (weights, value) = Weigh(settings.Start(losses.Length), losses, priorities);
        double size = losses.Max(Math.Abs), absolute = json.Number("atol", 1e-6) * Math.Max(1, size);
        if (json.Has("expected_value")) BalancingVectors.Agree([json.GetProperty("expected_value").GetDouble()], [value], 0, absolute, id);
        if (json.Has("expected_weights")) BalancingVectors.Agree(json.Numbers("expected_weights"), weights, 0, absolute, id);
        Assert.True(json.Has("expected_value") || json.Has("expected_weights"), $"{id} has nothing to compare: {json}");
    }

    [Theory, MemberData(nameof(Derived))]
    public void Derived_value_is_met(string id)
    {
        var json = BalancingVectors.Find("loss_based_derived_cases", id);
        string method = json.Text("method");
        if (json.Has("epoch_mean_losses"))
        {
            EpochMeans(id, json);
            return;
        }

        if (json.Has("steps"))
        {
            Steps(id, json, json.GetProperty("steps"), method);
            return;
        }

        double[] losses = json.Numbers("losses");
        var (settings, priorities) = Make(method, json, losses.Length);
        var balancer = settings.Start(losses.Length);
        double[]? nadir = new[] { "nadir", "nu", "ν", "nadir_losses" }.Where(name => json.Has(name)).Select(name => json.Numbers(name)).FirstOrDefault();
        int epoch = 0;
        if (settings is LogTchebycheff log)
        {
            epoch = nadir is null ? 0 : log.WarmupEpochs + 1;
            if (nadir is not null) Weigh(balancer, nadir, priorities, log.WarmupEpochs);
        }

        var (weights, value) = Weigh(balancer, losses, priorities, epoch);
        int compared = 0;
        void Compare(string name, double[] got)
        {
            if (!json.Has(name)) return;
            compared++;
            double[] wanted = json.GetProperty(name).ValueKind == JsonValueKind.Array ? json.Numbers(name) : [json.GetProperty(name).GetDouble()];
            BalancingVectors.Agree(wanted, got, Relative, Digits, $"{id} {name}");
        }

        Compare("value", [value]);
        Compare("weights", weights);
        Compare("effective_weights", weights);
        Compare("dvalue_dL", weights);
        if (settings is Uncertainty uncertainty) Compare("dvalue_ds", [.. weights.Zip(losses, (w, loss) => 0.5 - (w * loss))]);
        if (settings is ImtlLoss) Compare("dvalue_ds", [.. weights.Zip(losses, (w, loss) => (w * loss) - 1)]);
        if (settings is Uncertainty { Form: UncertaintyForm.Regression }) Compare("optimal_s", Rest(settings, losses));
        Assert.True(compared > 0, $"{id} has nothing to compare: {json}");
    }

    [Fact]
    public void Vectors_are_there()
    {
        Assert.NotEmpty(Anchors);
        Assert.NotEmpty(Derived);
    }

    // Where the learned values come to rest after many steps.
    private static double[] Rest(BalancerSettings settings, double[] losses)
    {
        var balancer = ((Uncertainty)settings with { LearningRate = 1e-3 }).Start(losses.Length);
        for (int step = 0; step < 20_000; step++) Weigh(balancer, losses, [.. losses.Select(_ => 1.0)]);
        double[] found = balancer.Save()["log_variance"];
        Assert.All(found.Zip(losses), pair => Assert.Equal(Math.Log(pair.Second), pair.First, 2e-3));
        return [.. losses.Select(loss => Math.Log(loss))];                   // the formula of the resting point, which the walk has just reached
    }

    private static void EpochMeans(string id, JsonElement json)
    {
        var means = json.Rows("epoch_mean_losses");
        var balancer = new DynamicWeightAverage(json.Number("T", 2)).Start(means[0].Length);
        foreach (double[] mean in means) balancer.EndEpoch(mean);
        var weights = new double[means[0].Length];
        balancer.Weigh(default, weights);
        BalancingVectors.Agree(json.Numbers("weights"), weights, Relative, Digits, id);
    }

    /// <summary>A sequence of calls with losses only.</summary>
    internal static void Steps(string id, JsonElement json, JsonElement steps, string method)
    {
        var first = steps[0];
        int tasks = first.Numbers("losses").Length;
        var parameters = json.Has("params") ? json.GetProperty("params") : json;
        var (settings, priorities) = Make(method, parameters, tasks);
        var balancer = settings.Start(tasks);
        int number = 0;
        foreach (var step in steps.EnumerateArray())
        {
            string what = $"{id} step {number++}";
            double[] shares = settings is Famo ? Softmax(balancer.Save()["logits"]) : [];
            var (weights, value) = Weigh(balancer, step.Numbers("losses"), priorities);
            int compared = 0;
            foreach (var field in step.EnumerateObject())
            {
                if (field.Name.StartsWith("loss", StringComparison.Ordinal) && field.Name != "losses" && field.Value.ValueKind == JsonValueKind.Array) balancer.AfterStep(step.Numbers(field.Name));
            }

            foreach (var field in step.EnumerateObject())
            {
                double[]? got = field.Name switch
                {
                    "weights" or "expected_weights" or "weights_one_group" or "effective_weights" => weights,
                    "p" => balancer.Save()["share"],
                    "z" or "softmax" => shares,
                    "value" or "expected_value" or "loss_value" => [value],
                    _ when settings is Famo && (field.Name.Contains("xi", StringComparison.Ordinal) || field.Name.Contains("logit", StringComparison.Ordinal)) => balancer.Save()["logits"],
                    _ => null,
                };
                if (got is null) continue;
                double[] wanted = field.Value.ValueKind == JsonValueKind.Array ? step.Numbers(field.Name) : [field.Value.GetDouble()];
                BalancingVectors.Agree(wanted, got, Relative, Digits, $"{what} {field.Name}");
                compared++;
            }

            if (settings is Go4Align && step.Has("weights_before_clustering")) compared += Separate(step, steps, number);
            Assert.True(compared > 0, $"{what} has nothing to compare: {step}");
        }
    }

    // As many groups as outputs: every weight stays as it was before grouping.
    private static int Separate(JsonElement step, JsonElement all, int steps)
    {
        var balancer = new Go4Align(100).Start(step.Numbers("losses").Length);
        double[] weights = [];
        foreach (var past in all.EnumerateArray().Take(steps)) (weights, _) = Weigh(balancer, past.Numbers("losses"), []);
        BalancingVectors.Agree(step.Numbers("weights_before_clustering"), weights, Relative, Digits, "before clustering");
        return 1;
    }

    private static double[] Softmax(double[] x)
    {
        double[] y = [.. x];
        Simplex.Softmax(y);
        return y;
    }

    private static (double[] Weights, double Value) Weigh(Balancer balancer, double[] losses, double[] priorities, int epoch = 0)
    {
        var weights = new double[losses.Length];
        balancer.Weigh(new BalancerInput { Losses = losses, Priorities = priorities, Epoch = epoch }, weights);
        return (weights, balancer.Objective);
    }

    private static (BalancerSettings Settings, double[] Priorities) Make(string method, JsonElement parameters, int tasks)
    {
        double[] given = parameters.Has("weights") && parameters.GetProperty("weights").ValueKind == JsonValueKind.Array && parameters.GetProperty("weights").GetArrayLength() == tasks ? parameters.Numbers("weights") : [];
        double[] times = [.. given.Select(w => w * tasks)];    // our priorities are divided by the number of outputs
        double[] s = parameters.Has("s") ? parameters.Numbers("s") : [];
        double[] ideal = new[] { "reference", "z", "ideal", "ref" }.Where(name => parameters.Has(name) && parameters.GetProperty(name).ValueKind == JsonValueKind.Array).Select(name => parameters.Numbers(name)).FirstOrDefault() ?? [];
        double[] ones = [.. Enumerable.Repeat(1.0, tasks)];
        string name = new([.. method.TakeWhile(c => c is not '(' and not ':').Where(c => char.IsLetterOrDigit(c)).Select(char.ToLowerInvariant)]);
        bool half = name.Contains("half", StringComparison.Ordinal) || method.Contains("0.5 e", StringComparison.Ordinal) || name == "uw";
        bool logs = method.Contains("LibMTL", StringComparison.Ordinal) || method.Contains("log-loss", StringComparison.Ordinal) || method.Contains("nadir", StringComparison.Ordinal) || parameters.Has("nadir");
        return name switch
        {
            "constant" => (new FixedWeights(), given),
            "sum" or "ew" => (new EqualWeights(), ones),
            "mean" => (new EqualWeights(Mean: true), ones),
            "geometricmean" or "gls" => (new GeometricMean(), ones),
            _ when name.StartsWith("imtll", StringComparison.Ordinal) => (new ImtlLoss { Initials = s }, ones),
            _ when name.StartsWith("uwso", StringComparison.Ordinal) => (new SoftOptimalUncertainty(parameters.Number("T", 1)), ones),
            _ when name.StartsWith("uwo", StringComparison.Ordinal) => (new OptimalUncertainty(), ones),
            _ when name.StartsWith("uw", StringComparison.Ordinal) => (new Uncertainty(Form: half ? UncertaintyForm.Regression : UncertaintyForm.Classification) { Initials = s }, ones),
            "si" or "logsum" or "scaleinvariant" => (new LogSum(parameters.Number("eps", 0)), ones),
            _ when name.StartsWith("stch", StringComparison.Ordinal) && logs => (new LogTchebycheff(parameters.Number("mu", 1)), ones),
            _ when name.StartsWith("stch", StringComparison.Ordinal) => (new SmoothTchebycheff(parameters.Number("mu", 1)) { Ideal = ideal }, given.Length > 0 ? times : ones),
            "pbi" => (new BoundaryIntersection(parameters.Number("theta", 1)) { Ideal = ideal }, given.Length > 0 ? given : ones),
            "cosmos" => (new Cosmos(parameters.Number("lam", parameters.Number("lambda", 1))), given.Length > 0 ? times : ones),
            _ when name.StartsWith("cov", StringComparison.Ordinal) => (new CoefficientOfVariation(parameters.Number("decay", parameters.Number("mean_decay_param", 0))), ones),
            "go4align" => (new Go4Align(1, parameters.Number("robust_step_size", 1e-4)), ones),
            "famo" => (new Famo(parameters.Number("w_lr", parameters.Number("lr", 0.025)), parameters.Number("gamma", 1e-3)) { LowerBounds = parameters.Has("min_losses") && parameters.GetProperty("min_losses").ValueKind == JsonValueKind.Array ? parameters.Numbers("min_losses") : [] }, ones),
            "dwa" => (new DynamicWeightAverage(parameters.Number("T", 2)), ones),
            _ => throw new InvalidOperationException($"No method for the vectors called {method}: add it here, or to a list of those left out."),
        };
    }
}
