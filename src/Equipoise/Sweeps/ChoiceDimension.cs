using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>A setting that has one of several values, in no order: value number ⌊u × values⌋.</summary>
/// <param name="Path">The setting: <c>outputs.price.loss</c>.</param>
/// <param name="Values">The values, as they would stand in the config.</param>
public sealed record ChoiceDimension(string Path, IReadOnlyList<string> Values) : SweepDimension
{
    /// <inheritdoc/>
    public override int Width => 1;

    /// <inheritdoc/>
    public override bool IsChoice => true;

    /// <inheritdoc/>
    public override string Label => Path;

    /// <inheritdoc/>
    public override IReadOnlyList<ConfigChange> At(ReadOnlySpan<double> coordinates)
        => [new ConfigChange(Path, Values[Math.Clamp((int)(coordinates[0] * Values.Count), 0, Values.Count - 1)])];

    /// <inheritdoc/>
    public override IReadOnlyList<double[]> Levels(int resolution) => [.. Enumerable.Range(0, Values.Count).Select(i => (double[])[(i + 0.5) / Values.Count])];

    /// <inheritdoc/>
    public override string ToString() => $"{Path}={string.Join(",", Values)}";

    /// <summary>The values of <c>mae,{huber: {delta: 1}},mse</c>; commas in brackets belong to a value.</summary>
    internal static IReadOnlyList<string> Pieces(string text)
    {
        var pieces = new List<string>();
        int depth = 0, start = 0;
        char quote = '\0';
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : ',';
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'') quote = c;
            else if (c is '{' or '[') depth++;
            else if (c is '}' or ']') depth--;
            if (i < text.Length && (c != ',' || depth > 0 || quote != '\0')) continue;
            if (text[start..i].Trim() is { Length: > 0 } piece) pieces.Add(piece);
            start = i + 1;
        }
        return pieces;
    }
}
