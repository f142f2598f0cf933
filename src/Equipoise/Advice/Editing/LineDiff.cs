namespace Equipoise.Advice;

/// <summary>The lines in which two texts differ: as few as possible, by the longest common subsequence.</summary>
public static class LineDiff
{
    /// <summary>Lines taken out and put in, in the order of the text; where both happen at one place, those taken out come first. O(lines²) in the part that differs.</summary>
    public static IReadOnlyList<DiffLine> Of(string before, string after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        string[] old = before.ReplaceLineEndings("\n").Split('\n'), @new = after.ReplaceLineEndings("\n").Split('\n');
        int head = 0, tail = 0;
        while (head < old.Length && head < @new.Length && old[head] == @new[head]) head++;
        while (tail < old.Length - head && tail < @new.Length - head && old[^(tail + 1)] == @new[^(tail + 1)]) tail++;
        int rows = old.Length - head - tail, columns = @new.Length - head - tail;
        var common = new int[rows + 1, columns + 1];
        for (int i = rows - 1; i >= 0; i--)
        {
            for (int k = columns - 1; k >= 0; k--) common[i, k] = old[head + i] == @new[head + k] ? common[i + 1, k + 1] + 1 : Math.Max(common[i + 1, k], common[i, k + 1]);
        }
        var lines = new List<DiffLine>();
        for (int i = 0, k = 0; i < rows || k < columns;)
        {
            if (i < rows && k < columns && old[head + i] == @new[head + k])
            {
                i++;
                k++;
            }
            else if (i < rows && (k == columns || common[i + 1, k] >= common[i, k + 1])) lines.Add(new DiffLine(false, head + ++i, old[head + i - 1]));
            else lines.Add(new DiffLine(true, head + ++k, @new[head + k - 1]));
        }
        return lines;
    }
}
