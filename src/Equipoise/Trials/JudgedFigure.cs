using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Metrics;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>What trials are judged by: a metric of an output, or a formula over such metrics: <c>0.5*section.accuracy + 0.5*tags.f1_micro</c>.</summary>
/// <remarks>
/// A metric need not stand in the config; one that does is meant by the name that tables have (<c>f1_micro</c>). Names with other signs than letters, digits and underscores stand in double quotation marks.
/// Formulas have + − * / ^, parentheses, abs, sqrt, log, exp, min(a, b) and max(a, b); x / 0 is 0. Which way a formula gets better follows from its metrics, if they all agree; otherwise
/// <c>higher:</c> or <c>lower:</c> stands before it. Raw losses and totals are no judges: a variant may change what they measure.
/// </remarks>
public sealed class JudgedFigure
{
    private readonly FormulaTerm _term;

    private JudgedFigure(string text, FormulaTerm term, IReadOnlyList<(string, Metric)> terms, bool higherIsBetter)
    {
        Text = text;
        _term = term;
        Terms = terms;
        HigherIsBetter = higherIsBetter;
    }

    /// <summary>As written, without a direction.</summary>
    public string Text { get; }

    /// <summary>Which way it gets better.</summary>
    public bool HigherIsBetter { get; }

    /// <summary>The metrics in it.</summary>
    internal IReadOnlyList<(string Output, Metric Metric)> Terms { get; }

    /// <summary>Reads a figure of the outputs of a completed config (<see cref="RunData.Config"/>).</summary>
    /// <exception cref="ConfigException">There is no such output or metric, the metric does not fit the output, or the direction is not clear.</exception>
    public static JudgedFigure Parse(string text, Config config)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(config);
        string formula = text.Trim();
        bool? higher = formula.StartsWith("higher:", StringComparison.Ordinal) ? true : formula.StartsWith("lower:", StringComparison.Ordinal) ? false : null;
        if (higher is not null) formula = formula[(formula.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        var terms = new List<(string Output, Metric Metric)>();
        int Place(string name)
        {
            var figure = Find(name, text, config);
            if (!terms.Contains(figure)) terms.Add(figure);
            return terms.IndexOf(figure);
        }
        FormulaTerm term;
        if (TryFind(formula, config) is { } alone)
        {
            terms.Add(alone);
            term = new FormulaTerm.Sum(0);
        }
        else
        {
            try
            {
                term = FormulaParser.ReadOver(formula, Place);
            }
            catch (ArgumentException fault)
            {
                throw new ConfigException(fault.Message);
            }
        }
        if (terms.Count == 0) throw new ConfigException($"'{text}' names no metric, so nothing can be judged by it. {Known(config, "")}");
        return new JudgedFigure(formula, term, terms, higher ?? Direction(term, terms, text));
    }

    /// <summary>The figure of a trial's rows; NaN where one of its metrics is.</summary>
    /// <param name="rows">What the metrics see, by output.</param>
    public double Of(IReadOnlyDictionary<string, OutputRows> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Combine([.. Terms.Select(t => rows[t.Output].Figure(t.Metric))]);
    }

    /// <summary>The figure from the values of its metrics.</summary>
    internal double Combine(ReadOnlySpan<double> values) => _term.Value([], [], 0, values);

    /// <summary>How much better one value is than another: above 0 when it is better.</summary>
    internal double Gain(double value, double other) => HigherIsBetter ? value - other : other - value;

    private static (string Output, Metric Metric) Find(string name, string text, Config config)
    {
        if (TryFind(name, config) is { } found) return found;
        string output = name.Contains('.', StringComparison.Ordinal) ? name[..name.LastIndexOf('.')] : name;
        if (name is "total" || config.Outputs.Any(o => name == o.Name || name == $"{o.Name}.loss"))
            throw new ConfigException($"'{name}' in '{text}' is a loss, which variants may change or weigh otherwise. Judge by a metric. {Known(config, name)}");
        if (config.Outputs.All(o => o.Name != output)) throw new ConfigException($"There is no output '{output}', named in '{text}'. {Known(config, name)}");
        throw new ConfigException($"There is no metric '{name[(output.Length + 1)..]}' for the output '{output}', named in '{text}'. {Known(config, name)} 'equipoise catalog metric' lists all others.");
    }

    private static (string Output, Metric Metric)? TryFind(string name, Config config)
    {
        foreach (var output in config.Outputs.Where(o => name.StartsWith($"{o.Name}.", StringComparison.Ordinal)))
        {
            string wanted = name[(output.Name.Length + 1)..];
            if ((output.Metrics ?? []).FirstOrDefault(m => m.Name == wanted) is { } own) return (output.Name, own);
            if (MetricCatalog.Catalog.TryFind(wanted)?.Default is not { } usual) continue;
            var problems = new Problems();
            MetricFit.Check(output with { Metrics = [usual] }, problems);
            if (problems.Any) throw new ConfigException($"'{name}': {problems.All[0].Message}");
            return (output.Name, usual);
        }
        return null;
    }

    private static string Known(Config config, string name) => Suggestion.Advice(name, [.. config.Outputs.SelectMany(o => (o.Metrics ?? []).Select(m => $"{o.Name}.{m.Name}"))]);

    // Each metric is moved a little to where it is better, at a few places; the formula must move the same way each time.
    private static bool Direction(FormulaTerm term, List<(string Output, Metric Metric)> terms, string text)
    {
        const double Step = 1e-3;
        int up = 0, down = 0;
        foreach (double place in (double[])[0.2, 0.5, 0.8])
        {
            double[] values = [.. terms.Select((_, i) => place + (0.01 * i))];
            double before = term.Value([], [], 0, values);
            for (int i = 0; i < values.Length; i++)
            {
                double kept = values[i];
                values[i] += terms[i].Metric.Direction == MetricDirection.HigherIsBetter ? Step : -Step;
                double after = term.Value([], [], 0, values);
                values[i] = kept;
                if (after > before) up++;
                else if (after < before) down++;
            }
        }
        if (up > 0 == down > 0) throw new ConfigException($"It is not clear which way '{text}' gets better: its metrics do not agree. Write 'higher: {text}' or 'lower: {text}'.");
        return up > 0;
    }
}
