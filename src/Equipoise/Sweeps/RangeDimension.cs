using System.Globalization;
using Equipoise.Configs;
using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>A setting that is a number between two bounds: value = low + u × (high − low), or low × (high / low)^u on a logarithmic scale. Values have 4 significant digits.</summary>
/// <param name="Path">The setting: <c>training.optimizer.adam.learning_rate</c>.</param>
/// <param name="Low">The least value.</param>
/// <param name="High">The greatest value; above <paramref name="Low"/>.</param>
/// <param name="Log">Whether equal ratios are equally likely, not equal differences; both bounds must then be above 0.</param>
/// <param name="Whole">Whether only whole numbers are meant; both bounds are among them.</param>
public sealed record RangeDimension(string Path, double Low, double High, bool Log = false, bool Whole = false) : SweepDimension
{
    /// <inheritdoc/>
    public override int Width => 1;

    /// <inheritdoc/>
    public override string Label => Path;

    /// <summary>The value at a coordinate.</summary>
    public double Value(double coordinate)
    {
        double u = Math.Clamp(coordinate, 0, 1);
        if (Whole && !Log) return Math.Min(High, Low + Math.Floor(u * (High - Low + 1)));
        double value = Log ? Low * Math.Pow(High / Low, u) : Low + (u * (High - Low));
        if (Whole) return Math.Clamp(Math.Round(value), Low, High);
        return double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ConfigChange> At(ReadOnlySpan<double> coordinates) => [new ConfigChange(Path, Text(Value(coordinates[0])))];

    /// <inheritdoc/>
    public override IReadOnlyList<double[]> Levels(int resolution)
    {
        if (Whole && !Log)
        {
            double numbers = High - Low + 1;
            int count = (int)Math.Min(resolution, numbers);
            return [.. Enumerable.Range(0, count).Select(i => (double[])[(Math.Round(i * (numbers - 1) / Math.Max(count - 1, 1)) + 0.5) / numbers])];
        }
        return [.. Enumerable.Range(0, resolution).Select(i => (double[])[(double)i / (resolution - 1)])];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path}={Text(Low)}..{Text(High)}{(Log ? ":log" : "")}{(Whole ? ":int" : "")}";

    /// <summary>Reads <c>1e-4..1e-2:log</c>; null if it is no range.</summary>
    /// <exception cref="ConfigException">It is a range that makes no sense.</exception>
    internal static RangeDimension? TryRead(string path, string text, string where)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots <= 0) return null;
        string[] parts = text[(dots + 2)..].Split(':');
        if (!Number(text[..dots], out double low) || !Number(parts[0], out double high)) return null;
        string[] marks = [.. parts[1..].Select(p => p.Trim())];
        foreach (string mark in marks.Where(m => m is not ("log" or "int" or "linear")))
            throw new ConfigException($"{where}: '{path}={text}': there is no scale '{mark}'. {Catalogs.Suggestion.Advice(mark, ["linear", "log", "int"])}");
        bool log = marks.Contains("log"), whole = marks.Contains("int");
        if (!(double.IsFinite(low) && double.IsFinite(high) && low < high)) throw new ConfigException($"{where}: '{path}={text}': the second bound must be above the first.");
        if (log && low <= 0) throw new ConfigException($"{where}: '{path}={text}': a logarithmic scale needs bounds above 0. Write a small one instead of {Text(low)}, or leave ':log' out.");
        if (whole && (low != Math.Floor(low) || high != Math.Floor(high))) throw new ConfigException($"{where}: '{path}={text}': with ':int' both bounds must be whole numbers.");
        return new RangeDimension(path, low, high, log, whole);
    }

    private static bool Number(string text, out double value) => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
