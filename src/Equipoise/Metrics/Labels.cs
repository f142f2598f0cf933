namespace Equipoise.Metrics;

/// <summary>Reading of targets that may be class indices, one-hot rows or several labels, and of the classes that predictions choose.</summary>
internal static class Labels
{
    /// <summary>Whether a target is the index of a class.</summary>
    public static bool IsIndex(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target) => target.Length == 1 && prediction.Length > 1;

    /// <summary>What a target says of one label: 1 or 0 for an index, otherwise its number.</summary>
    public static float Of(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int label) =>
        IsIndex(prediction, target) ? (target[0] == label ? 1 : 0) : target[label];

    /// <summary>The class of a target: its index, or the first largest number of its row.</summary>
    public static int Class(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target) =>
        IsIndex(prediction, target) ? (int)target[0] : Largest(target);

    /// <summary>Index of the first largest number.</summary>
    public static int Largest(ReadOnlySpan<float> numbers)
    {
        int largest = 0;
        for (int i = 1; i < numbers.Length; i++)
        {
            if (numbers[i] > numbers[largest]) largest = i;
        }

        return largest;
    }

    /// <summary>x / y, 0 where y is 0.</summary>
    public static double Ratio(double x, double y) => y == 0 ? 0 : x / y;
}
