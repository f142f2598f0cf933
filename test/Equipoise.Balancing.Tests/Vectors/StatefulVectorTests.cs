using System.Text.Json;
using Equipoise.Testing.Vectors;

namespace Equipoise.Balancing.Tests.Vectors;

/// <summary>Every vector that is a sequence of calls, and those of the small helpers.</summary>
public sealed class StatefulVectorTests
{
    private const double Relative = 1e-9, Digits = 2e-12;
    private static readonly string[] Gradient = ["J", "J1", "A", "norms", "gradient_norms", "grad_norms"], Inner = ["inner", "inner_weights", "w_hat", "base_weights"];
    private const double SinglePrecision = 1e-6;               // gradients and directions go through float

    private static readonly Dictionary<string, string> LeftOut = new()
    {
        ["torchjd-jac-doc-gramian"] = "a Gramian printed without its gradients: there is nothing to compute it from",
    };

    public static TheoryData<string> Anchors => [.. BalancingVectors.Of("stateful_anchor_cases").Keys.Where(id => !LeftOut.ContainsKey(id))];

    public static TheoryData<string> Derived => BalancingVectors.Ids("stateful_derived_cases");

    [Theory, MemberData(nameof(Anchors))]
    public void Published_sequence_is_met(string id)
    {
        var json = BalancingVectors.Find("stateful_anchor_cases", id);
        Run(id, json, json.GetProperty("calls"), 0, json.Number("atol", 1e-6));
    }

    [Theory, MemberData(nameof(Derived))]
    public void Derived_sequence_is_met(string id)
    {
        var json = BalancingVectors.Find("stateful_derived_cases", id);
        string method = json.Text("method");
        if (json.Has("steps")) Run(id, json, json.GetProperty("steps"), Relative, Digits);
        else Single(id, json, method);
    }

    [Fact]
    public void Vectors_are_there()
    {
        Assert.NotEmpty(Anchors);
        Assert.NotEmpty(Derived);
    }

    private static void Run(string id, JsonElement json, JsonElement calls, double relative, double absolute)
    {
        string method = json.Text("method"), name = new([.. method.TakeWhile(c => c != '(').Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
        if (name is "euclideanprojectionontheprobabilitysimplex" or "gramian")
        {
            foreach (var call in calls.EnumerateArray()) Helper(id, name, call, absolute);
            return;
        }

        var first = calls[0];
        bool smoothed = name.StartsWith("crmogm", StringComparison.Ordinal) && !first.Has("J") && !first.Has("J1");
        if (!smoothed && first.Has("losses") && !Gradient.Any(field => first.Has(field)))
        {
            ScalarVectorTests.Steps(id, json, calls, method);
            return;
        }

        var parameters = json.Has("params") ? json.GetProperty("params") : JsonDocument.Parse("{}").RootElement;
        var given = new GivenWeights();
        Balancer? balancer = null;
        double[] priorities = [];
        BalancerSettings? settings = null;
        int number = 0;
        foreach (var call in calls.EnumerateArray())
        {
            var rows = Gradients(call);
            if (balancer is null)
            {
                (settings, priorities) = Make(name, method, parameters, rows.Length);
                if (smoothed) settings = new CrMogm(parameters.Number("alpha", 0.9)) { Method = given };
                balancer = settings.Start(rows.Length);
                Remember(balancer, settings, json, parameters, call);
            }

            if (smoothed) given.Values = call.Numbers(Inner.First(field => call.Has(field)));
            Compare($"{id} call {number++}", settings!, balancer, call, rows, priorities, relative, absolute);
        }

        Assert.True(number > 0, $"{id} has no calls");
    }

    // First losses that are given apart from the calls.
    private static void Remember(Balancer balancer, BalancerSettings settings, params JsonElement[] places)
    {
        if (settings is not GradNorm) return;
        foreach (var place in places)
        {
            foreach (string field in new[] { "L0", "l0", "initial_losses", "losses0", "losses_0" })
            {
                if (!place.Has(field)) continue;
                var state = new Dictionary<string, double[]>(balancer.Save()) { ["first_loss"] = place.Numbers(field) };
                balancer.Load(state);
            }
        }
    }

    private static void Compare(string what, BalancerSettings settings, Balancer balancer, JsonElement call, double[][] rows, double[] priorities, double relative, double absolute)
    {
        int tasks = rows.Length;
        double[] losses = call.Has("losses") ? call.Numbers("losses") : call.Has("L") ? call.Numbers("L") : [.. Enumerable.Repeat(1.0, tasks)];
        var direction = new float[rows[0].Length];
        double[] gramian = Harness.Gramian(rows), weights = new double[tasks];
        double[] cross = call.Has("A") ? [.. call.Rows("A").SelectMany(row => row)] : call.Has("J2") ? Harness.Gramian(rows, call.Rows("J2")) : gramian;
        bool given = call.Has("A");
        balancer.Weigh(new BalancerInput { Losses = losses, Gramian = given ? [] : gramian, CrossGramian = cross, Gradients = given ? null : Harness.Floats(rows), Priorities = priorities }, weights, given ? [] : direction);
        if (settings.Needs.HasFlag(BalancerNeeds.Gradients)) (relative, absolute) = (Math.Max(relative, SinglePrecision), Math.Max(absolute, SinglePrecision));
        int compared = 0;
        foreach (var field in call.EnumerateObject())
        {
            double[][] candidates = field.Name switch
            {
                "weights" or "expected_weights" or "effective_weights" or "lambda" => settings switch
                {
                    GradNorm => [weights, balancer.Save()["learned"]],   // before or after its own step
                    DbMtl => [weights, [.. weights.Select(_ => 1.0)]],   // what one published code reports
                    Imtl { Initials.Count: > 0 } imtl => [weights, [.. weights.Zip(imtl.Initials, (w, s) => w * Math.Exp(-s))]],
                    _ => [weights],
                },
                "weights_after" or "w_after" => [balancer.Save()["learned"]],
                "phi_after" => [balancer.Save()["goal"]],
                "inner" when settings is CrMogm { Method: not GivenWeights } => [((CrMogm)settings).Method.Start(tasks) is var inner ? Harness.Weigh(inner, rows, losses, priorities) : []],
                "aggregation" or "expected_aggregation" or "direction" or "update" or "d" => [settings.GivesDirection ? [.. direction.Select(v => (double)v)] : Harness.Combine(weights, rows)],
                _ => [],
            };
            if (candidates.Length == 0) continue;
            double[] wanted = NumberArray.Parse(field.Value).Values;
            bool met = candidates.Length > 1 && candidates[1..].Any(c => c.Zip(wanted).All(pair => Math.Abs(pair.First - pair.Second) <= absolute + (relative * Math.Abs(pair.Second))));
            if (!met) BalancingVectors.Agree(wanted, candidates[0], relative, absolute, $"{what} {field.Name}");
            compared++;
        }

        Assert.True(compared > 0, $"{what} has nothing to compare: {call}");
    }

    // Weights to smooth that are given without gradients.
    private sealed record GivenWeights : BalancerSettings
    {
        public double[] Values { get; set; } = [];

        protected override BalancerNeeds Wants => BalancerNeeds.Gramian;

        public override Balancer Start(int tasks) => new Running(this, tasks);

        private sealed class Running(GivenWeights settings, int tasks) : Balancer(settings, tasks)
        {
            protected internal override bool Solve(in ActiveTasks tasks, Span<double> weights)
            {
                settings.Values.CopyTo(weights);
                return true;
            }
        }
    }

    private static double[][] Gradients(JsonElement call)
    {
        foreach (string name in Gradient)
        {
            if (!call.Has(name)) continue;
            if (call.GetProperty(name)[0].ValueKind == JsonValueKind.Array) return call.Rows(name);
            double[] norms = call.Numbers(name);
            return [.. norms.Select((norm, i) => Enumerable.Range(0, norms.Length).Select(c => c == i ? norm : 0).ToArray())];
        }

        if (Inner.FirstOrDefault(field => call.Has(field)) is { } inner) return [.. call.Numbers(inner).Select((_, i) => call.Numbers(inner).Select((_, c) => c == i ? 1.0 : 0).ToArray())];
        throw new InvalidOperationException($"No gradients in {call}");
    }

    private static void Helper(string id, string name, JsonElement call, double absolute)
    {
        if (name == "gramian")
        {
            BalancingVectors.Agree([.. call.Rows("expected").SelectMany(row => row)], Harness.Gramian(call.Rows("J")), 0, absolute, id);
            return;
        }

        double[] x = call.Numbers("input");
        Simplex.Project(x, new double[x.Length]);
        BalancingVectors.Agree(call.Numbers("expected"), x, 0, absolute, id);
    }

    private static void Single(string id, JsonElement json, string method)
    {
        var rows = json.Rows("J");
        var gramian = Harness.Gramian(rows);
        double[] ones = [.. Enumerable.Repeat(1.0, rows.Length)];
        if (method.StartsWith("Nash", StringComparison.Ordinal))
        {
            double[] alpha = Harness.Formula(new NashMtl(0).Start(rows.Length), gramian, ones, null);
            BalancingVectors.Agree(json.Numbers("alpha"), alpha, Relative, Digits * alpha.Max(), id);
            Assert.Equal(json.Number("norm_of_aggregation", Math.Sqrt(rows.Length)), GramianDiagnostics.UpdateNorm(gramian, alpha), 1e-10);
            return;
        }

        if (method.StartsWith("IMTL-G", StringComparison.Ordinal))
        {
            double[] weights = Harness.Formula(new ImtlGradient().Start(rows.Length), gramian, ones, null);
            BalancingVectors.Agree(json.Numbers("weights"), weights, Relative, Digits, id);
            return;
        }

        var parameters = json.Has("params") ? json.GetProperty("params") : json;
        string name = new([.. method.TakeWhile(c => c != '(').Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
        var (settings, priorities) = Make(name, method, parameters, rows.Length);
        Compare(id, settings, settings.Start(rows.Length), json, rows, priorities, Relative, Digits);
    }

    private static (BalancerSettings Settings, double[] Priorities) Make(string name, string method, JsonElement p, int tasks)
    {
        double[] preference = p.Has("pref") && p.GetProperty("pref").ValueKind == JsonValueKind.Array ? p.Numbers("pref") : [.. Enumerable.Repeat(1.0, tasks)];
        bool torch = method.Contains("TorchJD", StringComparison.Ordinal);
        BalancerSettings settings = name switch
        {
            _ when name.StartsWith("excessmtl", StringComparison.Ordinal) && torch => new ExcessMtl(p.Number("robust_step_size", 1), (int)p.Number("n_warmup_steps", 0), SumToOne: true),
            _ when name.StartsWith("excessmtl", StringComparison.Ordinal) => new ExcessMtl(p.Number("robust_step_size", 0.01)),
            _ when name.StartsWith("sdmgrad", StringComparison.Ordinal) => new SdmGrad(p.Number("lambda_", p.Number("lambda", 0.3)), p.Number("lr", 10), p.Number("momentum", 0.5), (int)p.Number("n_iter", p.Number("niter", 20))) { Epsilon = 1e-8 },
            _ when name.StartsWith("modo", StringComparison.Ordinal) => new MoDo(p.Number("gamma", 0.1), p.Number("rho", 0.1)),
            _ when name.StartsWith("moco", StringComparison.Ordinal) => new MoCo(p.Number("beta", 0.5), p.Number("beta_sigma", 0.5), p.Number("gamma", 0.1), p.Number("gamma_sigma", 0.5), p.Number("rho", 0)),
            _ when name.StartsWith("dbmtl", StringComparison.Ordinal) => new DbMtl(p.Number("beta", 0.9), p.Number("beta_sigma", 0)),
            _ when name.StartsWith("crmogm", StringComparison.Ordinal) => new CrMogm(p.Number("alpha", 0.9)) { Method = method.Contains("Mean", StringComparison.Ordinal) ? new EqualWeights(true) : method.Contains("MGDA", StringComparison.Ordinal) ? new Mgda() : new UPGrad(1e-4) },
            _ when name.StartsWith("gradvac", StringComparison.Ordinal) => new GradVac(p.Number("beta", 0.5), FixedOrder: true) { Epsilon = p.Number("eps", 1e-8) },
            _ when name.StartsWith("gradnorm", StringComparison.Ordinal) => new GradNorm(p.Number("alpha", 1.5), p.Number("lr", p.Number("w_lr", 0.025))) { AbsoluteStep = true },
            _ when name.StartsWith("imtlg", StringComparison.Ordinal) => new ImtlGradient(),
            _ when name.StartsWith("imtl", StringComparison.Ordinal) => new Imtl { Initials = p.Has("s") ? p.Numbers("s") : [] },
            _ when name.StartsWith("nash", StringComparison.Ordinal) => new NashMtl(p.Number("max_norm", 1)),
            _ => throw new InvalidOperationException($"No method for the vectors called {method}: add it here, or to a list of those left out."),
        };
        return (settings, preference);
    }
}
