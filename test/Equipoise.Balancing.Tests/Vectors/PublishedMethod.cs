using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Equipoise.Balancing.Tests.Vectors;

/// <summary>A method as the vector files name it: "CAGrad(c=0.5,LibMTL,rescale=1)", or a name with params.</summary>
internal sealed partial class PublishedMethod
{
    public PublishedMethod(string text, JsonElement? parameters, int tasks)
    {
        Text = text;
        var match = Shape().Match(text);
        string name = new([.. match.Groups[1].Value.ToLowerInvariant().Where(char.IsLetterOrDigit)]);
        string detail = match.Groups[2].Value;
        double Value(string key, double otherwise)
        {
            if (parameters is { ValueKind: JsonValueKind.Object } p && p.Has(key)) return p.Number(key, otherwise);
            var found = Regex.Match(detail, $@"(?<![a-z_]){Regex.Escape(key)}\s*=\s*([-+0-9.eE]+)");
            return found.Success ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : otherwise;
        }

        double[] ones = [.. Enumerable.Repeat(1.0, tasks)];
        double[] preference = parameters is { ValueKind: JsonValueKind.Object } given && given.Has("pref") && given.GetProperty("pref").ValueKind == JsonValueKind.Array ? given.Numbers("pref") : [];
        Priorities = ones;
        double regularization = Value("reg_eps", parameters is null && detail.Length == 0 ? 0 : 1e-4);
        Settings = name switch
        {
            "sum" or "ew" => new EqualWeights(),
            "mean" => new EqualWeights(Mean: true),
            "constant" => new FixedWeights(),
            "upgrad" => new UPGrad(regularization),
            "dualproj" => new DualProj(regularization),
            "alignedmtl" => new AlignedMtl(Scale(detail + (parameters is { } s ? s.Text("scale_mode") : ""))),
            "imtlg" => new ImtlGradient(),
            "config" => new ConFig(),
            "mgda" => new Mgda(),
            "cagrad" => new CAGrad(Value("c", 0.5), Value("rescale", 0) == 1 ? CAGradScaling.OnePlusSquare : Value("rescale", 0) == 2 ? CAGradScaling.OnePlusC : CAGradScaling.None),
            "fairgrad" => new FairGrad(Value("alpha", 1)),
            "nashmtl" => new NashMtl(Value("max_norm", 1)),
            "pcgrad" => new PCGrad(FixedOrder: true),
            "gradvac" => new GradVac(Value("beta", 0.5), FixedOrder: true) { Epsilon = 1e-8 },
            "krum" => new Krum((int)Value("n_byzantine", 0), (int)Value("n_selected", 1)),
            "trimmedmean" => new TrimmedMean((int)Value("trim_number", 1)),
            "graddrop" => new GradDrop(Value("leak", 0)),
            _ => throw new InvalidOperationException($"No method for the vectors called {text}: add it here, or to the list of those left out."),
        };
        if (name is "constant") Priorities = parameters!.Value.Numbers("weights");
        else if (preference.Length > 0) Priorities = name is "upgrad" or "dualproj" or "alignedmtl" ? [.. preference.Select(p => p * tasks)] : preference;
        Calls = detail.Contains("call 2", StringComparison.Ordinal) ? 2 : 1;
        Clamped = detail.Contains("clamps", StringComparison.Ordinal);
        Approximate = name == "mgda" && detail.Contains("FW", StringComparison.Ordinal);
        bool searched = name is "cagrad" or "fairgrad" or "nashmtl" || Settings.GivesDirection;
        Tolerance = searched ? 1e-6 : name == "gradvac" ? 1e-8 : 1e-9;
    }

    public string Text { get; }

    public BalancerSettings Settings { get; }

    public double[] Priorities { get; }

    /// <summary>How often it is called on the same gradients.</summary>
    public int Calls { get; }

    /// <summary>A pair has weights 0.999 and 0.001 where all weight belongs to one of them.</summary>
    public bool Clamped { get; }

    /// <summary>The numbers are those of an iteration that stops early.</summary>
    public bool Approximate { get; }

    /// <summary>What the vectors advise: 1e-9 for closed forms, 1e-6 where the reference searched.</summary>
    public double Tolerance { get; }

    [GeneratedRegex(@"^([^(]*)(?:\((.*)\))?")]
    private static partial Regex Shape();

    private static AlignedScale Scale(string detail) => detail.Contains("median", StringComparison.Ordinal) ? AlignedScale.Median : detail.Contains("rmse", StringComparison.Ordinal) ? AlignedScale.Mean : AlignedScale.Minimum;
}
