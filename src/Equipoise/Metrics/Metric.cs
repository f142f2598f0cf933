using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>A figure that says how good an output is. It trains nothing. The record holds settings; <see cref="Start(int)"/> makes what counts.</summary>
public abstract record Metric
{
    /// <summary>Short name for tables and logs, in snake case. Settings that are not the default are in it: <c>f1_micro</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Which way it gets better.</summary>
    public abstract MetricDirection Direction { get; }

    /// <summary>Whether it wants predictions and targets in the unit of the data, with any scaling of targets undone.</summary>
    public virtual bool InUnits => false;

    /// <summary>Whether it judges several quantiles of one value, and so wants them all where a loss predicts such.</summary>
    public virtual bool JudgesQuantiles => false;

    /// <summary>Further columns of the data that it looks at, by name; a row in which one of them is missing is not counted by it.</summary>
    public virtual IReadOnlyList<string> Columns => [];

    /// <summary>A fresh count.</summary>
    /// <param name="width">Last axis of the predictions.</param>
    public abstract MetricState Start(int width);

    /// <summary>A fresh count for items that are whole rows of several positions, as losses over rows have them: the numbers of an item are positions × width.</summary>
    public virtual MetricState Start(int positions, int width) => Start(checked(positions * width));
}

/// <summary>Every metric by name. Each metric's file adds its own line, in another part of this class.</summary>
public static partial class MetricCatalog
{
    // No initialiser on purpose: parts initialise in file order, so whichever runs first makes the catalogue.
    private static Catalog<Metric>? _catalog;

    /// <summary>The catalogue.</summary>
    public static Catalog<Metric> Catalog => _catalog!;

    private static Entry<Metric> Add<T>(string name, string summary, T @default, params Setting<Metric>[] settings) where T : Metric
        => (_catalog ??= new("metric")).Add(name, summary, @default, settings);
}
