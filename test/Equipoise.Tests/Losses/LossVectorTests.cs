using System.Text.Json;
using Equipoise.Losses;
using Equipoise.Testing.Vectors;
using Equipoise.Tests.Vectors;

namespace Equipoise.Tests.Losses;

/// <summary>Every vector of kind loss: its name must be known here, or be listed as left out with the reason.</summary>
public sealed class LossVectorTests
{
    public static TheoryData<string> Ids => [.. VectorFile.Of("loss").Kept()];

    [Theory, MemberData(nameof(Ids))]
    public void Loss_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        string? wrong = vector.Difference(Run(vector, Make(vector)));
        Assert.True(wrong is null, wrong);
    }

    /// <summary>Losses that the vector files name.</summary>
    public static Loss Make(VectorCase vector)
    {
        bool logits = vector.Flag("from_logits");
        double smoothing = vector.Argument("label_smoothing", 0);
        return vector.Name switch
        {
            "MeanSquaredError" => new MeanSquaredError(),
            "MeanAbsoluteError" => new MeanAbsoluteError(),
            "MeanAbsolutePercentageError" => new MeanAbsolutePercentageError(),
            "MeanSquaredLogarithmicError" => new MeanSquaredLogarithmicError(),
            "CosineSimilarity" => new CosineSimilarity(),
            "Huber" => new Huber(vector.Argument("delta", 1)),
            "LogCosh" => new LogCosh(),
            "Hinge" => new Hinge(ZeroIsNo: vector.Input("y_true")!.Values.All(value => value is 0 or 1)),
            "SquaredHinge" => new SquaredHinge(ZeroIsNo: vector.Input("y_true")!.Values.All(value => value is 0 or 1)),
            "CategoricalHinge" => new CategoricalHinge(),
            "KLDivergence" => new KLDivergence(),
            "Poisson" => new Poisson(),
            "BinaryCrossentropy" => new BinaryCrossentropy(logits, smoothing),
            "BinaryFocalCrossentropy" => new BinaryFocalCrossentropy(vector.Argument("gamma", 2), vector.Argument("alpha", 0.25), vector.Flag("apply_class_balancing"), logits, smoothing),
            "CategoricalCrossentropy" => new CategoricalCrossentropy(logits, smoothing),
            "CategoricalFocalCrossentropy" => new CategoricalFocalCrossentropy(vector.Argument("gamma", 2), vector.Argument("alpha", 0.25), logits, smoothing),
            "SparseCategoricalCrossentropy" => new SparseCategoricalCrossentropy(logits, smoothing, vector.Has("ignore_class") ? (int)vector.Argument("ignore_class", 0) : null),
            "CategoricalGeneralizedCrossEntropy" => new CategoricalGeneralizedCrossEntropy(vector.Argument("q", 0.5)),
            "CTC" => new Ctc(),
            "Circle" => new Circle(vector.Argument("gamma", 80), vector.Argument("margin", 0.4), !vector.Has("remove_diagonal") || vector.Flag("remove_diagonal")),
            "Dice" => new Dice(),
            "Tversky" => new Tversky(vector.Argument("alpha", 0.5), vector.Argument("beta", 0.5)),
            _ => throw new InvalidOperationException($"No loss for the vectors called {vector.Name}: add it here, or to the list of those left out."),
        };
    }

    private static double[] Run(VectorCase vector, Loss loss)
    {
        var prediction = vector.Input("y_pred")!;
        var target = vector.Input("y_true")!;
        int[] outer;
        (float[] predictions, int width, outer) = Items(vector, loss, prediction);
        int positions = 1;
        if (loss.Scope != LossScope.Position) (positions, width, outer) = (prediction.Length / prediction.Shape[0] / prediction.Shape[^1], prediction.Length / prediction.Shape[0], [prediction.Shape[0]]);
        int items = predictions.Length / width, targetWidth = loss.Scope == LossScope.Position ? loss.TargetWidth(width) : target.Length / items;
        float[] targets = targetWidth == 1 || loss.Scope != LossScope.Position ? target.Floats : Items(vector, loss, target with { Shape = target.Length == prediction.Length ? prediction.Shape : target.Shape }).Items;

        double[] weights = Spread(vector.Input("sample_weight"), outer, items);
        double[] mask = Spread(vector.Input("mask"), outer, items);
        for (int item = 0; item < items; item++)
        {
            // Only an ignored class: the reference has no missing labels, a NaN is an error that must stay visible.
            var one = targets.AsSpan(item * targetWidth, targetWidth);
            if (!one.Contains(float.NaN) && !loss.HasTarget(one)) mask[item] = 0;
        }

        if (loss.Scope == LossScope.Batch)
        {
            // The reference library masks rows without a partner out of the mean.
            float[] kept = [.. mask.Select(m => (float)m)];
            loss.LeaveOut(new LossRows { Items = items, Width = width, Targets = targets }, kept);
            mask = Array.ConvertAll(kept, k => (double)k);
        }

        bool weighted = vector.Input("sample_weight") is not null;
        double[] counted = weights.Zip(mask, (weight, kept) => weight * kept).ToArray();
        string reduction = vector.Text("reduction", "none")!;
        double divisor = reduction switch
        {
            "sum_over_batch_size" or "mean" => mask.Sum(),
            "mean_with_sample_weight" => weighted ? counted.Sum() : mask.Sum(),
            _ => 1,
        };

        var values = new float[items];
        var gradients = new float[items * width];
        float[] shares = counted.Select(weight => divisor == 0 ? 0 : (float)(weight / divisor)).ToArray();
        loss.Evaluate(new LossRows { Items = items, Width = width, Positions = positions, Scratch = new float[loss.ScratchSize(items, positions, width, targetWidth)], Predictions = predictions, Targets = targets, Shares = shares, Values = values, Gradients = gradients });

        var terms = values.Select((value, item) => shares[item] == 0 ? 0 : (double)value * counted[item] / divisor);
        return reduction == "none" ? terms.ToArray() : [terms.Sum()];
    }

    /// <summary>The numbers with the axis that the loss reduces moved last; a loss over several axes gets them as one.</summary>
    private static (float[] Items, int Width, int[] Outer) Items(VectorCase vector, Loss loss, NumberArray array)
    {
        bool pooled = loss is Dice or Tversky;
        if (pooled && !vector.Has("axis")) return (array.Floats, array.Length, []);
        if (pooled && vector.Args.GetProperty("axis").ValueKind == JsonValueKind.Array)
        {
            int[] axes = vector.Args.GetProperty("axis").EnumerateArray().Select(axis => axis.GetInt32()).ToArray();
            Assert.True(axes.SequenceEqual(Enumerable.Range(1, axes.Length)), "Only axes 1, 2, ... in order.");
            int pooledWidth = axes.Aggregate(1, (product, axis) => product * array.Shape[axis]);
            return (Move(array.Floats, array.Shape, axes), pooledWidth, array.Shape.Where((_, axis) => !axes.Contains(axis)).ToArray());
        }

        int last = array.Shape.Length - 1;
        int at = (int)vector.Argument("axis", -1);
        if (at < 0) at += array.Shape.Length;
        if (array.Shape.Length == 1) return (array.Floats, 1, array.Shape);
        return (at == last ? array.Floats : Move(array.Floats, array.Shape, [at]), array.Shape[at], array.Shape.Where((_, axis) => axis != at).ToArray());
    }

    private static float[] Move(float[] values, int[] shape, int[] axes)
    {
        int[] order = [.. Enumerable.Range(0, shape.Length).Where(axis => !axes.Contains(axis)), .. axes];
        int[] strides = new int[shape.Length];
        for (int axis = shape.Length - 1, stride = 1; axis >= 0; stride *= shape[axis--]) strides[axis] = stride;
        var moved = new float[values.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            int rest = i, from = 0;
            for (int k = order.Length - 1; k >= 0; k--)
            {
                from += rest % shape[order[k]] * strides[order[k]];
                rest /= shape[order[k]];
            }

            moved[i] = values[from];
        }

        return moved;
    }

    /// <summary>One number an item: weights are given as one number, as one an item, or with a last axis of 1.</summary>
    private static double[] Spread(NumberArray? numbers, int[] outer, int items)
    {
        var result = new double[items];
        for (int item = 0; item < items; item++) result[item] = numbers is null ? 1 : numbers.Values[numbers.Length == 1 ? 0 : item];
        Assert.True(numbers is null || numbers.Length == 1 || numbers.Length == items, $"{numbers?.Length} weights for items [{string.Join(", ", outer)}].");
        return result;
    }
}
