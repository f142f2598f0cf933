using System.Globalization;
using System.Text;

namespace Equipoise.Ledger;

/// <summary>The account of one step, or the mean account of an epoch: every term of the total loss.</summary>
/// <remarks>Total = Σ weight × raw loss + Σ penalties, checked when the entry was made. An epoch's mean weighs each step by its rows.</remarks>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Step">Number of the step over all epochs, from 1; of an epoch's mean, the last step.</param>
/// <param name="Rows">Rows of the batch, or of the epoch.</param>
/// <param name="LearningRate">Learning rate of the step; NaN in evaluation.</param>
/// <param name="Outputs">Terms of the outputs, in the model's order. Outputs without a loss have none.</param>
/// <param name="Penalties">Terms without targets.</param>
/// <param name="Total">The total loss.</param>
public sealed record LedgerEntry(int Epoch, long Step, long Rows, double LearningRate, IReadOnlyList<OutputTerm> Outputs, IReadOnlyList<PenaltyTerm> Penalties, double Total)
{
    /// <summary>What the balancer met in the epoch that was out of the ordinary; empty for single steps and evaluations.</summary>
    public IReadOnlyList<BalanceNote> Notes { get; init; } = [];

    /// <summary>What the outputs' gradients were like in the epoch; null unless they were looked at.</summary>
    public GradientAccount? Gradients { get; init; }

    /// <summary>The term of an output.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public OutputTerm this[string output] => Outputs.FirstOrDefault(o => o.Output == output)
        ?? throw new ArgumentException($"There is no term of an output called '{output}'. {Catalogs.Suggestion.Advice(output, [.. Outputs.Select(o => o.Output)])}", nameof(output));

    /// <summary>Sum of all penalties.</summary>
    public double PenaltySum => Penalties.Sum(p => p.Value);

    /// <summary>The loss equation as a person would write it: <c>1.2723 = 1 × 0.7062 + 0.2 × 2.8304</c>.</summary>
    /// <param name="names">Whether each term is followed by its name in brackets.</param>
    public string Equation(bool names = false)
    {
        var text = new StringBuilder(Number(Total)).Append(" =");
        string sign = " ";
        foreach (var term in Outputs.SelectMany(o => o.Terms))
        {
            text.Append(sign).Append(Weight(term.Weight)).Append(" × ").Append(Number(term.RawLoss));
            if (names) text.Append(" (").Append(term.Name).Append(')');
            sign = " + ";
        }
        foreach (var penalty in Penalties)
        {
            text.Append(sign).Append(Number(penalty.Value));
            if (names) text.Append(" (").Append(penalty.Kind).Append(", ").Append(penalty.Layer).Append(')');
            sign = " + ";
        }
        return sign == " " ? text.Append(" 0").ToString() : text.ToString();
    }

    /// <summary>A number with four decimals, or with five digits where it is small or large.</summary>
    public static string Number(double value)
    {
        double size = Math.Abs(value);
        string format = value == 0 || size is >= 0.01 and < 100_000 ? "0.0000" : "G5";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Weight(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
