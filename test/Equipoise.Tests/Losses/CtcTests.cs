using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Losses;

public sealed class CtcTests
{
    // Sums of float32 logarithms over some frames.
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(1, 2, new float[] { 1 }, BlankClass.First)]
    [InlineData(4, 3, new float[] { 1, 2 }, BlankClass.First)]
    [InlineData(5, 3, new float[] { 1, 1, 2 }, BlankClass.First)]
    [InlineData(5, 3, new float[] { 2, 2, 2 }, BlankClass.First)]
    [InlineData(6, 4, new float[] { 3, 1, 0, 0 }, BlankClass.First)]
    [InlineData(5, 3, new float[] { 0, 1, 0, -1 }, BlankClass.Last)]
    [InlineData(4, 3, new float[] { 2, 2 }, BlankClass.Last)]
    [InlineData(3, 2, new float[] { -1 }, BlankClass.First)]
    public void Value_is_that_of_all_alignments_one_by_one(int frames, int classes, float[] target, BlankClass blank)
    {
        float[] logits = Logits(frames * classes);
        double wanted = -Math.Log(SumOfAlignments(logits, frames, classes, target, blank));
        Assert.Equal(wanted, Run(new Ctc(blank), logits, target, frames).Values[0], Tolerance * (1 + wanted));
    }

    [Theory]
    [InlineData(4, 3, 2)]
    [InlineData(12, 5, 4)]
    [InlineData(40, 7, 17)]
    public void Gradient_agrees_with_finite_differences(int frames, int classes, int labels)
    {
        const float step = 0.02f;
        float[] logits = Logits(frames * classes);
        float[] target = [.. Enumerable.Range(0, labels).Select(i => (float)(1 + (i * i % (classes - 1))))];
        var loss = new Ctc();
        float[] gradient = Run(loss, logits, target, frames).Gradients;
        for (int i = 0; i < logits.Length; i += 1 + (logits.Length / 60))
        {
            double At(float moved)
            {
                float[] changed = [.. logits];
                changed[i] += moved;
                return Run(loss, changed, target, frames).Values[0];
            }

            double numeric = ((8 * (At(step) - At(-step))) - (At(2 * step) - At(-2 * step))) / (12 * step);
            Assert.Equal(numeric, gradient[i], 3e-4);
        }
    }

    [Fact]
    public void Slopes_of_a_frame_sum_to_zero()
    {
        var (_, gradients) = Run(new Ctc(), Logits(300 * 6), [1, 2, 3, 3, 5, 4, 1, 2], 300);
        for (int t = 0; t < 300; t++) Assert.Equal(0, gradients.AsSpan(t * 6, 6).ToArray().Sum(), 1e-5);
    }

    [Fact]
    public void A_long_row_of_certain_frames_costs_nothing_and_one_without_hope_stays_finite()
    {
        // By hand: every frame names its class with a lead of 40; then with labels that the frames contradict, 400 frames of 40 each but for the two labels' and 398 blanks'.
        const int frames = 400;
        var logits = new float[frames * 3];
        for (int t = 0; t < frames; t++) logits[(t * 3) + (t == 100 ? 1 : t == 300 ? 2 : 0)] = 40;
        Assert.Equal(0, Run(new Ctc(), logits, [1, 2], frames).Values[0], 1e-6);
        for (int t = 0; t < frames; t++) (logits[t * 3], logits[(t * 3) + 1], logits[(t * 3) + 2]) = (0, 0, 40);
        // The best alignment of label 1 alone takes class 0 or 1 everywhere: 400 × (log 2 of each frame apart from the choice) is summed over 400·401/2 runs of label 1.
        double wanted = (frames * 40) - Math.Log(frames * (frames + 1) / 2.0);
        Assert.Equal(wanted, Run(new Ctc(), logits, [1], frames).Values[0], 1e-5 * wanted);
    }

    [Fact]
    public void Masked_frames_are_no_frames()
    {
        float[] logits = Logits(6 * 4), kept = [.. logits[..4], .. logits[8..16], .. logits[20..]];
        var masked = Run(new Ctc(), logits, [2, 3, 0], 6, mask: [1, 0, 1, 1, 0, 1]);
        var without = Run(new Ctc(), kept, [2, 3, 0], 4);
        Assert.Equal(without.Values, masked.Values);
        Assert.Equal([.. without.Gradients[..4], 0, 0, 0, 0, .. without.Gradients[4..12], 0, 0, 0, 0, .. without.Gradients[12..]], masked.Gradients);
    }

    [Fact]
    public void Labels_that_do_not_fit_are_left_out()
    {
        var loss = new Ctc();
        float[] targets = [1, 1, 0, 1, 2, 0, 1, 1, 2, 0, 0, 0], counted = [1, 1, 1, 0];
        loss.LeaveOut(new LossRows { Items = 4, Width = 9, Positions = 3, Targets = targets }, counted);
        Assert.Equal([1, 1, 0, 0], counted);
        counted = [1, 1, 1, 1];
        loss.LeaveOut(new LossRows { Items = 4, Width = 9, Positions = 3, Targets = targets, Mask = new float[] { 1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0 } }, counted);
        Assert.Equal([0, 1, 0, 0], counted);

        var (values, gradients) = Run(loss, Logits(9), [1, 1, 2], 3);
        Assert.Equal(float.PositiveInfinity, values[0]);
        Assert.All(gradients, g => Assert.Equal(0, g));
    }

    [Fact]
    public void Labels_that_make_no_sense_are_faults()
    {
        Assert.Null(new Ctc().TargetFault([1, 2, 0, -1], 3));
        Assert.Contains("is 3, but a label must be a whole number from 1 to 2", new Ctc().TargetFault([1, 3], 3), StringComparison.Ordinal);
        Assert.Contains("from 0 to 1", new Ctc(BlankClass.Last).TargetFault([0.5f], 3), StringComparison.Ordinal);
        Assert.Contains("after padding", new Ctc().TargetFault([1, 0, 2], 3), StringComparison.Ordinal);
        Assert.False(new Ctc().HasTarget([1, float.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ctc().TargetWidth(1));
        Assert.True(float.IsNaN(Run(new Ctc(), Logits(9), [7], 3).Values[0]));
    }

    [Fact]
    public void NaN_logits_give_a_value_that_is_not_finite()
    {
        float[] logits = Logits(12);
        logits[7] = float.NaN;
        Assert.False(float.IsFinite(Run(new Ctc(), logits, [1, 2], 4).Values[0]));
    }

    [Fact]
    public void Rows_stand_alone_and_nothing_is_allocated()
    {
        const int items = 5, frames = 7, classes = 4;
        var loss = new Ctc();
        float[] logits = Logits(items * frames * classes), targets = [1, 2, 0, 3, 3, 1, 0, 0, 0, 2, 2, 2, 1, 0, 0], shares = [0.5f, 1, 0, 2, 1];
        var scratch = new float[loss.ScratchSize(items, frames, frames * classes, 3)];
        var values = new float[items];
        var gradients = new float[logits.Length];
        long before = 0;
        for (int round = 0; round < 3; round++)
        {
            // What is left in the working memory must not matter.
            scratch.AsSpan().Fill(round == 0 ? 0 : float.NaN);
            if (round == 2) before = GC.GetAllocatedBytesForCurrentThread();
            loss.Evaluate(new LossRows { Items = items, Width = frames * classes, Positions = frames, Predictions = logits, Targets = targets, Shares = shares, Values = values, Gradients = gradients, Scratch = scratch });
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, values[2]);
        for (int item = 0; item < items; item++)
        {
            var one = Run(loss, logits.AsSpan(item * frames * classes, frames * classes).ToArray(), targets.AsSpan(item * 3, 3).ToArray(), frames, share: shares[item]);
            Assert.Equal(values[item], one.Values[0]);
            Assert.Equal(gradients.AsSpan(item * frames * classes, frames * classes).ToArray(), one.Gradients);
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_model_learns_to_align_with_the_same_bits_for_any_number_of_workers(bool masked)
    {
        var losses = new List<double[]>();
        foreach (int workers in (int[])[1, 3])
        {
            var x = Input.Numbers("x", 8, 3);
            var model = new Model([x], [(masked ? x.Masking() : x).Dense(16, new Tanh()).Dense(3).Named("text")], 4);
            using var trainer = model.Compile(new CompileOptions { Optimizer = new Adam(0.02), Workers = workers, Outputs = { ["text"] = new Output(new Ctc()) } });
            trainer.Fit(Frames(masked), new FitOptions { Epochs = 12, BatchSize = 20 });
            losses.Add([.. trainer.Ledger.Epochs.Select(e => e.Training.Total)]);
            // The last row wants more labels than it has frames.
            Assert.Equal(69, trainer.Evaluate(Frames(masked), 70).Account["text"].Labelled);
        }

        Assert.Equal(losses[0], losses[1]);
        Assert.InRange(losses[0][^1], 0, losses[0][0] / 5);
    }

    /// <summary>Rows whose first number says where labels 1 and 2 are; blanks or masked zeros between.</summary>
    private static Dataset Frames(bool masked)
    {
        const int rows = 70, frames = 8;
        var random = new RandomStream(9);
        var x = new float[rows * frames * 3];
        var y = new float[rows * 10];
        for (int r = 0; r < rows; r++)
        {
            int said = 0;
            for (int t = 0; t < frames; t++)
            {
                int label = random.Below((ulong)((r * frames) + t), 4);
                int at = ((r * frames) + t) * 3;
                x[at + 2] = masked && t >= 6 ? 0 : 0.5f;
                if (label is 0 or 3 || (masked && t >= 6) || (t > 0 && x[at - 3] + x[at - 2] != 0)) continue;
                x[at + label - 1] = 1;
                y[(r * 10) + said++] = label;
            }
        }

        y.AsSpan(10 * (rows - 1)).Fill(1);
        return new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(x, frames, 3) }, new Dictionary<string, TargetColumn> { ["text"] = new(y, [10]) });
    }

    private static double SumOfAlignments(float[] logits, int frames, int classes, float[] target, BlankClass blankClass)
    {
        int blank = blankClass == BlankClass.First ? 0 : classes - 1;
        int[] labels = [.. target.Where(label => label >= 0 && label != blank).Select(label => (int)label)];
        double sum = 0;
        for (int code = 0; code < Math.Pow(classes, frames); code++)
        {
            int[] path = [.. Enumerable.Range(0, frames).Select(t => code / (int)Math.Pow(classes, t) % classes)];
            if (!path.Where((label, t) => label != blank && (t == 0 || path[t - 1] != label)).SequenceEqual(labels)) continue;
            double product = 1;
            for (int t = 0; t < frames; t++)
            {
                double total = Enumerable.Range(0, classes).Sum(c => Math.Exp(logits[(t * classes) + c]));
                product *= Math.Exp(logits[(t * classes) + path[t]]) / total;
            }

            sum += product;
        }

        return sum;
    }

    private static float[] Logits(int count)
    {
        var random = new RandomStream(17);
        return [.. Enumerable.Range(0, count).Select(i => (float)((5 * random.Uniform((ulong)i)) - 2.5))];
    }

    private static (float[] Values, float[] Gradients) Run(Ctc loss, float[] logits, float[] target, int frames, float[]? mask = null, float share = 1)
    {
        var values = new float[1];
        var gradients = new float[logits.Length];
        loss.Evaluate(new LossRows
        {
            Items = 1, Width = logits.Length, Positions = frames, Predictions = logits, Targets = target, Shares = (float[])[share], Values = values, Gradients = gradients, Mask = mask ?? [],
            Scratch = new float[loss.ScratchSize(1, frames, logits.Length, target.Length)],
        });
        return (values, gradients);
    }
}
