using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Connectionist temporal classification: for label sequences shorter than the frames they belong to, when nobody knows which frame says which label.</summary>
/// <remarks>
/// value = −log Σ over alignments of Π over frames t of softmax(zₜ)[class of t], where an alignment names a class for each frame and becomes the labels when repeats are merged and
/// blanks dropped. So "aab", "ab_" and "_ab" all say "ab", and equal neighbours need a blank between.
/// <para>Shapes: prediction [rows, frames, classes], logits; target [rows, any length], class numbers padded at the end with the blank's number or a negative one. Masked frames are no
/// frames. A row counts once: the value is of the order of the number of frames, in nats, and is not divided by lengths, as in Keras.</para>
/// <para>Gradient: softmax(zₜ) − share of each class in the alignments at t; every number between −1 and 1, exact by forward and backward sums.</para>
/// <para>A row whose labels do not fit (labels + equal neighbours &gt; frames that count) has probability 0: training and evaluation leave it out, like a row without labels; evaluated
/// directly its value is +∞ and its gradient 0. No labels at all means all blank. A label that is no class gives NaN; a NaN label is a missing target.</para>
/// <para>Not for one label a frame (use sparse_categorical_crossentropy), nor for outputs that depend on one another: given the input, frames are taken as independent. Cost
/// O(frames × (labels + classes)) a row.</para>
/// Source: Graves, Fernández, Gomez and Schmidhuber, "Connectionist temporal classification", 2006, equations 6, 10 and 15. Differs: sums are of logarithms, not rescaled probabilities.
/// </remarks>
/// <param name="Blank">Which class is the blank.</param>
public sealed record Ctc(BlankClass Blank = BlankClass.First) : Loss
{
    /// <inheritdoc/>
    public override LossScope Scope => LossScope.Row;

    /// <inheritdoc/>
    public override OutputLink Link => OutputLink.Softmax;

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ClassTargets.RequireClasses(predictionWidth, "ctc");
        return AnyWidth;
    }

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth)
    {
        int blank = BlankOf(predictionWidth);
        bool ended = false;
        foreach (float label in target)
        {
            if (CtcAlignment.IsPadding(label, blank)) ended = true;
            else if (!ClassTargets.IsClass(label, predictionWidth))
                return string.Create(CultureInfo.InvariantCulture, $"is {label}, but a label must be a whole number from {(blank == 0 ? 1 : 0)} to {(blank == 0 ? predictionWidth : blank) - 1}, and {blank} or less than 0 is padding");
            else if (ended) return string.Create(CultureInfo.InvariantCulture, $"has the label {label} after padding, but {blank} and numbers below 0 are padding, which stands at the end");
        }

        return null;
    }

    /// <inheritdoc/>
    public override void LeaveOut(in LossRows rows, Span<float> counted)
    {
        int blank = BlankOf(rows.Width / rows.Positions), width = rows.TargetWidth;
        for (int item = 0; item < rows.Items; item++)
        {
            if (counted[item] == 0) continue;
            int frames = rows.Positions, wanted = 0;
            if (!rows.Mask.IsEmpty)
            {
                frames = 0;
                foreach (float kept in rows.Mask.Slice(item * rows.Positions, rows.Positions)) frames += kept == 0 ? 0 : 1;
            }

            float before = float.NaN;
            foreach (float label in rows.Targets.Slice(item * width, width))
            {
                if (CtcAlignment.IsPadding(label, blank)) continue;
                wanted += label == before ? 2 : 1;
                before = label;
            }

            if (frames == 0 || wanted > frames) counted[item] = 0;
        }
    }

    /// <inheritdoc/>
    public override int ScratchSize(int items, int positions, int width, int targetWidth)
        => WideExponentials.IsSupported ? WideCtcAlignment.ScratchSize(positions, targetWidth) : CtcAlignment.ScratchSize(positions, targetWidth);

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        int targetWidth = rows.TargetWidth, classes = rows.Width / rows.Positions, blank = BlankOf(classes);
        rows.Check(targetWidth);
        for (int item = 0; item < rows.Items; item++)
        {
            float share = rows.Shares[item];
            var slope = rows.WantsGradients ? rows.Gradients.Slice(item * rows.Width, rows.Width) : [];
            if (share == 0)
            {
                rows.Values[item] = 0;
                slope.Clear();
                continue;
            }

            var mask = rows.Mask.IsEmpty ? [] : rows.Mask.Slice(item * rows.Positions, rows.Positions);
            ReadOnlySpan<float> logits = rows.Predictions.Slice(item * rows.Width, rows.Width), target = rows.Targets.Slice(item * targetWidth, targetWidth);
            rows.Values[item] = WideExponentials.IsSupported
                ? WideCtcAlignment.Evaluate(logits, mask, target, blank, classes, slope, rows.Scratch)
                : CtcAlignment.Evaluate(logits, mask, target, blank, classes, slope, rows.Scratch);
            Elementwise.Scale(share, slope);
        }
    }

    private int BlankOf(int classes) => Blank == BlankClass.First ? 0 : classes - 1;
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Ctc"/>.</summary>
    public static readonly Entry<Loss> Ctc = Add("ctc", "label sequences shorter than their frames, alignment unknown", new Ctc(),
        Setting<Loss>.Choice<Ctc, BlankClass>("blank", "which class is the blank: the first, as in Keras 3, or the last", get: x => x.Blank, set: (x, v) => x with { Blank = v }));
}
