using Equipoise.Configs;
using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>All that a sweep may vary: points of a cube, each coordinate from 0 to 1, stand for variants of a config.</summary>
public sealed class SweepSpace
{
    /// <summary>A space of some dimensions.</summary>
    /// <param name="dimensions">What varies; coordinates stand in this order.</param>
    public SweepSpace(IReadOnlyList<SweepDimension> dimensions)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        if (dimensions.Count == 0) throw new ArgumentException("A space needs something that varies.", nameof(dimensions));
        foreach (var twice in dimensions.GroupBy(d => d.Label).Where(g => g.Count() > 1)) throw new ConfigException($"'{twice.Key}' is varied twice. Leave one of the two out.");
        Dimensions = dimensions;
        Choices = [.. dimensions.SelectMany(d => Enumerable.Repeat(d.IsChoice, d.Width))];
    }

    /// <summary>What varies.</summary>
    public IReadOnlyList<SweepDimension> Dimensions { get; }

    /// <summary>Coordinates of a point.</summary>
    public int Width => Choices.Count;

    /// <summary>For each coordinate, whether its values have no order.</summary>
    public IReadOnlyList<bool> Choices { get; }

    /// <summary>Reads one dimension, <c>PATH=LOW..HIGH:log</c> or <c>PATH=a,b,c</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="where">Where it comes from, for messages.</param>
    /// <exception cref="ConfigException">It is neither.</exception>
    public static SweepDimension Parse(string text, string where = "--set")
    {
        var (path, values) = ConfigChange.Parse(text, where);
        return RangeDimension.TryRead(path, values, where) is { } range ? range : Choice(path, ChoiceDimension.Pieces(values), where);
    }

    internal static ChoiceDimension Choice(string path, IReadOnlyList<string> values, string where)
    {
        if (values.Count < 2) throw new ConfigException($"{where}: '{path}' has {(values.Count == 0 ? "no value" : $"only the value '{values[0]}'")}. Give a range, {path}=0.001..0.1:log, or several values with commas between them.");
        foreach (var twice in values.GroupBy(v => v).Where(g => g.Count() > 1)) throw new ConfigException($"{where}: '{path}' has the value '{twice.Key}' twice.");
        return new ChoiceDimension(path, values);
    }

    /// <summary>The changes of the config at a point.</summary>
    public IReadOnlyList<ConfigChange> At(ReadOnlySpan<double> point)
    {
        if (point.Length != Width) throw new ArgumentException($"A point of this space has {Width} coordinates, not {point.Length}.", nameof(point));
        var changes = new List<ConfigChange>();
        int from = 0;
        foreach (var dimension in Dimensions)
        {
            changes.AddRange(dimension.At(point.Slice(from, dimension.Width)));
            from += dimension.Width;
        }
        return changes;
    }

    /// <summary>What a point comes to: points of the same text are the same variant.</summary>
    internal string Key(ReadOnlySpan<double> point) => string.Join(';', At(point));
}
