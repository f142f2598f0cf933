using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;
using Equipoise.Losses;

namespace Equipoise.Tests.Losses;

public sealed class WideCtcAlignmentTests
{
    [Theory, InlineData(3, 0), InlineData(3, 2), InlineData(17, 0), InlineData(40, 39), InlineData(81, 5)]
    public void Any_number_of_labels_and_frames_has_the_bits_of_the_narrow_form(int classes, int blank)
    {
        var random = new RandomStream((ulong)classes);
        ulong draw = 0;
        for (int labels = 0; labels <= 26; labels++)
        {
            foreach (int frames in new[] { 1, 2, 15, 16, 17, 33, 60 })
            {
                foreach (float scale in new[] { 2f, 90 })
                {
                    float[] logits = [.. Enumerable.Range(0, frames * classes).Select(_ => (float)(scale * ((2 * random.Uniform(draw++)) - 1)))];
                    // Few classes to a row, so that neighbours are often equal.
                    float[] target = [.. Enumerable.Range(0, labels).Select(_ => (float)random.Below(draw++, Math.Min(classes, 5))), -1, -1];
                    float[] mask = [.. Enumerable.Range(0, frames).Select(_ => random.Below(draw++, 4) == 0 ? 0f : 1)];
                    Compare(logits, [], target, blank, classes);
                    Compare(logits, mask, target, blank, classes);
                }
            }
        }
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity), InlineData(3e38f), InlineData(-3e38f)]
    public void An_odd_logit_anywhere_has_the_bits_of_the_narrow_form(float odd)
    {
        const int frames = 9, classes = 4;
        for (int at = 0; at < frames * classes; at++)
        {
            float[] logits = [.. Enumerable.Range(0, frames * classes).Select(i => (i * i % 7) - 3f)];
            logits[at] = odd;
            Compare(logits, [], [1, 3, 3], 0, classes);
        }
    }

    [Theory]
    [InlineData(new float[] { 7 }, 1), InlineData(new float[] { 1, 0.5f }, 1), InlineData(new float[] { 1, 2, 3, 1, 2, 3 }, 1), InlineData(new float[] { 1 }, 0), InlineData(new float[] { -1 }, 0)]
    public void Rows_without_an_alignment_have_the_bits_of_the_narrow_form(float[] target, float kept)
        => Compare([.. Enumerable.Range(0, 20).Select(i => (i * i % 7) - 3f)], [kept, kept, kept, kept, kept], target, 0, 4);

    private static void Compare(float[] logits, float[] mask, float[] target, int blank, int classes)
    {
        if (!WideExponentials.IsSupported) return;
        int frames = logits.Length / classes;
        float[] want = new float[logits.Length], have = new float[logits.Length], scratch = new float[CtcAlignment.ScratchSize(frames, target.Length)], wide = new float[WideCtcAlignment.ScratchSize(frames, target.Length)];
        // What is left in memory must not matter.
        foreach (float[] memory in new[] { want, have, scratch, wide }) Array.Fill(memory, float.NaN);
        Same(CtcAlignment.Evaluate(logits, mask, target, blank, classes, want, scratch), WideCtcAlignment.Evaluate(logits, mask, target, blank, classes, have, wide));
        for (int i = 0; i < want.Length; i++) Same(want[i], have[i]);
        Array.Fill(wide, float.NaN);
        Same(CtcAlignment.Evaluate(logits, mask, target, blank, classes, [], scratch), WideCtcAlignment.Evaluate(logits, mask, target, blank, classes, [], wide));
    }

    private static void Same(float want, float have) => Assert.True(want.Equals(have), $"{have:R} instead of {want:R}");
}
