using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Runs;

namespace Equipoise.Advice;

/// <summary>Advice about a data file: for each column to predict, the losses and metrics that fit its labels.</summary>
/// <remarks>
/// Types are found out as for <c>equipoise init</c>, but from the training part alone: the rows that a column of the file says train, else the four fifths that a first config would draw. Without targets every column
/// is looked at that could be one.
/// </remarks>
public static class DataAdvice
{
    private const int FewestForSplit = 20;

    /// <summary>Looks at a file.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    /// <exception cref="ConfigException">A target is not there, or cannot be predicted.</exception>
    public static AdviceReport Of(string file, IReadOnlyList<string>? targets = null) => Of(TableReader.Read(file), targets);

    /// <summary>Looks at a table.</summary>
    public static AdviceReport Of(Table table, IReadOnlyList<string>? targets = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Rows == 0) throw new DataException($"{table.Source}: there is a header, but no row below it.");
        var problems = new Problems();
        foreach (string target in (targets ?? []).Where(t => !table.Has(t))) problems.Add(default, "", $"There is no column '{target}' in {table.Source}. {Suggestion.Advice(target, table.Names)}");
        if (problems.Any) throw new ConfigException("advise", "", problems.All);

        var (train, how) = TrainingPart(table, targets ?? []);
        var outputs = new List<OutputAdvice>();
        foreach (string column in targets is { Count: > 0 } ? targets.Distinct() : train.Names)
        {
            var kind = KindInference.Infer(train, column);
            string? type = kind.IsConstant || kind.IsSplit ? null : UsualParts.OutputType(kind.Kind);
            if (type is not null && !(targets is not { Count: > 0 } && kind.IsIdentifier)) outputs.Add(OutputAdvice.Of(column, type, kind.Reason, Encoding(type, kind).Fit(train, column), train));
            else if (targets is { Count: > 0 }) problems.Add(default, "", $"Column '{column}' cannot be predicted: {kind.Reason}.");
        }
        if (problems.Any) throw new ConfigException("advise", "", problems.All);
        var about = new AdviceCase(null, train, outputs);
        var findings = AdviceRuleCatalog.Catalog.Entries.Select(e => e.Default).Where(r => !r.NeedsConfig).SelectMany(r => r.Check(about));
        return new AdviceReport(table.Source, $"{Count(train.Rows)} training rows {how}", outputs, [.. findings.OrderByDescending(f => f.Severity)]);
    }

    private static (Table Train, string How) TrainingPart(Table table, IReadOnlyList<string> targets)
    {
        string? split = table.Names.FirstOrDefault(n => !targets.Contains(n) && KindInference.Infer(table, n).IsSplit);
        if (split is not null) return (table.Select(Split.ByColumn(table[split]).Train), $"of {Count(table.Rows)}, by column '{split}'");
        if (table.Rows < FewestForSplit) return (table, "(all: too few to part)");
        return (table.Select(Split.Random(table.Rows, new SplitFractions(0.8, 0.1, 0.1), 1).Train), $"of {Count(table.Rows)}, drawn by chance, since no column names the parts");
    }

    private static TargetEncoding Encoding(string type, InferredKind kind) => type switch
    {
        "number" => new NumberTargetEncoding(),
        "binary" => new BinaryTargetEncoding(),
        "set" => new SetTargetEncoding { Separator = kind.Separator },
        _ => new CategoryTargetEncoding(),
    };

    internal static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
