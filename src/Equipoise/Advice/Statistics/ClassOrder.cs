using System.Globalization;

namespace Equipoise.Advice;

/// <summary>Finds out from their names whether classes have an order: those of a known scale (low, medium, high; S, M, L, XL; poor, fair, good ...), or spans of numbers (0-9, 10-19, 20+).</summary>
/// <remarks>Numbers alone are no evidence: they may be names. Two classes need no order.</remarks>
internal static class ClassOrder
{
    // Lowest first; names that mean the same step stand together.
    private static readonly string[][] Scales =
    [
        ["very low|lowest", "low|lower", "medium|mid|middle|moderate|normal|average", "high|higher", "very high|highest"],
        ["tiny|very small", "small", "medium|mid|middle|average", "large|big", "huge|very large|very big"],
        ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"],
        ["terrible|awful|very poor|very bad", "poor|bad", "fair|average|okay|ok|acceptable", "good", "very good", "premium", "excellent|ideal|outstanding|perfect"],
        ["none|no|absent", "mild|slight|minor", "moderate|medium", "severe|major|serious", "critical|extreme|fatal"],
        ["info|trivial", "minor|warning", "major|error", "critical|fatal", "blocker"],
        ["strongly disagree", "disagree", "neutral|neither|undecided", "agree", "strongly agree"],
        ["very negative", "negative", "neutral", "positive", "very positive"],
        ["never", "rarely|seldom", "sometimes|occasionally", "often|frequently", "always"],
        ["very easy", "easy", "medium|moderate|normal", "hard|difficult", "very hard|very difficult"],
        ["child", "teenager|youth|young", "adult|middle-aged", "senior|old|elderly"],
        ["first|1st", "second|2nd", "third|3rd", "fourth|4th", "fifth|5th"],
        ["beginner|novice|junior", "intermediate|regular", "advanced|senior", "expert|lead"],
        ["cold", "cool|mild", "warm", "hot"],
        ["f", "e", "d", "c", "b", "a"],
        ["i1", "si2", "si1", "vs2", "vs1", "vvs2", "vvs1", "if"],
    ];

    /// <summary>The classes from lowest to highest; empty if no order is known.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> classes)
    {
        if (classes.Count < 3) return [];
        foreach (string[] scale in Scales)
        {
            int[] steps = [.. classes.Select(c => Array.FindIndex(scale, s => s.Split('|').Contains(Plain(c), StringComparer.Ordinal)))];
            if (steps.All(s => s >= 0) && steps.Distinct().Count() == steps.Length) return [.. classes.Zip(steps).OrderBy(c => c.Second).Select(c => c.First)];
        }
        double[] begins = [.. classes.Select(Begin)];
        bool spans = begins.All(b => !double.IsNaN(b)) && begins.Distinct().Count() == begins.Length && classes.Any(c => !double.TryParse(c, CultureInfo.InvariantCulture, out _));
        return spans ? [.. classes.Zip(begins).OrderBy(c => c.Second).Select(c => c.First)] : [];
    }

    private static string Plain(string name) => string.Join(' ', name.ToLowerInvariant().Split([' ', '_', '-'], StringSplitOptions.RemoveEmptyEntries));

    // The first number of "10-19", "10 to 19", "<10" (just below its number) or "20+"; NaN for anything else.
    private static double Begin(string name)
    {
        string text = name.Trim();
        bool below = text.StartsWith('<');
        string rest = text.TrimStart('<', '>', '=', '≥', '≤', ' ');
        int length = 0;
        while (length < rest.Length && (char.IsAsciiDigit(rest[length]) || rest[length] == '.')) length++;
        if (length == 0 || !double.TryParse(rest[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) return double.NaN;
        string tail = rest[length..].Trim();
        bool known = tail.Length == 0 || tail == "+" || tail.TrimStart('-', '–', 't', 'o', ' ').All(c => char.IsAsciiDigit(c) || c == '.');
        return !known ? double.NaN : below ? number - 1e-9 : number;
    }
}
