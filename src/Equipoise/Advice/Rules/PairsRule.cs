using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Advice;

/// <summary>Two columns that hold things of one kind beside a yes or no: pairs, which want one encoder for both and a distance.</summary>
/// <remarks>In a config it is quiet once the two inputs share an encoder.</remarks>
public sealed class PairsRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "pairs";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Hint;

    /// <inheritdoc/>
    public override bool NeedsConfig => false;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        var answers = about.Outputs.Where(o => o.Type == "binary").ToArray();
        if (answers.Length == 0) yield break;
        string[] columns = about.Config is { } config ? [.. config.Inputs!.Where(i => i.Columns.Count == 1).Select(i => i.Columns[0]).Distinct()] : [.. about.Train.Names];
        foreach (var (first, second, shared) in PairColumns.Find(about.Train, columns))
        {
            InputConfig? one = InputOf(about.Config, first), other = InputOf(about.Config, second);
            if (one?.Encoder is not null && one.Encoder == other?.Encoder) continue;
            yield return Found(one, "name", string.Create(CultureInfo.InvariantCulture, $"Columns '{first}' and '{second}' have {100 * shared:0.#} % of their values in common, and '{answers[0].Name}' says yes or no about each pair."),
                "Let both go through one encoder ('encoder: NAME' in both inputs), so that a thing is the same on both sides. An output that reads both ('from') with 'join: euclidean_distance' and the loss contrastive learns a space in which alike things are near, also those never seen; binary_crossentropy on the two joined learns the answer alone.");
        }
    }

    private static InputConfig? InputOf(Config? config, string column) => config?.Inputs!.FirstOrDefault(i => i.Columns.Count == 1 && i.Columns[0] == column);
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="PairsRule"/>.</summary>
    public static readonly Entry<AdviceRule> Pairs = Add("two columns of things of one kind, and a yes or no about each pair", new PairsRule());
}
