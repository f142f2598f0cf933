using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>What an output is punished for: a value for each item, and the derivative of that value to the prediction.</summary>
/// <remarks>
/// A loss is an immutable record of settings and has no state: the same object may serve several outputs and threads.
/// It neither sums nor weights over items; who calls it does, so that raw loss = Σ share × value holds by construction.
/// A prediction that is not finite gives a value that is not finite, never an exception.
/// </remarks>
public abstract record Loss
{
    /// <summary>A width of targets that the data decide: see <see cref="TargetWidth"/>.</summary>
    public const int AnyWidth = 0;

    /// <summary>What an item is, and whether items stand alone. Losses over the whole batch are evaluated after its last row is forward.</summary>
    public virtual LossScope Scope => LossScope.Position;

    /// <summary>How many numbers one target has when the last axis of the prediction is <paramref name="predictionWidth"/>.</summary>
    /// <returns>1 for losses on class indices, <see cref="AnyWidth"/> for losses on lists of any length, otherwise mostly the width of the prediction.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The loss cannot work on predictions of this width.</exception>
    public virtual int TargetWidth(int predictionWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(predictionWidth, 1);
        return predictionWidth;
    }

    /// <summary>Whether a target counts. One that does not must get the share 0 and not be in the divisor.</summary>
    /// <returns>False when a number of it is NaN; some losses also leave out a class.</returns>
    public virtual bool HasTarget(ReadOnlySpan<float> target)
    {
        foreach (float number in target)
        {
            if (float.IsNaN(number)) return false;
        }

        return true;
    }

    /// <summary>Takes out items that have a target but cannot count in this batch, by setting their <paramref name="counted"/> to 0. Called only if <see cref="Scope"/> is not that of positions.</summary>
    /// <param name="rows">Targets and mask; predictions, shares and values are empty.</param>
    /// <param name="counted">Shape [Items]: 1 for items with a target, 0 for the others. Those set to 0 get the share 0 and are not in the divisor.</param>
    public virtual void LeaveOut(in LossRows rows, Span<float> counted)
    {
    }

    /// <summary>Floats of <see cref="LossRows.Scratch"/> that <see cref="Evaluate"/> wants, for at most <paramref name="items"/> items at once.</summary>
    /// <param name="items">The most items of a call.</param>
    /// <param name="positions">Positions of an item; 1 unless the scope is a row or a batch.</param>
    /// <param name="width">Numbers of an item: <see cref="LossRows.Width"/>.</param>
    /// <param name="targetWidth">Numbers of a target.</param>
    public virtual int ScratchSize(int items, int positions, int width, int targetWidth) => 0;

    /// <summary>How many numbers <see cref="Point"/> makes of a prediction of this width: the value itself, which metrics are taken of.</summary>
    public virtual int PointWidth(int width) => width;

    /// <summary>Makes of a prediction what it says in the form of the target, which metrics and users see: a mean without its variance, probabilities of classes, an expected amount.</summary>
    /// <param name="prediction">A prediction behind its <see cref="Link"/>.</param>
    /// <param name="point">Shape [<see cref="PointWidth"/>], out. Here the first numbers of the prediction.</param>
    public virtual void Point(ReadOnlySpan<float> prediction, Span<float> point) => prediction[..point.Length].CopyTo(point);

    /// <summary>Whether the numbers of a prediction are quantiles of one value, which metrics of intervals see instead of the <see cref="Point"/>.</summary>
    public virtual bool PredictsQuantiles => false;

    /// <summary>Whether a prediction has the form of its target or of its classes' probabilities; false for distances, embeddings, and the figures of a distribution.</summary>
    public virtual bool PredictsTarget => Scope == LossScope.Position;

    /// <summary>Whether it looks at nothing but the error, prediction − target: then targets may be standardised for it, and a config does so unless it says otherwise.</summary>
    public virtual bool SeesErrorsOnly => false;

    /// <summary>What is wrong with a target, in words that go after "the target": <c>is 7, but there are 4 classes, 0 to 3</c>; null when it is good.</summary>
    /// <remarks>For checking data before training. The loops do not check: a target that makes no sense gives a value that makes none, at worst NaN.</remarks>
    /// <param name="target">A target that <see cref="HasTarget"/>.</param>
    /// <param name="predictionWidth">Width of the prediction it belongs to.</param>
    public virtual string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => AllInside(target, float.MinValue, float.MaxValue, "must be finite");

    /// <summary>Whether it obeys <see cref="LossRows.LabelWeights"/>: losses that treat each label by itself.</summary>
    public virtual bool TakesLabelWeights => false;

    /// <summary>What turns the predictions that this loss takes into what a user and the metrics want: probabilities, values, rates.</summary>
    public virtual OutputLink Link => OutputLink.Identity;

    /// <summary>
    /// The same loss on raw predictions, before the activation that its <see cref="Link"/> names, where that is possible; otherwise null.
    /// It gives the same values and better gradients: none is lost to clipping at saturated probabilities.
    /// </summary>
    public virtual Loss? OnLogits => null;

    /// <summary>Whether it wants probabilities that no form of it takes from raw predictions.</summary>
    public virtual bool WantsProbabilities => false;

    /// <summary>Computes the value, and when wanted the gradient, of each item. Allocates nothing; may run on several threads at once.</summary>
    public abstract void Evaluate(in LossRows rows);

    /// <summary>The first number outside the bounds as a fault, or null.</summary>
    private protected static string? AllInside(ReadOnlySpan<float> target, float minimum, float maximum, string wanted)
    {
        foreach (float number in target)
        {
            if (!(number >= minimum && number <= maximum)) return string.Create(CultureInfo.InvariantCulture, $"is {number}, but {wanted}");
        }

        return null;
    }
}

/// <summary>Every loss by name. Each loss's file adds its own line, in another part of this class.</summary>
public static partial class LossCatalog
{
    // No initialiser on purpose: parts initialise in file order, so whichever runs first makes the catalogue.
    private static Catalog<Loss>? _catalog;

    /// <summary>The catalogue.</summary>
    public static Catalog<Loss> Catalog => _catalog!;

    private static Entry<Loss> Add<T>(string name, string summary, T @default, params Setting<Loss>[] settings) where T : Loss
        => (_catalog ??= new("loss")).Add(name, summary, @default, settings);
}
