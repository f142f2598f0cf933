using System.Text.Json;

namespace Equipoise.Testing.Vectors;

/// <summary>One vector: inputs, settings and the numbers that must come out.</summary>
public sealed class VectorCase(JsonElement json)
{
    // A float32 value that the reference library really gave is matched more closely than the literal of its test.
    private const double ObservedRelative = 2e-5, ObservedAbsolute = 2e-6;

    /// <summary>Everything, for fields without a property here.</summary>
    public JsonElement Json => json;

    /// <summary>Unique name, such as <c>loss.Huber.02cdbee858</c>.</summary>
    public string Id { get; } = json.GetProperty("id").GetString()!;

    /// <summary>loss, metric, optimizer, layer ...</summary>
    public string Kind { get; } = json.GetProperty("kind").GetString()!;

    /// <summary>The reference library's name: Huber, MeanSquaredError ...</summary>
    public string Name { get; } = json.GetProperty("name").GetString()!;

    /// <summary>class or function; empty when the vector does not say.</summary>
    public string Form => json.TryGetProperty("form", out var form) ? form.GetString()! : "";

    /// <summary>The settings.</summary>
    public JsonElement Args => json.GetProperty("args");

    /// <summary>The inputs.</summary>
    public JsonElement Inputs => json.GetProperty("inputs");

    /// <summary>What must come out; its form depends on the kind.</summary>
    public JsonElement Expected => json.GetProperty("expected");

    /// <summary>Allowed difference relative to the expected number.</summary>
    public double RelativeTolerance => json.TryGetProperty("tolerance", out var tolerance) ? tolerance.GetProperty("rtol").GetDouble() : 0;

    /// <summary>Allowed difference at any size.</summary>
    public double AbsoluteTolerance => json.TryGetProperty("tolerance", out var tolerance) ? tolerance.GetProperty("atol").GetDouble() : 0;

    /// <summary>The numbers of an input, or null when it is absent or null.</summary>
    public NumberArray? Input(string name) => Array(Inputs, name);

    /// <summary>True when the setting is given and not null.</summary>
    public bool Has(string argument) => Args.TryGetProperty(argument, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A setting's number, or what stands for it when it is absent or null.</summary>
    public double Argument(string name, double otherwise) => Has(name) ? NumberArray.Number(Args.GetProperty(name)) : otherwise;

    /// <summary>A setting's switch (false when absent).</summary>
    public bool Flag(string name) => Has(name) && Args.GetProperty(name).GetBoolean();

    /// <summary>A setting's text, or what stands for it when it is absent or null.</summary>
    public string? Text(string name, string? otherwise = null) => Has(name) ? Args.GetProperty(name).GetString() : otherwise;

    /// <summary>The numbers under a name of any object, or null when absent or null.</summary>
    public static NumberArray? Array(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? NumberArray.Parse(value) : null;

    /// <summary>
    /// What is wrong with the numbers, or null when all agree: |got - expected| ≤ absolute + relative × |expected|, NaN equals NaN.
    /// When the vector has the value a float32 run gave ("observed"), that is matched too, at 2e-6 + 2e-5 × |observed|.
    /// </summary>
    /// <param name="got">Flat, in row order.</param>
    public string? Difference(params ReadOnlySpan<double> got) => Difference(tight: true, got);

    /// <summary>What is wrong with the numbers, or null; not tight: "observed" is not looked at.</summary>
    public string? Difference(bool tight, ReadOnlySpan<double> got)
    {
        string? wrong = Compare(NumberArray.Parse(Expected), got, RelativeTolerance, AbsoluteTolerance, "expected");
        if (tight && wrong is null && Array(Json, "observed") is { } observed) wrong = Compare(observed, got, ObservedRelative, ObservedAbsolute, "observed");
        return wrong is null ? null : $"{Id}: {wrong}. Source: {(json.TryGetProperty("source", out var source) ? source.GetString() : "?")}";
    }

    /// <summary>What is wrong with the numbers against any wanted ones, or null when all agree.</summary>
    public static string? Compare(NumberArray wanted, ReadOnlySpan<double> got, double relative, double absolute, string label = "expected")
    {
        // One figure may be wanted once for each row.
        if (got.Length == 1 && wanted.Length > 1) got = Enumerable.Repeat(got[0], wanted.Length).ToArray();
        if (wanted.Length != got.Length) return $"{got.Length} numbers came out, {label} are {wanted.Length}";
        for (int i = 0; i < got.Length; i++)
        {
            double want = wanted.Values[i], have = got[i];
            bool agrees = want.Equals(have) || Math.Abs(have - want) <= absolute + relative * Math.Abs(want);
            if (!agrees) return FormattableString.Invariant($"number {i} is {have:R}, {label} {want:R} (relative {relative:R}, absolute {absolute:R})");
        }

        return null;
    }

    /// <summary>The id, so that a test runner shows it.</summary>
    public override string ToString() => Id;
}
