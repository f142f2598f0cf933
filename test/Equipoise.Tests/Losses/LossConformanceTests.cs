using Equipoise.Catalogs;
using Equipoise.Losses;

namespace Equipoise.Tests.Losses;

/// <summary>What every loss of the catalogue, and every one of its forms on logits, must keep to.</summary>
public sealed class LossConformanceTests
{
    private const int Items = 6;

    public static IEnumerable<Loss> Losses()
    {
        foreach (var entry in LossCatalog.Catalog.Entries)
        {
            yield return entry.Default;
            if (entry.Default.OnLogits is { } onLogits) yield return onLogits;
        }

        yield return new BinaryCrossentropy(false, 0.1, 3);
        yield return new BinaryCrossentropy(true, 0.1, 3);
        yield return new BinaryFocalCrossentropy(0.5, 0.3, true, false, 0.1);
        yield return new BinaryFocalCrossentropy(0, 0.3, true, true);
        yield return new CategoricalCrossentropy(false, 0.1);
        yield return new CategoricalCrossentropy(true, 0.1);
        yield return new SparseCategoricalCrossentropy(false, 0.1);
        yield return new SparseCategoricalCrossentropy(true, 0.1);
        yield return new CategoricalFocalCrossentropy(1.5, 0.5, true, 0.1);
        yield return new Huber(0.3);
        yield return new Tversky(0.3, 0.7);
        yield return new Cauchy(0.4);
        yield return new Wing(0.3, 0.2);
        yield return new Quantile(0.9);
        yield return new Quantile(0.1, 0.5, 0.9);
        yield return new Tweedie(1.2, true);
        yield return new AsymmetricLoss(0, 0, 0, true);
        yield return new AsymmetricLoss(2, 0.5, 0.1);
        yield return new Contrastive(0.6, SimilarLabel.Zero);
        yield return new GaussianNegativeLogLikelihood(0.3);
    }

    public static TheoryData<string> PositionNames => [.. Losses().Where(loss => loss.Scope == LossScope.Position).Select(loss => loss.ToString())];

    public static TheoryData<string> Names => [.. Losses().Select(loss => loss.ToString())];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int>();
            // Losses over whole rows or the whole batch have tests of their own.
            foreach (var loss in Losses().Where(loss => loss.Scope == LossScope.Position))
            {
                foreach (int width in (int[])[1, 3, 8, 19])
                {
                    if (Accepts(loss, width)) data.Add(loss.ToString(), width);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Gradient_agrees_with_finite_differences(string name, int width) => CheckGradient(Find(name), width);

    [Theory, MemberData(nameof(PositionNames))]
    public void So_it_does_at_every_width_up_to_33(string name)
    {
        var loss = Find(name);
        for (int width = 1; width <= 33; width++)
        {
            if (Accepts(loss, width)) CheckGradient(loss, width, kinks: true);
        }
    }

    [Theory, MemberData(nameof(PositionNames))]
    public void Extreme_predictions_never_make_what_is_no_number(string name)
    {
        var loss = Find(name);
        for (int width = 1; width <= 33; width++)
        {
            if (!Accepts(loss, width)) continue;
            foreach (float extreme in ((float[])[0, 1, 1e-30f, -1e-30f, 1000, -1000, 1e30f, -1e30f]).Where(e => IsFor(loss, e)))
            {
                var data = new Data(loss, width);
                for (int i = 0; i < data.Predictions.Length; i += 1 + (width % 3)) data.Predictions[i] = extreme;
                var (values, gradients) = data.Run(loss);
                // Squares of 1e30 and powers of rates of e^1000 or e^-1000 overflow, the losses of logits of a thousand must not.
                bool overflows = Math.Abs(extreme) > 1000 || (extreme == 1000 && loss is Poisson { LogInput: true }) || (Math.Abs(extreme) == 1000 && loss is Tweedie { LogInput: true });
                Assert.All(values, v => Assert.True(float.IsFinite(v) || (overflows && !float.IsNaN(v)), $"{name}, width {width}, {extreme}: value {v}"));
                Assert.All(gradients, g => Assert.True(float.IsFinite(g) || (overflows && !float.IsNaN(g)), $"{name}, width {width}, {extreme}: slope {g}"));
            }
        }
    }

    // Of so many numbers some lie at a kink, where differences of two steps disagree: those are passed over, and they must be few.
    private static void CheckGradient(Loss loss, int width, bool kinks = false)
    {
        string name = loss.ToString();
        int passed = 0;
        var data = new Data(loss, width);
        var got = data.Run(loss);
        Assert.All(got.Values, value => Assert.True(float.IsFinite(value)));

        // Differences of float32 values: the step is as large as curvature allows, and the tolerance is that of rounding / step.
        const float step = 1e-2f;
        for (int i = 0; i < data.Predictions.Length; i++)
        {
            float centre = data.Predictions[i], above = centre + step, below = centre - step;
            double Value(float at)
            {
                data.Predictions[i] = at;
                float value = data.Run(loss).Values[i / width];
                data.Predictions[i] = centre;
                return value;
            }

            // Richardson's extrapolation: the error of third order cancels.
            double wide = (Value(above) - Value(below)) / ((double)above - below);
            float halfAbove = centre + step / 2, halfBelow = centre - step / 2;
            double narrow = (Value(halfAbove) - Value(halfBelow)) / ((double)halfAbove - halfBelow);
            double wanted = data.Shares[i / width] * (4 * narrow - wide) / 3;
            double tolerance = 2e-4 * Math.Max(1, Math.Abs(got.Values[i / width])) + 2e-3 * Math.Abs(wanted);
            if (kinks && Math.Abs(got.Gradients[i] - wanted) > tolerance && Math.Abs(wide - narrow) > 1e-3 * Math.Max(1, Math.Abs(narrow)))
            {
                passed++;
                continue;
            }
            Assert.True(Math.Abs(got.Gradients[i] - wanted) <= tolerance, $"{name}, width {width}, number {i}: gradient {got.Gradients[i]}, differences {wanted}");
        }
        Assert.True(passed <= 1 + (data.Predictions.Length / 20), $"{name}, width {width}: {passed} of {data.Predictions.Length} numbers are at a kink.");
    }

    [Theory, MemberData(nameof(Cases))]
    public void Item_of_share_0_touches_nothing_even_if_NaN(string name, int width)
    {
        var loss = Find(name);
        var data = new Data(loss, width);
        var whole = data.Run(loss);
        foreach (int missing in (int[])[0, 2, Items - 1])
        {
            var holed = new Data(loss, width);
            holed.Shares[missing] = 0;
            holed.Targets.AsSpan(missing * holed.TargetWidth, holed.TargetWidth).Fill(float.NaN);
            holed.Predictions.AsSpan(missing * width, width).Fill(float.NaN);
            var got = holed.Run(loss);
            for (int item = 0; item < Items; item++)
            {
                Assert.Equal(item == missing ? 0 : whole.Values[item], got.Values[item]);
                for (int i = item * width; i < (item + 1) * width; i++) Assert.Equal(item == missing ? 0 : whole.Gradients[i], got.Gradients[i]);
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Any_slice_gives_the_same_bits_as_the_whole(string name, int width)
    {
        var loss = Find(name);
        var data = new Data(loss, width);
        var whole = data.Run(loss);
        for (int start = 0; start < Items; start++)
        {
            for (int count = 1; count <= Items - start; count++)
            {
                var values = new float[count];
                var gradients = new float[count * width];
                loss.Evaluate(new LossRows
                {
                    Items = count, Width = width, Predictions = data.Predictions.AsSpan(start * width, count * width),
                    Targets = data.Targets.AsSpan(start * data.TargetWidth, count * data.TargetWidth), Shares = data.Shares.AsSpan(start, count), Values = values, Gradients = gradients,
                });
                Assert.Equal(whole.Values.AsSpan(start, count).ToArray(), values);
                Assert.Equal(whole.Gradients.AsSpan(start * width, count * width).ToArray(), gradients);
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Values_alone_are_those_with_gradients(string name, int width)
    {
        var loss = Find(name);
        var data = new Data(loss, width);
        var values = new float[Items];
        loss.Evaluate(new LossRows { Items = Items, Width = width, Predictions = data.Predictions, Targets = data.Targets, Shares = data.Shares, Values = values });
        Assert.Equal(data.Run(loss).Values, values);
    }

    [Theory, MemberData(nameof(Cases))]
    public void NaN_prediction_gives_a_value_that_is_not_finite(string name, int width)
    {
        var loss = Find(name);
        var data = new Data(loss, width);
        data.Predictions.AsSpan(0, width).Fill(float.NaN);
        Assert.False(float.IsFinite(data.Run(loss).Values[0]));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Evaluate_allocates_nothing(string name, int width)
    {
        var loss = Find(name);
        var data = new Data(loss, width);
        var values = new float[Items];
        var gradients = new float[Items * width];
        long before = 0;
        for (int round = 0; round < 3; round++)
        {
            if (round == 2) before = GC.GetAllocatedBytesForCurrentThread();
            loss.Evaluate(new LossRows { Items = Items, Width = width, Predictions = data.Predictions, Targets = data.Targets, Shares = data.Shares, Values = values, Gradients = gradients });
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory, MemberData(nameof(Names))]
    public void Wrong_lengths_are_refused(string name)
    {
        var loss = Find(name);
        int width = WidthOf(loss);
        Assert.Throws<ArgumentException>(() => loss.Evaluate(new LossRows
        {
            Items = 2, Width = width, Predictions = new float[(2 * width) - 1], Targets = new float[2 * loss.TargetWidth(width)], Shares = new float[2], Values = new float[2],
        }));
    }

    [Theory, MemberData(nameof(Names))]
    public void Settings_survive_writing_and_reading(string name)
    {
        var loss = Find(name);
        var problems = new Problems();
        Assert.Equal(loss, LossCatalog.Catalog.Read(LossCatalog.Catalog.Write(loss), "loss", problems));
        Assert.Empty(problems.All);
    }

    [Theory, MemberData(nameof(Names))]
    public void Good_targets_have_no_fault(string name)
    {
        var loss = Find(name);
        int width = WidthOf(loss);
        var data = new Data(loss, width);
        for (int item = 0; item < Items; item++) Assert.Null(loss.TargetFault(data.Targets.AsSpan(item * data.TargetWidth, data.TargetWidth), width));
    }

    // Probabilities are from 0 to 1 and not all 0, rates are not negative; what else these losses are given is a mistake that shows.
    private static bool IsFor(Loss loss, float prediction) => loss switch
    {
        CategoricalCrossentropy { FromLogits: false } or SparseCategoricalCrossentropy { FromLogits: false } or CategoricalFocalCrossentropy { FromLogits: false }
            or BinaryFocalCrossentropy { FromLogits: false } or CategoricalGeneralizedCrossEntropy => prediction is > 0 and <= 1,
        Poisson { LogInput: false } or Tweedie { LogInput: false } => prediction >= 0,
        _ => true,
    };

    private static Loss Find(string name) => Losses().First(loss => loss.ToString() == name);

    private static int WidthOf(Loss loss) => Accepts(loss, 3) || loss.Scope == LossScope.Row ? 3 : 4;

    private static bool Accepts(Loss loss, int width)
    {
        try
        {
            return loss.TargetWidth(width) > 0;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    /// <summary>Predictions and targets that make sense for a loss, away from its kinks.</summary>
    private sealed class Data
    {
        public Data(Loss loss, int width)
        {
            Width = width;
            TargetWidth = loss.TargetWidth(width);
            Predictions = new float[Items * width];
            Targets = new float[Items * TargetWidth];
            Shares = new float[Items];
            var random = new Random(7);
            bool classes = loss is CategoricalCrossentropy or SparseCategoricalCrossentropy or CategoricalFocalCrossentropy or CategoricalHinge or CategoricalGeneralizedCrossEntropy;
            bool ordered = loss is Corn or CumulativeLink;
            bool answers = classes || loss is AsymmetricLoss or Contrastive || loss is BinaryCrossentropy or BinaryFocalCrossentropy or Hinge or SquaredHinge or Dice or Tversky;
            bool positive = answers && loss.Link == OutputLink.Identity && loss is not (Hinge or SquaredHinge or CategoricalHinge)
                || loss is Poisson { LogInput: false } or Tweedie { LogInput: false } or KLDivergence or MeanSquaredLogarithmicError;
            for (int item = 0; item < Items; item++)
            {
                Shares[item] = 0.1f + item * 0.3f;
                for (int i = 0; i < width; i++)
                {
                    Predictions[item * width + i] = positive ? 0.15f + 0.7f * random.NextSingle() : 4 * random.NextSingle() - 2;
                }

                var target = Targets.AsSpan(item * TargetWidth, TargetWidth);
                for (int i = 0; loss is CumulativeLink && i < width; i++) Predictions[(item * width) + i] = (0.4f * (i - (width / 2))) + (0.1f * random.NextSingle());
                if (ordered) target[0] = random.Next(width + 1);
                else if (loss is ZeroInflatedLogNormal) target[0] = item % 2 == 0 ? 0 : 0.2f + (3 * random.NextSingle());
                else if (classes && TargetWidth == 1) target[0] = random.Next(width);
                else if (classes) target[random.Next(width)] = 1;
                else
                {
                    for (int i = 0; i < target.Length; i++)
                    {
                        float number = random.NextSingle();
                        target[i] = answers ? (number > 0.5f ? 1 : 0) : positive || loss is Poisson ? number : 4 * number - 2;

                        // Errors of about 0 and of about delta are kinks of the absolute and the Huber loss.
                        if (!answers && !positive) target[i] = Predictions[item * width + i] + (i % 2 == 0 ? 0.5f + number : -0.1f - 0.1f * number);
                    }
                }
            }

            if (loss is Poisson or Tweedie) for (int i = 0; i < Targets.Length; i++) Targets[i] = MathF.Abs(Targets[i]);
        }

        public int Width { get; }

        public int TargetWidth { get; }

        public float[] Predictions { get; }

        public float[] Targets { get; }

        public float[] Shares { get; }

        public (float[] Values, float[] Gradients) Run(Loss loss)
        {
            var values = new float[Items];
            var gradients = new float[Items * Width];
            values.AsSpan().Fill(77);
            gradients.AsSpan().Fill(77);
            loss.Evaluate(new LossRows { Items = Items, Width = Width, Predictions = Predictions, Targets = Targets, Shares = Shares, Values = values, Gradients = gradients });
            return (values, gradients);
        }
    }
}
