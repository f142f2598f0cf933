using System.Globalization;

namespace Equipoise.Losses;

/// <summary>What the losses over classes have in common: checks of widths and targets, normalised probabilities.</summary>
internal static class ClassTargets
{
    /// <summary>Refuses a prediction of fewer than two numbers, for which the loss would be 0 whatever is predicted.</summary>
    public static void RequireClasses(int predictionWidth, string loss)
    {
        if (predictionWidth < 2)
        {
            throw new ArgumentOutOfRangeException(nameof(predictionWidth), predictionWidth,
                $"{loss} needs a number for each class, at least 2. For one yes-or-no number use binary_crossentropy.");
        }
    }

    /// <summary>Whether a number is a whole one in 0 ≤ n &lt; classes.</summary>
    public static bool IsClass(float number, int classes) => number >= 0 && number < classes && number == MathF.Floor(number);

    /// <summary>What is wrong with a class index, or null.</summary>
    public static string? IndexFault(ReadOnlySpan<float> target, int classes) => target.Length == 1 && IsClass(target[0], classes)
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"is {(target.Length == 1 ? target[0] : float.NaN)}, but a class must be a whole number from 0 to {classes - 1}");

    /// <summary>Sum of a row; predictions are divided by it, so that those of each item sum to 1.</summary>
    public static float Sum(ReadOnlySpan<float> numbers)
    {
        float sum = 0;
        foreach (float number in numbers) sum += number;
        return sum;
    }

    /// <summary>
    /// Turns slopes with respect to q = p / Σp, given in <paramref name="slope"/>, into slopes with respect to p: (gᵢ − Σⱼ gⱼ qⱼ) / Σp.
    /// </summary>
    public static void ThroughNormalisation(ReadOnlySpan<float> prediction, float sum, Span<float> slope)
    {
        float inner = 0;
        for (int i = 0; i < slope.Length; i++) inner += slope[i] * (prediction[i] / sum);
        foreach (ref float number in slope) number = (number - inner) / sum;
    }
}
