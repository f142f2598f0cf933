using Equipoise.Data;

namespace Equipoise.Advice;

/// <summary>The figures of sets of labels.</summary>
internal static class SetStatistics
{
    /// <summary>The figures of labels 0 or 1, shape [rows, labels]; rows that are NaN are left out.</summary>
    public static IReadOnlyList<Statistic> Of(TargetColumn labels)
    {
        var rowsOf = new int[labels.Width];
        int rows = 0, several = 0, none = 0, one = 0, most = 0;
        for (int row = 0; row < labels.Rows; row++)
        {
            var target = labels.Row(row);
            if (float.IsNaN(target[0])) continue;
            rows++;
            int here = 0;
            for (int label = 0; label < target.Length; label++)
            {
                if (target[label] != 1) continue;
                here++;
                rowsOf[label]++;
            }
            several += here > 1 ? 1 : 0;
            none += here == 0 ? 1 : 0;
            one += here == 1 ? 1 : 0;
            most = Math.Max(most, here);
        }
        if (rows == 0) return [];
        double all = rowsOf.Sum(c => (double)c);
        return
        [
            new("labels", labels.Width, "different labels"),
            new("labels_per_row", all / rows, "labels of a row on average"),
            new("most_labels", most, "labels of the row that has most"),
            new("several_share", (double)several / rows, "share of rows with two labels or more"),
            new("one_share", (double)one / rows, "share of rows with exactly one label"),
            new("empty_share", (double)none / rows, "share of rows without any label"),
            new("present_share", all / ((double)rows * labels.Width), "share of all row-label pairs that are present: answering 'none' is right in all others"),
            new("rarest_rows", rowsOf.Min(), "training rows of the rarest label"),
        ];
    }
}
