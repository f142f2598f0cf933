using System.Globalization;
using System.Text;

namespace Equipoise.Tests.Audits;

/// <summary>A log of a training that never was, whose truth is known: its causes, its weights, and what someone claims of them.</summary>
public sealed record SyntheticLog(string Text, string[] Parts, string[] Causes, double[] Weights, Dictionary<string, double> Claim, bool ClaimIsTrue)
{
    /// <summary>The kinds of truth, drawn with equal probability.</summary>
    public static readonly string[] Kinds =
    [
        "sum", "weights", "mean", "already_weighted", "regularisation", "weights+regularisation", "log_variance", "running_total", "running_parts", "moving_total", "uneven_means", "not_in_total",
    ];

    /// <summary>
    /// A random case: 1 to 4 parts, 5 to 200 lines, losses that fall along a power of the time with noise, 2 to 4 decimals.
    /// </summary>
    public static SyntheticLog Draw(string kind, Random random)
    {
        int lines = (int)Math.Round(5 * Math.Pow(40, random.NextDouble()));
        int parts = kind is "regularisation" or "running_total" or "running_parts" or "moving_total" or "uneven_means" ? random.Next(1, 5) : kind == "not_in_total" ? random.Next(2, 5) : random.Next(2, 5);
        int decimals = random.Next(2, 5);
        double[][] losses = [.. Enumerable.Range(0, parts).Select(_ => Curve(lines, random))];
        double[] weights = [.. Enumerable.Repeat(1.0, parts)];
        bool weighted = kind is "weights" or "weights+regularisation" or "already_weighted" || (kind is "running_total" or "running_parts" or "moving_total" or "uneven_means" && parts > 1 && random.Next(2) == 0);
        if (weighted)
        {
            do weights = [.. weights.Select(_ => Round(Math.Exp(Normal(random)), 1))];
            while (weights.Any(w => w <= 0.05) || weights.All(w => Math.Abs(w - weights[0]) < 0.15));
        }
        if (kind == "mean") weights = [.. weights.Select(_ => 1.0 / parts)];
        int extra = -1;
        if (kind == "not_in_total")
        {
            extra = random.Next(parts);
            weights[extra] = 0;
        }
        var printed = losses.Select(l => (double[])l.Clone()).ToArray();
        var total = new double[lines];
        for (int t = 0; t < lines; t++) total[t] = Enumerable.Range(0, parts).Sum(i => weights[i] * losses[i][t]);
        switch (kind)
        {
            case "already_weighted":
                for (int i = 0; i < parts; i++)
                {
                    for (int t = 0; t < lines; t++) printed[i][t] *= weights[i];
                }
                break;
            case "regularisation" or "weights+regularisation":
                double[] penalty = Penalty(lines, total[0] * Math.Exp(Between(random, Math.Log(0.05), Math.Log(10))), random);
                for (int t = 0; t < lines; t++) total[t] += penalty[t];
                break;
            case "log_variance":
                LogVariance(losses, total, random);
                break;
            case "running_total":
                total = Running(total);
                break;
            case "running_parts":
                printed = [.. printed.Select(Running)];
                break;
            case "moving_total":
                total = Moving(total, random.Next(4) switch { 0 => 0.6, 1 => 0.9, 2 => 0.95, _ => 0.98 });
                break;
            case "uneven_means":
                Uneven(losses, weights, printed, total, random);
                break;
            default:
                break;
        }
        string[] names = [.. Enumerable.Range(0, parts).Select(i => $"loss_{(char)('a' + i)}")];
        var claim = new Dictionary<string, double>();
        bool truth = kind != "log_variance" && kind != "already_weighted";
        if (kind == "already_weighted" || (truth && kind != "mean" && random.Next(2) == 0))
        {
            // A false claim about a plain sum cannot be told from weights that were applied before printing: not drawn.
            bool lie = kind is not ("already_weighted" or "sum") && random.Next(3) == 0 && parts > 1;
            for (int i = 0; i < parts; i++)
            {
                if (i != extra) claim[names[i]] = lie ? Round(weights[i] * (random.Next(2) == 0 ? 0.5 : 2), 2) : weights[i];
            }
            truth &= !lie;
        }
        string[] causes = kind == "sum" ? ["sum"] : kind == "already_weighted" || kind == "log_variance" ? [kind] : [.. kind.Split('+').Concat(weighted ? ["weights"] : []).Distinct()];
        return new SyntheticLog(Print(names, printed, total, decimals), names, causes, weights, claim, truth);
    }

    private static string Print(string[] names, double[][] parts, double[] total, int decimals)
    {
        string form = $"F{decimals}";
        var text = new StringBuilder();
        for (int t = 0; t < total.Length; t++)
        {
            text.Append(CultureInfo.InvariantCulture, $"Step {t + 1}/{total.Length}; ");
            for (int i = 0; i < names.Length; i++) text.Append(CultureInfo.InvariantCulture, $"{names[i]}: {parts[i][t].ToString(form, CultureInfo.InvariantCulture)}, ");
            text.Append(CultureInfo.InvariantCulture, $"total: {total[t].ToString(form, CultureInfo.InvariantCulture)}\n");
        }
        return text.ToString();
    }

    // floor + height·(1 + t/τ)^−p, times e^noise.
    private static double[] Curve(int lines, Random random)
    {
        double height = Math.Exp(Between(random, Math.Log(0.3), Math.Log(6))), floor = height * Between(random, 0.02, 0.4), power = Between(random, 0.3, 1.5), time = lines * Between(random, 0.05, 0.5), noise = Math.Exp(Between(random, Math.Log(0.01), Math.Log(0.25)));
        return [.. Enumerable.Range(0, lines).Select(t => (floor + ((height - floor) * Math.Pow(1 + (t / time), -power))) * Math.Exp(noise * Normal(random)))];
    }

    // Moves from a first to a last value along e^(−t/τ), with a small wobble that adds up.
    private static double[] Penalty(int lines, double first, Random random)
    {
        double last = first * Math.Exp(Between(random, -1.5, 0.7)), time = lines * Between(random, 0.1, 1.5), wobble = 0;
        var penalty = new double[lines];
        for (int t = 0; t < lines; t++)
        {
            wobble = (0.9 * wobble) + (0.0003 * Normal(random));
            penalty[t] = (last + ((first - last) * Math.Exp(-t / time))) * (1 + wobble);
        }
        return penalty;
    }

    // total = Σ a·e^(−s)·L + b·s, with s learned by gradient descent from 0.
    private static void LogVariance(double[][] losses, double[] total, Random random)
    {
        var (a, b) = random.Next(3) switch { 0 => (1, 1), 1 => (1, 0.5), _ => (0.5, 0.5) };
        double rate = Math.Exp(Between(random, Math.Log(0.02), Math.Log(0.5)));
        Array.Clear(total);
        foreach (double[] loss in losses)
        {
            double s = 0;
            for (int t = 0; t < total.Length; t++)
            {
                total[t] += (a * Math.Exp(-s) * loss[t]) + (b * s);
                for (int step = 0; step < 10; step++) s += rate / 10 * Math.Clamp((a * Math.Exp(-s) * loss[t]) - b, -2, 2);
            }
        }
    }

    // The total is a mean over batches, the parts are means over rows; the last batch is short.
    private static void Uneven(double[][] losses, double[] weights, double[][] printed, double[] total, Random random)
    {
        int full = random.Next(3, 20), size = 32, last = random.Next(1, 20);
        double spread = Between(random, 0.1, 0.4);
        for (int t = 0; t < total.Length; t++)
        {
            total[t] = 0;
            for (int i = 0; i < losses.Length; i++)
            {
                double sum = 0, end = losses[i][t] * Math.Exp(spread * Math.Sqrt((double)size / last) * Normal(random));
                for (int j = 0; j < full; j++) sum += losses[i][t] * Math.Exp(spread * Normal(random));
                total[t] += weights[i] * (sum + end) / (full + 1);
                printed[i][t] = ((sum * size) + (end * last)) / ((full * size) + last);
            }
        }
    }

    private static double[] Running(double[] column)
    {
        double sum = 0;
        return [.. column.Select((v, t) => (sum += v) / (t + 1))];
    }

    private static double[] Moving(double[] column, double decay)
    {
        double mean = column[0];
        return [.. column.Select((v, t) => mean = t == 0 ? v : (decay * mean) + ((1 - decay) * v))];
    }

    private static double Between(Random random, double low, double high) => low + ((high - low) * random.NextDouble());

    private static double Round(double value, int digits) => Math.Round(value, digits);

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
