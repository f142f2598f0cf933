using Equipoise.Losses;

namespace Equipoise.Tests.Losses;

/// <summary>What single losses promise beyond what all must keep to. Numbers by hand unless said.</summary>
public sealed class LossTests
{
    [Fact]
    public void Huber_beyond_delta_grows_linearly()
    {
        var (values, gradients) = Run(new Huber(2), [10, 20, 1], [0, 0, 0], width: 1);
        Assert.Equal([18, 38, 0.5f], values);
        Assert.Equal([2, 2, 1], gradients);
    }

    [Fact]
    public void Binary_crossentropy_of_saturated_probabilities_is_that_of_float32_clipping()
    {
        // Keras 3.16: 1 - 1e-7 is 1 - 2^-23 in float32, so the two mistakes do not cost the same.
        var (values, gradients) = Run(new BinaryCrossentropy(), [0, 1], [1, 0], width: 1);
        Assert.Equal(16.1181, values[0], 1e-3);
        Assert.Equal(15.9424, values[1], 1e-3);
        Assert.Equal([0, 0], gradients);
    }

    [Theory, InlineData(-1000f), InlineData(-50f), InlineData(-1f), InlineData(0f), InlineData(1f), InlineData(50f), InlineData(1000f)]
    public void Binary_crossentropy_on_logits_is_exact_at_any_size(float logit)
    {
        var (values, gradients) = Run(new BinaryCrossentropy(FromLogits: true), [logit, logit], [1, 0], width: 1);
        double sigmoid = 1 / (1 + Math.Exp(-(double)logit)), decay = Math.Exp(-Math.Abs((double)logit));
        double excess = decay < 1e-8 ? decay : Math.Log(1 + decay);
        AssertClose(Math.Max(-logit, 0) + excess, values[0]);
        AssertClose(Math.Max(logit, 0) + excess, values[1]);
        Assert.Equal(sigmoid - 1, gradients[0], 1e-6);
        AssertClose(sigmoid, gradients[1]);

        // Relative, however small: a loss of 1e-22 is not 0. Below 1e-38 float32 ends.
        static void AssertClose(double want, double got) => Assert.True(Math.Abs(got - want) <= 1e-6 * Math.Abs(want) + 1e-37, $"{got} instead of {want}");
    }

    [Fact]
    public void Positive_weight_multiplies_the_positive_part_only()
    {
        foreach (bool logits in (bool[])[false, true])
        {
            float[] predictions = logits ? [0.4f, -0.8f] : [0.6f, 0.3f];
            var plain = Run(new BinaryCrossentropy(logits), predictions, [1, 0], width: 1);
            var weighted = Run(new BinaryCrossentropy(logits, PositiveWeight: 5), predictions, [1, 0], width: 1);
            Assert.Equal(5 * plain.Values[0], weighted.Values[0], 1e-5f);
            Assert.Equal(5 * plain.Gradients[0], weighted.Gradients[0], 1e-5f);
            Assert.Equal(plain.Values[1], weighted.Values[1], 1e-6f);
            Assert.Equal(plain.Gradients[1], weighted.Gradients[1], 1e-6f);
        }
    }

    [Fact]
    public void Class_crossentropies_agree_on_one_hot_targets()
    {
        float[] predictions = [0.2f, 0.5f, 0.3f, 0.9f, 0.05f, 0.05f];
        foreach (bool logits in (bool[])[false, true])
        {
            var dense = Run(new CategoricalCrossentropy(logits, 0.1), predictions, [0, 0, 1, 1, 0, 0], width: 3);
            var sparse = Run(new SparseCategoricalCrossentropy(logits, 0.1), predictions, [2, 0], width: 3);
            Assert.Equal(dense.Values, sparse.Values, Close);
            Assert.Equal(dense.Gradients, sparse.Gradients, Close);
        }
    }

    [Theory, InlineData(3), InlineData(9)]
    public void Loss_on_logits_is_the_loss_on_their_softmax(int width)
    {
        var random = new Random(3);
        float[] logits = [.. Enumerable.Range(0, width).Select(_ => 3 * random.NextSingle() - 1.5f)];
        double sum = logits.Sum(z => Math.Exp(z));
        float[] probabilities = [.. logits.Select(z => (float)(Math.Exp(z) / sum))];
        float[] oneHot = [.. Enumerable.Range(0, width).Select(i => i == 1 ? 1f : 0f)];
        foreach (var loss in (Loss[])[new CategoricalCrossentropy(), new SparseCategoricalCrossentropy(), new CategoricalFocalCrossentropy(), new CategoricalGeneralizedCrossEntropy()])
        {
            float[] target = loss.TargetWidth(width) == 1 ? [1] : oneHot;
            var onLogits = loss.OnLogits!;
            Assert.Equal(OutputLink.Softmax, onLogits.Link);
            Assert.Equal(Run(loss, probabilities, target, width).Values[0], Run(onLogits, logits, target, width).Values[0], 1e-5f);
        }
    }

    [Fact]
    public void Hopelessly_wrong_logits_keep_their_gradient()
    {
        var (values, gradients) = Run(new SparseCategoricalCrossentropy(FromLogits: true), [200, -200, 0], [1], width: 3);
        Assert.Equal(400, values[0]);
        Assert.Equal([1, -1, 0], gradients);
    }

    [Fact]
    public void Logit_of_minus_infinity_rules_a_class_out()
    {
        var (values, gradients) = Run(new CategoricalCrossentropy(FromLogits: true), [0, float.NegativeInfinity, 0], [1, 0, 0], width: 3);
        Assert.Equal(Math.Log(2), values[0], 1e-6);
        Assert.Equal([-0.5f, 0, 0.5f], gradients);
    }

    [Fact]
    public void Ignored_class_and_NaN_are_no_targets()
    {
        var loss = new SparseCategoricalCrossentropy(IgnoreClass: -1);
        Assert.False(loss.HasTarget([-1]));
        Assert.False(loss.HasTarget([float.NaN]));
        Assert.True(loss.HasTarget([0]));
        var (values, gradients) = Run(loss, [0.5f, 0.5f], [-1], width: 2);
        Assert.Equal([0], values);
        Assert.Equal([0, 0], gradients);
    }

    [Fact]
    public void Class_that_does_not_exist_is_a_fault_and_gives_NaN()
    {
        var loss = new SparseCategoricalCrossentropy();
        Assert.Equal("is 3, but a class must be a whole number from 0 to 2", loss.TargetFault([3], 3));
        Assert.Equal("is 0.5, but a class must be a whole number from 0 to 2", loss.TargetFault([0.5f], 3));
        Assert.True(float.IsNaN(Run(loss, [0.2f, 0.3f, 0.5f], [3], width: 3).Values[0]));
    }

    [Fact]
    public void One_number_is_no_choice_of_classes()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new SparseCategoricalCrossentropy().TargetWidth(1));
        Assert.Contains("binary_crossentropy", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MeanSquaredError().TargetWidth(0));
    }

    [Fact]
    public void Poisson_on_log_rates_is_poisson_on_rates()
    {
        var rates = Run(new Poisson(), [2, 3], [1, 4], width: 2);
        var logs = Run(new Poisson(LogInput: true), [MathF.Log(2), MathF.Log(3)], [1, 4], width: 2);
        Assert.Equal(rates.Values[0], logs.Values[0], 1e-5f);
        Assert.Equal(OutputLink.Exponential, new Poisson().OnLogits!.Link);
    }

    [Fact]
    public void Bad_targets_are_named()
    {
        Assert.Equal("is 1.5, but must be 0 or 1, or between", new BinaryCrossentropy().TargetFault([0, 1.5f], 2));
        Assert.Equal("is -1, but must be a count, 0 or more", new Poisson().TargetFault([-1], 1));
        Assert.NotNull(new MeanSquaredError().TargetFault([float.PositiveInfinity], 1));
    }

    private static bool Close(float x, float y) => Math.Abs(x - y) <= 1e-6f;

    private static (float[] Values, float[] Gradients) Run(Loss loss, float[] predictions, float[] targets, int width)
    {
        int items = predictions.Length / width;
        float[] values = new float[items], gradients = new float[predictions.Length], shares = [.. Enumerable.Repeat(1f, items)];
        loss.Evaluate(new LossRows { Items = items, Width = width, Predictions = predictions, Targets = targets, Shares = shares, Values = values, Gradients = gradients });
        return (values, gradients);
    }
}
