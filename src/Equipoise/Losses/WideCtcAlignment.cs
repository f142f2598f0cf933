using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>What <see cref="CtcAlignment"/> does, with the same bits, sixteen states at a time: for AVX-512, in less than half of the time.</summary>
/// <remarks>
/// A step of α waits for the one before it, some 180 cycles, and so does one of β; so both are taken together, α from the first frame on and β from the last one back, and the frames that
/// count are numbered through. What waits for nothing is done for all frames at once, before (softmax, logarithms) and after (shares).
/// </remarks>
internal static class WideCtcAlignment
{
    private const int LaneCount = 16;

    /// <summary>Floats of working memory.</summary>
    public static int ScratchSize(int frames, int labels) => (Stride(labels) * ((3 * frames) + 3)) + frames + (2 * Padded(frames)) + WideLanes.AlignedLoss;

    /// <summary>As <see cref="CtcAlignment.Evaluate"/>; only where <see cref="WideExponentials.IsSupported"/>.</summary>
    public static float Evaluate(ReadOnlySpan<float> logits, ReadOnlySpan<float> mask, ReadOnlySpan<float> target, int blank, int classes, Span<float> slope, Span<float> scratch)
    {
        var lattice = new Lattice(WideLanes.Aligned(scratch), logits.Length / classes, target, blank, classes);
        float value = lattice.Labels < 0 || !Emit(ref lattice, logits, mask, slope) ? float.NaN : lattice.Frames == 0 ? lattice.Labels == 0 ? 0 : float.PositiveInfinity : Sum(in lattice, !slope.IsEmpty);
        if (!float.IsFinite(value) || lattice.Frames == 0) slope.Clear();
        else if (!slope.IsEmpty) TakeShares(in lattice, slope);
        return value;
    }

    /// <summary>Softmax of each frame that counts, with the logits of the states; false if one is no number.</summary>
    private static bool Emit(ref Lattice lattice, ReadOnlySpan<float> logits, ReadOnlySpan<float> mask, Span<float> slope)
    {
        int classes = lattice.Classes, frame = 0;
        var labels = lattice.ClassOf[..lattice.Labels];
        for (int t = 0; t < lattice.FrameOf.Length; t++)
        {
            var row = slope.IsEmpty ? [] : slope.Slice(t * classes, classes);
            if (!mask.IsEmpty && mask[t] == 0)
            {
                row.Clear();
                continue;
            }

            var z = logits.Slice(t * classes, classes);
            (lattice.Largest[frame], lattice.LogSum[frame]) = SoftmaxParts.Row(z, row);
            var emission = lattice.Emission.Slice(frame * lattice.Stride, lattice.Stride);
            Vector512.Create(float.NegativeInfinity).CopyTo(emission[^LaneCount..]);
            float none = z[lattice.Blank];
            emission[0] = none;
            for (int i = 0; i < labels.Length; i++)
            {
                emission[(2 * i) + 1] = z[labels[i]];
                emission[(2 * i) + 2] = none;
            }

            lattice.FrameOf[frame++] = t;
        }

        lattice.Frames = frame;
        lattice.LogSum[frame..].Fill(1);
        var numbers = Vector512<float>.AllBitsSet;
        for (int at = 0; at < frame; at += LaneCount)
        {
            var log = WideExponentials.LogFromOne(Load(lattice.LogSum, at));
            numbers &= Vector512.Equals(log, log);
            log.CopyTo(lattice.LogSum[at..]);
        }

        return Vector512.EqualsAll(numbers.AsInt32(), Vector512<int>.AllBitsSet);
    }

    /// <summary>−log of the summed probability, with α and, if wanted, β of all frames.</summary>
    private static float Sum(in Lattice lattice, bool wantsBeta)
    {
        double offset = lattice.Stride == LaneCount ? SweepOne(in lattice, wantsBeta) : Sweep(in lattice, wantsBeta);
        var end = lattice.Alpha.Slice((lattice.Frames - 1) * lattice.Stride, (2 * lattice.Labels) + 1);
        float total = lattice.Labels == 0 ? end[0] : CtcAlignment.Sum(Vector256.Create(end[^1]), Vector256.Create(end[^2]), Vector256.Create(float.NegativeInfinity)).ToScalar();
        return (float)-(offset + total);
    }

    /// <summary>Up to sixteen states: α and β stay in registers. Gives what was taken off α in all.</summary>
    private static double SweepOne(in Lattice lattice, bool wantsBeta)
    {
        Vector512<float> nothing = Vector512.Create(float.NegativeInfinity), skip = Load(lattice.Skip, 0), skipAfter = Load(lattice.SkipAfter, 0), alpha = nothing, beta = lattice.LastTwo(0);
        double offset = 0;
        for (int k = 0; k < lattice.Frames; k++)
        {
            alpha = lattice.EmissionAt(k, 0) + (k == 0 ? FirstTwo : Sum(alpha, WideLanes.OneBelow(nothing, alpha), WideLanes.TwoBelow(nothing, alpha) + skip));
            float largest = WideLanes.Greatest(alpha);
            offset += largest;
            alpha -= Vector512.Create(float.IsFinite(largest) ? largest : 0);
            alpha.CopyTo(lattice.Alpha[(k * LaneCount)..]);
            if (!wantsBeta) continue;

            int j = lattice.Frames - 1 - k;
            beta.CopyTo(lattice.Beta[(j * LaneCount)..]);
            var on = beta + lattice.EmissionAt(j, 0);
            beta = Sum(on, WideLanes.OneAbove(on, nothing), WideLanes.TwoAbove(on, nothing) + skipAfter);
            largest = WideLanes.Greatest(beta);
            beta -= Vector512.Create(float.IsFinite(largest) ? largest : 0);
        }

        return offset;
    }

    /// <summary>Any number of states. Gives what was taken off α in all.</summary>
    private static double Sweep(in Lattice lattice, bool wantsBeta)
    {
        int stride = lattice.Stride, last = lattice.Frames - 1;
        double offset = 0;
        for (int at = 0; at < stride; at += LaneCount)
        {
            (lattice.EmissionAt(0, at) + (at == 0 ? FirstTwo : Vector512.Create(float.NegativeInfinity))).CopyTo(lattice.Alpha[at..]);
            lattice.LastTwo(at).CopyTo(lattice.Beta[((last * stride) + at)..]);
        }

        offset += Settle(lattice.Alpha[..stride]);
        for (int k = 1; k <= last; k++)
        {
            Advance(in lattice, k);
            if (wantsBeta) Retreat(in lattice, last - k);
            offset += Settle(lattice.Alpha.Slice(k * stride, stride));
            if (wantsBeta) Settle(lattice.Beta.Slice((last - k) * stride, stride));
        }

        return offset;
    }

    /// <summary>α of a frame = emission + log Σ of α of the frame before at s, s − 1 and, where it may be skipped, s − 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Advance(in Lattice lattice, int k)
    {
        int stride = lattice.Stride;
        Span<float> now = lattice.Alpha.Slice(k * stride, stride), before = lattice.Alpha.Slice((k - 1) * stride, stride);
        var below = Vector512.Create(float.NegativeInfinity);
        for (int at = 0; at < stride; at += LaneCount)
        {
            var own = Load(before, at);
            (lattice.EmissionAt(k, at) + Sum(own, WideLanes.OneBelow(below, own), WideLanes.TwoBelow(below, own) + Load(lattice.Skip, at))).CopyTo(now[at..]);
            below = own;
        }
    }

    /// <summary>β of a frame = log Σ of β + emission of the frame after at s, s + 1 and, where it may be skipped to, s + 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Retreat(in Lattice lattice, int k)
    {
        int stride = lattice.Stride;
        Span<float> now = lattice.Beta.Slice(k * stride, stride), after = lattice.Beta.Slice((k + 1) * stride, stride);
        var above = Vector512.Create(float.NegativeInfinity);
        for (int at = stride - LaneCount; at >= 0; at -= LaneCount)
        {
            var own = Load(after, at) + lattice.EmissionAt(k + 1, at);
            Sum(own, WideLanes.OneAbove(own, above), WideLanes.TwoAbove(own, above) + Load(lattice.SkipAfter, at)).CopyTo(now[at..]);
            above = own;
        }
    }

    /// <summary>Makes the largest cell 0, and gives what was taken off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Settle(Span<float> cells)
    {
        var larger = Load(cells, 0);
        for (int at = LaneCount; at < cells.Length; at += LaneCount) larger = WideLanes.Larger(larger, Load(cells, at));
        float largest = WideLanes.Greatest(larger);
        var off = Vector512.Create(float.IsFinite(largest) ? largest : 0);
        for (int at = 0; at < cells.Length; at += LaneCount) (Load(cells, at) - off).CopyTo(cells[at..]);
        return largest;
    }

    /// <summary>Takes off each class's slope the share of the paths that pass through it at each frame. Overwrites α.</summary>
    private static void TakeShares(in Lattice lattice, Span<float> slope)
    {
        int stride = lattice.Stride, classes = lattice.Classes;
        var labels = lattice.ClassOf[..lattice.Labels];
        for (int k = 0; k < lattice.Frames; k++)
        {
            Span<float> alpha = lattice.Alpha.Slice(k * stride, stride), beta = lattice.Beta.Slice(k * stride, stride);
            var larger = Load(alpha, 0) + Load(beta, 0);
            for (int at = LaneCount; at < stride; at += LaneCount) larger = WideLanes.Larger(larger, Load(alpha, at) + Load(beta, at));
            var top = Vector512.Create(WideLanes.Greatest(larger));
            // In eight lanes, as a narrower machine has them.
            var sums = Vector256<float>.Zero;
            for (int at = 0; at < stride; at += LaneCount)
            {
                var weight = WideExponentials.ExpOfNegative(Load(alpha, at) + Load(beta, at) - top);
                sums = sums + weight.GetLower() + weight.GetUpper();
                weight.CopyTo(alpha[at..]);
            }

            var scale = Vector512.Create(1 / Lanes.Sum(sums));
            for (int at = 0; at < stride; at += LaneCount) (Load(alpha, at) * scale).CopyTo(alpha[at..]);

            var row = slope.Slice(lattice.FrameOf[k] * classes, classes);
            float none = row[lattice.Blank] - alpha[0];
            for (int i = 0; i < labels.Length; i++)
            {
                row[labels[i]] -= alpha[(2 * i) + 1];
                none -= alpha[(2 * i) + 2];
            }

            row[lattice.Blank] = none;
        }
    }

    /// <summary>log(e^a + e^b + e^c); −∞ of nothing but −∞. One of the three exponentials is that of 0, so two are computed, and added to 1 in the order of the three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sum(Vector512<float> a, Vector512<float> b, Vector512<float> c)
    {
        var nothing = Vector512.Create(float.NegativeInfinity);
        Vector512<float> one = Vector512.Create(1f), high = WideLanes.Larger(a, b), largest = WideLanes.Larger(high, c);
        var first = WideExponentials.ExpOfNegative(WideLanes.Smaller(a, b) - largest);
        var second = WideExponentials.ExpOfNegative(WideLanes.Smaller(high, c) - largest);
        var lastIsLargest = Vector512.GreaterThan(c, high);
        var sum = first + Vector512.ConditionalSelect(lastIsLargest, second, one) + Vector512.ConditionalSelect(lastIsLargest, one, second);
        return Vector512.ConditionalSelect(Vector512.Equals(largest, nothing), nothing, largest + WideExponentials.LogFromOne(sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(ReadOnlySpan<float> cells, int at) => Vector512.Create(cells.Slice(at, LaneCount));

    // Zeros for the states that a path may begin with.
    private static Vector512<float> FirstTwo => Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(2)).AsSingle(), Vector512<float>.Zero, Vector512.Create(float.NegativeInfinity));

    private static int Stride(int labels) => Padded((2 * labels) + 1);

    private static int Padded(int count) => (count + LaneCount - 1) / LaneCount * LaneCount;

    /// <summary>The working memory of one row, cut up. Cells beyond the states hold −∞, and so do α and β there.</summary>
    private ref struct Lattice
    {
        public readonly int Classes, Blank, Labels, Stride;

        /// <summary>Frames that count.</summary>
        public int Frames;

        /// <summary>[frames, stride]; emission: the logit of each state's class.</summary>
        public readonly Span<float> Alpha, Beta, Emission;

        /// <summary>[stride]: 0 where the state two before, or after, may be reached directly.</summary>
        public readonly Span<float> Skip, SkipAfter;

        /// <summary>[frames].</summary>
        public readonly Span<float> Largest, LogSum;

        /// <summary>Class of each label; frame of each frame that counts.</summary>
        public readonly Span<int> ClassOf, FrameOf;

        public Lattice(Span<float> memory, int frames, ReadOnlySpan<float> target, int blank, int classes)
        {
            (Classes, Blank) = (classes, blank);
            ClassOf = MemoryMarshal.Cast<float, int>(Take(ref memory, Stride(target.Length)));
            foreach (float label in target)
            {
                if (CtcAlignment.IsPadding(label, blank)) continue;
                if (!ClassTargets.IsClass(label, classes))
                {
                    Labels = -1;
                    return;
                }

                ClassOf[Labels++] = (int)label;
            }

            Stride = WideCtcAlignment.Stride(Labels);
            Alpha = Take(ref memory, frames * Stride);
            Beta = Take(ref memory, frames * Stride);
            Emission = Take(ref memory, frames * Stride);
            Skip = Take(ref memory, Stride);
            SkipAfter = Take(ref memory, Stride);
            LogSum = Take(ref memory, Padded(frames));
            Largest = Take(ref memory, Padded(frames));
            FrameOf = MemoryMarshal.Cast<float, int>(Take(ref memory, frames));
            Skip.Fill(float.NegativeInfinity);
            SkipAfter.Fill(float.NegativeInfinity);
            for (int i = 1; i < Labels; i++)
            {
                if (ClassOf[i] != ClassOf[i - 1]) Skip[(2 * i) + 1] = SkipAfter[(2 * i) - 1] = 0;
            }
        }

        /// <summary>Log probability of the classes of sixteen states in one frame.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector512<float> EmissionAt(int frame, int state)
            => Load(Emission, (frame * Stride) + state) - Vector512.Create(Largest[frame]) - Vector512.Create(LogSum[frame]);

        /// <summary>Zeros for the states that a path may end with.</summary>
        public readonly Vector512<float> LastTwo(int state)
        {
            var from = Vector512<int>.Indices - Vector512.Create((2 * Labels) - 1 - state);
            return Vector512.ConditionalSelect(Vector512.LessThan(from.AsUInt32(), Vector512.Create(2u)).AsSingle(), Vector512<float>.Zero, Vector512.Create(float.NegativeInfinity));
        }

        private static Span<float> Take(scoped ref Span<float> memory, int count)
        {
            var taken = memory[..count];
            memory = memory[count..];
            return taken;
        }
    }
}
