namespace Equipoise.Advice;

/// <summary>The figures of classes, of which each row has one.</summary>
internal static class ClassStatistics
{
    /// <summary>The figures of the training rows of each class; classes without a row are left out.</summary>
    public static IReadOnlyList<Statistic> Of(IReadOnlyList<int> counts)
    {
        int[] present = [.. counts.Where(c => c > 0)];
        if (present.Length == 0) return [];
        double rows = present.Sum(c => (double)c);
        double entropy = -present.Sum(c => c / rows * Math.Log(c / rows));
        return
        [
            new("classes", present.Length, "different classes"),
            new("largest_share", present.Max() / rows, "share of the most frequent class: the accuracy of always guessing it"),
            new("rarest_share", present.Min() / rows, "share of the rarest class"),
            new("rarest_rows", present.Min(), "training rows of the rarest class"),
            new("imbalance", (double)present.Max() / present.Min(), "rows of the most frequent class ÷ rows of the rarest"),
            new("effective_classes", Math.Exp(entropy), "equally frequent classes that would be as hard to guess: e to the entropy"),
        ];
    }
}
