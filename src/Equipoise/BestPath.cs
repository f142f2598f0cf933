namespace Equipoise;

/// <summary>The labels that the steps of an aligned output say: the first largest class of each step, with repeats merged and blanks (class 0) dropped.</summary>
/// <remarks>Source: Graves, Fernández, Gomez and Schmidhuber, "Connectionist temporal classification", 2006, section 3.2.</remarks>
internal static class BestPath
{
    /// <summary>Writes the classes found, at most one a step, and gives their number.</summary>
    /// <param name="steps">Shape [steps, classes]: probabilities or anything that grows with them.</param>
    /// <param name="classes">How many classes a step has, with the blank.</param>
    /// <param name="path">Shape [steps], out.</param>
    public static int Find(ReadOnlySpan<float> steps, int classes, Span<int> path)
    {
        int length = 0, before = 0;
        for (int at = 0; at < steps.Length; at += classes)
        {
            int best = 0;
            for (int k = 1; k < classes; k++)
            {
                if (steps[at + k] > steps[at + best]) best = k;
            }
            if (best > 0 && best != before) path[length++] = best;
            before = best;
        }
        return length;
    }
}
