using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>The row loop of every loss that is the mean, or the sum, over the last axis of element losses.</summary>
/// <remarks>
/// value = (1 / width) Σ over elements of label weight × formula(prediction, target), gradient = share / width × label weight × slope; without 1 / width for a sum.
/// Each item is computed in the same lanes whatever its neighbours and the slice, so results do not depend on how rows are divided among threads.
/// </remarks>
internal static class ElementLoss
{
    private static readonly int LaneCount = Vector256<float>.Count;

    public static void Evaluate<TFormula>(TFormula formula, in LossRows rows, bool sum = false) where TFormula : struct, IElementFormula
    {
        rows.Check(rows.Width);
        if (rows.Width == 1) Column(formula, in rows);
        else Wide(formula, in rows, sum ? 1 : 1f / rows.Width);
    }

    /// <summary>As <see cref="Evaluate{TFormula}"/>, with the same bits, and sixteen elements at a time where the machine can: for formulas that are worth a second form.</summary>
    public static void EvaluateWide<TFormula>(TFormula formula, in LossRows rows) where TFormula : struct, IWideElementFormula
    {
        if (!WideExponentials.IsSupported || rows.Width == 1)
        {
            Evaluate(formula, in rows);
            return;
        }

        rows.Check(rows.Width);
        for (int item = 0; item < rows.Items; item++) WideItem(formula, in rows, item);
    }

    /// <summary>One number an item: lanes hold items.</summary>
    private static void Column<TFormula>(TFormula formula, in LossRows rows) where TFormula : struct, IElementFormula
    {
        float weight = rows.LabelWeights.IsEmpty ? 1 : rows.LabelWeights[0];
        for (int at = 0; at < rows.Items; at += LaneCount)
        {
            int count = Math.Min(LaneCount, rows.Items - at);
            var share = Load(rows.Shares, at, count);
            var (value, slope) = formula.At(Load(rows.Predictions, at, count), Load(rows.Targets, at, count));

            // Selecting, not multiplying: a missing target is NaN and NaN × 0 is NaN.
            var absent = Vector256.Equals(share, Vector256<float>.Zero);
            Store(Vector256.ConditionalSelect(absent, Vector256<float>.Zero, weight * value), rows.Values, at, count);
            if (rows.WantsGradients) Store(Vector256.ConditionalSelect(absent, Vector256<float>.Zero, share * (weight * slope)), rows.Gradients, at, count);
        }
    }

    /// <summary>Several numbers an item: lanes hold elements of one item, the unused lanes of the last vector count nothing.</summary>
    private static void Wide<TFormula>(TFormula formula, in LossRows rows, float perElement) where TFormula : struct, IElementFormula
    {
        int width = rows.Width;
        for (int item = 0; item < rows.Items; item++)
        {
            int start = item * width, end = start + width;
            float share = rows.Shares[item];
            if (share == 0)
            {
                rows.Values[item] = 0;
                if (rows.WantsGradients) rows.Gradients[start..end].Clear();
                continue;
            }

            var scale = Vector256.Create(share * perElement);
            var sum = Vector256<float>.Zero;
            for (int at = start; at < end; at += LaneCount)
            {
                int count = Math.Min(LaneCount, end - at);
                var (value, slope) = formula.At(Load(rows.Predictions, at, count), Load(rows.Targets, at, count));
                if (!rows.LabelWeights.IsEmpty)
                {
                    var weight = Load(rows.LabelWeights, at - start, count);
                    value *= weight;
                    slope *= weight;
                }

                sum += count == LaneCount ? value : Vector256.ConditionalSelect(First(count), value, Vector256<float>.Zero);
                if (rows.WantsGradients) Store(scale * slope, rows.Gradients, at, count);
            }

            rows.Values[item] = Lanes.Sum(sum) * perElement;
        }
    }

    /// <summary>One item of <see cref="Wide"/>: the upper eight values are added after the lower ones, in the lanes that they would have had.</summary>
    private static void WideItem<TFormula>(TFormula formula, in LossRows rows, int item) where TFormula : struct, IWideElementFormula
    {
        int width = rows.Width, start = item * width, lanes = Vector512<float>.Count;
        float share = rows.Shares[item], perElement = 1f / width;
        ReadOnlySpan<float> predictions = rows.Predictions[start..], targets = rows.Targets[start..], weights = rows.LabelWeights;
        var gradients = rows.WantsGradients ? rows.Gradients[start..] : [];
        if (share == 0)
        {
            rows.Values[item] = 0;
            if (!gradients.IsEmpty) gradients[..width].Clear();
            return;
        }

        var scale = Vector512.Create(share * perElement);
        var sum = Vector256<float>.Zero;
        for (int at = 0; at < width; at += lanes)
        {
            int count = Math.Min(lanes, width - at);
            var (value, slope) = formula.At(LoadWide(predictions, at, count), LoadWide(targets, at, count));
            if (!weights.IsEmpty)
            {
                var weight = LoadWide(weights, at, count);
                value *= weight;
                slope *= weight;
            }

            if (count < lanes) value = Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), value, Vector512<float>.Zero);
            sum = sum + value.GetLower() + value.GetUpper();
            if (!gradients.IsEmpty) StoreWide(scale * slope, gradients, at, count);
        }

        rows.Values[item] = Lanes.Sum(sum) * perElement;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LoadWide(ReadOnlySpan<float> from, int at, int count)
        => from.Length - at >= Vector512<float>.Count ? Vector512.Create(from[at..]) : LoadWideTail(from.Slice(at, count));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadWideTail(ReadOnlySpan<float> from)
    {
        Span<float> padded = stackalloc float[Vector512<float>.Count];
        padded.Clear();
        from.CopyTo(padded);
        return Vector512.Create((ReadOnlySpan<float>)padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreWide(Vector512<float> vector, Span<float> to, int at, int count)
    {
        if (to.Length - at >= Vector512<float>.Count) vector.CopyTo(to[at..]);
        else StoreWideTail(vector, to.Slice(at, count));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreWideTail(Vector512<float> vector, Span<float> to)
    {
        Span<float> padded = stackalloc float[Vector512<float>.Count];
        vector.CopyTo(padded);
        padded[..to.Length].CopyTo(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> First(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ReadOnlySpan<float> from, int at, int count) =>
        // Where the span goes on, whole vectors are read past the item; the caller leaves the surplus lanes out.
        at + LaneCount <= from.Length ? Vector256.Create(from[at..]) : LoadTail(from, at, count);

    private static Vector256<float> LoadTail(ReadOnlySpan<float> from, int at, int count)
    {
        Span<float> padded = stackalloc float[Vector256<float>.Count];
        padded.Clear();
        from.Slice(at, count).CopyTo(padded);
        return Vector256.Create((ReadOnlySpan<float>)padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> vector, Span<float> to, int at, int count)
    {
        // Surplus lanes fall on later items, which are written after this one.
        if (at + LaneCount <= to.Length) vector.CopyTo(to[at..]);
        else StoreTail(vector, to, at, count);
    }

    private static void StoreTail(Vector256<float> vector, Span<float> to, int at, int count)
    {
        Span<float> padded = stackalloc float[Vector256<float>.Count];
        vector.CopyTo(padded);
        padded[..count].CopyTo(to[at..]);
    }
}
