using System.Globalization;
using Equipoise.Ledger;
using Equipoise.Training;

namespace Equipoise.Cli.Output;

/// <summary>Figures as text, and the tables of accounts.</summary>
internal static class Figures
{
    public static string Number(double value) => LedgerEntry.Number(value);

    public static string Weight(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A number with four digits that count, none of them in front of an exponent unless it is very small or large.</summary>
    public static string FourDigits(double value)
    {
        double size = Math.Abs(value);
        if (size is 0 or < 1e-6 or >= 1e9) return value.ToString("G4", CultureInfo.InvariantCulture);
        return value.ToString($"F{Math.Max(0, 3 - (int)Math.Floor(Math.Log10(size)))}", CultureInfo.InvariantCulture);
    }

    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Time(TimeSpan time) => time.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min"),
    };

    /// <summary>Every term of some accounts: raw loss, weight, contribution, share and metrics, output by output.</summary>
    public static TextTable Table(IReadOnlyList<(string Part, LedgerEntry Account, IReadOnlyList<MetricValue> Metrics)> parts)
    {
        var table = new TextTable("output", "part", "labelled", "raw loss", "weight", "contribution", "share", "metrics") { Right = { 2, 3, 4, 5, 6 } };
        string[] untrained = [.. parts[0].Metrics.Select(m => m.Output).Distinct().Where(o => parts[0].Account.Outputs.All(t => t.Output != o))];
        foreach (string output in parts[0].Account.Outputs.Select(o => o.Output))
        {
            string shown = output;
            foreach (var (part, account, metrics) in parts)
            {
                var term = account[output];
                table.Add(shown, part, Count(term.Labelled), Number(term.RawLoss), Weight(term.Weight), Number(term.Contribution), Percent(term.Share), Metrics(metrics, output));
                shown = "";
            }
            for (int l = 0; l < parts[0].Account[output].Losses.Count; l++)
            {
                foreach (var (part, account, _) in parts)
                {
                    var loss = account[output].Losses[l];
                    table.Add(part == parts[0].Part ? $"  {loss.Name}" : "", part, "", Number(loss.RawLoss), Weight(loss.Weight), Number(loss.Contribution), Percent(loss.Share), "");
                }
            }
        }
        foreach (string output in untrained)
            foreach (var (part, _, metrics) in parts) table.Add(output, part, "", "", "", "", "", Metrics(metrics, output));
        for (int p = 0; p < parts[0].Account.Penalties.Count; p++)
        {
            var penalty = parts[0].Account.Penalties[p];
            // Penalties depend on the weights alone (those of activities on the rows too), so one line for all parts is said only where they agree.
            foreach (var (part, account, _) in parts) table.Add($"{penalty.Kind} ({penalty.Layer})", part, "", "", "", Number(account.Penalties[p].Value), Percent(account.Penalties[p].Share), "");
        }
        string total = "total";
        foreach (var (part, account, _) in parts)
        {
            table.Add(total, part, "", "", "", Number(account.Total), Percent(account.Total == 0 ? 0 : 1), "");
            total = "";
        }
        return table;
    }

    public static (string, LedgerEntry, IReadOnlyList<MetricValue>) Of(string part, EvaluationResult result) => (part, result.Account, result.Metrics);

    private static string Metrics(IReadOnlyList<MetricValue> metrics, string output) => string.Join("  ", metrics.Where(m => m.Output == output).Select(m => $"{m.Name} {Number(m.Value)}"));
}
