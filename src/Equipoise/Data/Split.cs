using System.Globalization;
using Equipoise.Engine.Randomness;

namespace Equipoise.Data;

/// <summary>Which rows train, which validate while training, and which test at the end. Row numbers, rising within a part.</summary>
/// <param name="Train">Rows that the model learns from.</param>
/// <param name="Valid">Rows that choose epochs and settings; may be empty.</param>
/// <param name="Test">Rows that are looked at last; may be empty.</param>
public sealed record Split(int[] Train, int[] Valid, int[] Test)
{
    // A column of numbers with more distinct values than this is stratified by its tenths.
    private const int MostClasses = 50;

    private static readonly string[] TrainNames = ["train", "training", "tr", "fit"];
    private static readonly string[] ValidNames = ["valid", "validation", "val", "dev", "development", "monitoring"];
    private static readonly string[] TestNames = ["test", "testing", "te", "holdout", "hold-out", "eval", "evaluation"];

    /// <summary>The parts that a column names: train, valid or test, or one of their usual other spellings; case is ignored.</summary>
    /// <exception cref="DataException">A cell is empty or names no part, or no row trains, or none is left to validate or test.</exception>
    public static Split ByColumn(TableColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        List<int> train = [], valid = [], test = [];
        var mistakes = new Mistakes();
        for (int row = 0; row < column.Rows; row++)
        {
            string? name = column.Values[row];
            if (name is null) mistakes.Add($"{column.Where(row)}: the cell is empty. Write train, valid or test.");
            else if (IsTrain(name)) train.Add(row);
            else if (Is(name, ValidNames)) valid.Add(row);
            else if (Is(name, TestNames)) test.Add(row);
            else mistakes.Add($"{column.Where(row)}: '{Cells.Shown(name)}' names no part. Write train, valid or test.");
        }
        mistakes.ThrowIfAny();
        if (train.Count == 0) throw new DataException($"{column.Source}: column '{column.Name}' gives no row to training. Write 'train' in the rows to learn from.");
        if (valid.Count == 0 && test.Count == 0) throw new DataException($"{column.Source}: column '{column.Name}' gives every row to training. Write 'valid' or 'test' in some, or use a random split.");
        return new Split([.. train], [.. valid], [.. test]);
    }

    /// <summary>Parts of fixed sizes, drawn by a hash of seed and row number: the same on every machine.</summary>
    /// <exception cref="DataException">A part that should have rows would have none.</exception>
    public static Split Random(int rows, SplitFractions fractions, int seed) => Draw(new int[rows], 1, fractions, seed);

    /// <summary>
    /// Parts that have each class of the column in the same shares, as nearly as whole rows allow. Missing values are a class of their own;
    /// a column of more than 50 different numbers is cut into ten classes of equal size.
    /// </summary>
    /// <exception cref="DataException">The column has too many different values, or a part that should have rows would have none.</exception>
    public static Split Stratified(TableColumn column, SplitFractions fractions, int seed)
    {
        ArgumentNullException.ThrowIfNull(column);
        string[] labels = Cells.Sorted(Cells.Distinct(column).Keys);
        var classes = new int[column.Rows]; // 0: missing
        int count = labels.Length + 1;
        if (labels.Length <= MostClasses)
        {
            var index = Cells.Index(labels);
            for (int row = 0; row < classes.Length; row++) classes[row] = column.Values[row] is { } value ? index[value] + 1 : 0;
        }
        else if (labels.All(label => Cells.TryNumber(label, out _)))
        {
            double[] numbers = Cells.Numbers(column, new Mistakes());
            double[] sorted = [.. numbers.Where(number => !double.IsNaN(number)).Order()];
            for (int row = 0; row < classes.Length; row++)
            {
                if (double.IsNaN(numbers[row])) continue;
                int below = LowerBound(sorted, numbers[row]); // equal numbers share a class
                classes[row] = 1 + (int)(10L * below / sorted.Length);
            }
            count = 11;
        }
        else
        {
            throw new DataException($"{column.Source}: column '{column.Name}' has {Cells.Count(labels.Length)} different values, too many to stratify by (at most {MostClasses}, or numbers). Choose a category, or a random split.");
        }
        return Draw(classes, count, fractions, seed);
    }

    /// <summary>Whether a cell names the training part.</summary>
    internal static bool IsTrain(string name) => Is(name, TrainNames);

    /// <summary>Whether a cell names any part.</summary>
    internal static bool IsPart(string name) => IsTrain(name) || Is(name, ValidNames) || Is(name, TestNames);

    private static bool Is(string name, string[] spellings) => spellings.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase);

    // Rows ordered by class and, within it, by hash; a part's share of each class ends where its share of all rows so far ends,
    // so that sizes are right to one row within every class and in all.
    private static Split Draw(int[] classes, int classCount, SplitFractions fractions, int seed)
    {
        ArgumentNullException.ThrowIfNull(fractions);
        var (a, b, c) = fractions;
        if (!(a > 0 && b >= 0 && c >= 0 && double.IsFinite(a + b + c)))
            throw new DataException(string.Create(CultureInfo.InvariantCulture, $"The shares of a split are {a}, {b} and {c}, but train must be above 0 and the others at least 0."));
        double trainShare = a / (a + b + c);
        double learnShare = (a + b) / (a + b + c);
        var stream = new RandomStream((ulong)(uint)seed).Derive("split");
        var keys = new ulong[classes.Length];
        for (int row = 0; row < keys.Length; row++) keys[row] = stream.At((ulong)row);
        var members = new List<int>[classCount];
        for (int k = 0; k < classCount; k++) members[k] = [];
        for (int row = 0; row < classes.Length; row++) members[classes[row]].Add(row);

        List<int> train = [], valid = [], test = [];
        int before = 0;
        foreach (var rows in members)
        {
            rows.Sort((x, y) => keys[x] != keys[y] ? keys[x].CompareTo(keys[y]) : x.CompareTo(y));
            int after = before + rows.Count;
            int trains = Ends(trainShare, after) - Ends(trainShare, before);
            int learns = Ends(learnShare, after) - Ends(learnShare, before);
            for (int i = 0; i < rows.Count; i++) (i < trains ? train : i < learns ? valid : test).Add(rows[i]);
            before = after;
        }
        foreach (var (name, part, share) in new[] { ("training", train, a), ("validation", valid, b), ("test", test, c) })
            if (share > 0 && part.Count == 0) throw new DataException($"The {name} part of the split would have no row out of {Cells.Count(classes.Length)}. Raise its share, set it to 0, or bring more data.");
        train.Sort();
        valid.Sort();
        test.Sort();
        return new Split([.. train], [.. valid], [.. test]);
    }

    private static int Ends(double share, int count) => (int)Math.Round(share * count, MidpointRounding.AwayFromZero);

    private static int LowerBound(double[] sorted, double value)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] < value) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
