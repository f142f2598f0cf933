namespace Equipoise.Balancing;

/// <summary>Settings that hold a number for each output.</summary>
internal static class PerTask
{
    /// <summary>A new array: the list if it is there, else the same number for all.</summary>
    public static double[] Numbers(IReadOnlyList<double> given, int tasks, double otherwise, string what)
    {
        if (given.Count != 0 && given.Count != tasks) throw new ArgumentException($"There are {given.Count} {what}, but {tasks} outputs.", nameof(given));
        var numbers = new double[tasks];
        for (int k = 0; k < tasks; k++) numbers[k] = given.Count == 0 ? otherwise : given[k];
        return numbers;
    }
}
