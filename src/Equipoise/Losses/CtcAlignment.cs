using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Sums the probability of all alignments of one label sequence with the frames of one row, forward and backward, in logarithms.</summary>
/// <remarks>
/// States: blank, label 1, blank, label 2, ..., blank; S = 2·labels + 1. Between frames a path stays, moves to the next state, or skips a blank between different labels.
/// α[t, s]: log probability of all paths that are in s at frame t; β[t, s]: of all ways on from there. Each frame's numbers are kept relative to their largest, whose sum is kept in double,
/// so a long row loses no precision. Lanes hold states; cells beyond them hold −∞, so that no lane need be special.
/// </remarks>
internal static class CtcAlignment
{
    private static readonly int LaneCount = Vector256<float>.Count;

    /// <summary>Floats of working memory: α of all frames, two rows of β, emissions, skips, classes, and two numbers a frame.</summary>
    public static int ScratchSize(int frames, int labels) => (Stride(labels) * (frames + 5)) + (2 * frames);

    /// <summary>−log of the summed probability; and its slopes to the logits, softmax − share of each class in the alignments, unless <paramref name="slope"/> is empty.</summary>
    /// <param name="logits">Shape [frames, classes].</param>
    /// <param name="mask">Shape [frames]: frames of 0 are no frames, their slopes are 0. Empty: all count.</param>
    /// <param name="target">The labels; those that <paramref name="blank"/> or a negative number stand for are no labels.</param>
    /// <param name="blank">Class of the blank.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="slope">Shape [frames, classes], out.</param>
    /// <param name="scratch">Working memory.</param>
    public static float Evaluate(ReadOnlySpan<float> logits, ReadOnlySpan<float> mask, ReadOnlySpan<float> target, int blank, int classes, Span<float> slope, Span<float> scratch)
    {
        int frames = logits.Length / classes, stride = Stride(target.Length);
        var alpha = scratch[..(stride * frames)];
        var rest = scratch.Slice(stride * frames, (5 * stride) + (2 * frames));
        Span<float> classOf = rest[..stride], skip = rest.Slice(stride, stride), emission = rest.Slice(2 * stride, stride), betas = rest.Slice(3 * stride, 2 * stride), shifts = rest[(5 * stride)..];
        slope.Clear();
        rest[..(5 * stride)].Fill(float.NegativeInfinity);
        int states = States(target, blank, classes, classOf, skip);
        if (states < 0) return float.NaN;

        double offset = 0;
        int last = -1;
        for (int t = 0; t < frames; t++)
        {
            if (!mask.IsEmpty && mask[t] == 0) continue;
            var (largest, logSum) = LogSoftmax.Of(logits.Slice(t * classes, classes), slope.IsEmpty ? [] : slope.Slice(t * classes, classes));
            shifts[2 * t] = largest;
            shifts[(2 * t) + 1] = logSum;
            Emit(logits.Slice(t * classes, classes), largest, logSum, classOf, states, emission);
            var now = alpha.Slice(t * stride, stride);
            now.Fill(float.NegativeInfinity);
            if (last < 0) emission.Slice(LaneCount, Math.Min(2, states)).CopyTo(now[LaneCount..]);
            else Advance(alpha.Slice(last * stride, stride), emission, skip, now, states);
            offset += Settle(now, states);
            last = t;
        }

        if (last < 0) return states == 1 ? 0 : float.PositiveInfinity;
        var end = alpha.Slice((last * stride) + LaneCount, states);
        float total = end[^1];
        if (states > 1) total = Sum(Vector256.Create(end[^1]), Vector256.Create(end[^2]), Vector256.Create(float.NegativeInfinity)).ToScalar();
        float value = (float)-(offset + total);
        if (float.IsFinite(value)) Backward(logits, mask, classes, alpha, classOf, skip, emission, betas, shifts, states, last, slope);
        else slope.Clear();
        return value;
    }

    private static void Backward(ReadOnlySpan<float> logits, ReadOnlySpan<float> mask, int classes, Span<float> alpha, ReadOnlySpan<float> classOf, ReadOnlySpan<float> skip, Span<float> emission,
        Span<float> betas, ReadOnlySpan<float> shifts, int states, int last, Span<float> slope)
    {
        if (slope.IsEmpty) return;
        int stride = classOf.Length;
        Span<float> beta = betas[..stride], next = betas[stride..];
        beta.Slice(LaneCount + Math.Max(0, states - 2), Math.Min(2, states)).Clear();
        for (int t = last; t >= 0; t--)
        {
            if (!mask.IsEmpty && mask[t] == 0) continue;
            Share(alpha.Slice(t * stride, stride), beta, classOf, states, slope.Slice(t * classes, classes));
            Emit(logits.Slice(t * classes, classes), shifts[2 * t], shifts[(2 * t) + 1], classOf, states, emission);
            Retreat(beta, emission, skip, next, states);
            Settle(next, states);
            var swap = beta;
            beta = next;
            next = swap;
        }
    }

    /// <summary>Writes the class of each state, and 0 where the state before the last may be skipped; gives the number of states, or -1 for a label that is no class.</summary>
    private static int States(ReadOnlySpan<float> target, int blank, int classes, Span<float> classOf, Span<float> skip)
    {
        int states = 1;
        float before = float.NaN;
        classOf[LaneCount] = blank;
        foreach (float label in target)
        {
            if (IsPadding(label, blank)) continue;
            if (!ClassTargets.IsClass(label, classes)) return -1;
            int s = LaneCount + states;
            classOf[s] = label;
            classOf[s + 1] = blank;
            if (states > 1 && label != before) skip[s] = 0;
            before = label;
            states += 2;
        }

        return states;
    }

    public static bool IsPadding(float label, int blank) => label < 0 || label == blank;

    /// <summary>Log probability of the class of each state in one frame.</summary>
    private static void Emit(ReadOnlySpan<float> z, float largest, float logSum, ReadOnlySpan<float> classOf, int states, Span<float> emission)
    {
        for (int s = LaneCount; s < LaneCount + states; s++) emission[s] = z[(int)classOf[s]] - largest - logSum;
    }

    /// <summary>α[t, s] = emission + log Σ of α[t − 1] at s, s − 1 and, where it may be skipped, s − 2.</summary>
    private static void Advance(ReadOnlySpan<float> before, ReadOnlySpan<float> emission, ReadOnlySpan<float> skip, Span<float> now, int states)
    {
        for (int s = LaneCount; s < LaneCount + states; s += LaneCount)
        {
            var sum = Sum(Load(before, s), Load(before, s - 1), Load(before, s - 2) + Load(skip, s));
            (Load(emission, s) + sum).CopyTo(now[s..]);
        }
    }

    /// <summary>β[t − 1, s] = log Σ of (β[t] + emission) at s, s + 1 and, where it may be skipped to, s + 2.</summary>
    private static void Retreat(Span<float> after, ReadOnlySpan<float> emission, ReadOnlySpan<float> skip, Span<float> now, int states)
    {
        for (int s = LaneCount; s < LaneCount + states; s += LaneCount) (Load(after, s) + Load(emission, s)).CopyTo(after[s..]);
        for (int s = LaneCount; s < LaneCount + states; s += LaneCount) Sum(Load(after, s), Load(after, s + 1), Load(after, s + 2) + Load(skip, s + 2)).CopyTo(now[s..]);
    }

    /// <summary>Makes the largest cell 0, sets those beyond the states to −∞, and gives what was taken off.</summary>
    private static float Settle(Span<float> cells, int states)
    {
        cells[(LaneCount + states)..].Fill(float.NegativeInfinity);
        var own = cells.Slice(LaneCount, states);
        float largest = float.NegativeInfinity;
        foreach (float cell in own)
        {
            if (cell > largest || float.IsNaN(cell)) largest = cell;
        }

        if (!float.IsFinite(largest)) return largest;
        foreach (ref float cell in own) cell -= largest;
        return largest;
    }

    /// <summary>Takes off each class's slope the share of the paths that pass through it at this frame. Overwrites α.</summary>
    private static void Share(Span<float> alpha, ReadOnlySpan<float> beta, ReadOnlySpan<float> classOf, int states, Span<float> slope)
    {
        var largest = Vector256.Create(float.NegativeInfinity);
        for (int s = LaneCount; s < LaneCount + states; s += LaneCount)
        {
            var sum = Load(alpha, s) + Load(beta, s);
            sum.CopyTo(alpha[s..]);
            largest = Vector256.Max(largest, sum);
        }

        float top = float.NegativeInfinity;
        for (int lane = 0; lane < LaneCount; lane++) top = MathF.Max(top, largest.GetElement(lane));
        var sums = Vector256<float>.Zero;
        for (int s = LaneCount; s < LaneCount + states; s += LaneCount)
        {
            var weight = Exponentials.Exp(Load(alpha, s) - Vector256.Create(top));
            sums += weight;
            weight.CopyTo(alpha[s..]);
        }

        float scale = 1 / Lanes.Sum(sums);
        for (int s = LaneCount; s < LaneCount + states; s++) slope[(int)classOf[s]] -= alpha[s] * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ReadOnlySpan<float> cells, int at) => Vector256.Create(cells.Slice(at, 8));

    /// <summary>log(e^a + e^b + e^c); −∞ of nothing but −∞.</summary>
    internal static Vector256<float> Sum(Vector256<float> a, Vector256<float> b, Vector256<float> c)
    {
        var nothing = Vector256.Create(float.NegativeInfinity);
        var largest = Vector256.Max(Vector256.Max(a, b), c);
        var sum = Exponentials.Exp(a - largest) + Exponentials.Exp(b - largest) + Exponentials.Exp(c - largest);
        return Vector256.ConditionalSelect(Vector256.Equals(largest, nothing), nothing, largest + Exponentials.Log(sum));
    }

    // Eight cells of −∞ before the states and at least eight behind, whole vectors in between.
    private static int Stride(int labels) => (((2 * labels) + 1 + LaneCount - 1) / LaneCount * LaneCount) + (2 * LaneCount);
}
