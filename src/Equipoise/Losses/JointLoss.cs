using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>What several outputs are punished for together, such as contradicting one another: a value for each row, from all their predictions and labels.</summary>
/// <remarks>
/// An immutable record of settings without state. It sees predictions as users see them, so it needs to know neither logits nor scaled targets: who calls it takes its slopes back through both.
/// Raw loss = Σ row weight × value ÷ rows that count. A row counts if no mask leaves it out and, for losses that <see cref="NeedsLabels"/>, if every output has its label; losses that look at predictions alone
/// count rows without any label too. Sample and class weights of single outputs do not enter.
/// </remarks>
public abstract record JointLoss
{
    /// <summary>Whether labels are looked at; then a row with a missing label of any of the outputs is left out.</summary>
    public virtual bool NeedsLabels => false;

    /// <summary>Refuses outputs that it cannot work on: unless a loss says otherwise, fewer than two of them, or outputs of different widths.</summary>
    /// <param name="widths">How many numbers each output predicts.</param>
    /// <exception cref="ArgumentException">There are too few outputs, or their widths do not fit.</exception>
    public virtual void Check(IReadOnlyList<int> widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        if (widths.Count < 2) throw new ArgumentException($"It compares outputs, so it wants at least 2, but there {(widths.Count == 1 ? "is 1" : "are none")}.", nameof(widths));
        foreach (int width in widths)
        {
            if (width != widths[0]) throw new ArgumentException($"It compares number with number, so its outputs must be of one width, but they have {string.Join(", ", widths)}.", nameof(widths));
        }
    }

    /// <summary>The value of a row; its slopes go to <see cref="JointRow.Slope"/>. Allocates nothing; may run on several threads at once.</summary>
    public abstract float Evaluate(in JointRow row);

    /// <summary>Refuses coefficients that are not one for each output.</summary>
    private protected static void CheckCoefficients(IReadOnlyList<double> coefficients, IReadOnlyList<int> widths)
    {
        if (coefficients.Count > 0 && coefficients.Count != widths.Count) throw new ArgumentException($"There are {coefficients.Count} coefficients, but {widths.Count} outputs. Give one for each, or none.", nameof(coefficients));
    }
}

/// <summary>Every loss over several outputs by name. Each one's file adds its own line, in another part of this class.</summary>
public static partial class JointLossCatalog
{
    // No initialiser on purpose: parts initialise in file order, so whichever runs first makes the catalogue.
    private static Catalog<JointLoss>? _catalog;

    /// <summary>The catalogue.</summary>
    public static Catalog<JointLoss> Catalog => _catalog!;

    private static Entry<JointLoss> Add<T>(string name, string summary, T @default, params Setting<JointLoss>[] settings) where T : JointLoss
        => (_catalog ??= new("joint_loss")).Add(name, summary, @default, settings);
}
