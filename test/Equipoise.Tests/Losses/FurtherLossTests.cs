using Equipoise.Losses;

namespace Equipoise.Tests.Losses;

/// <summary>Known values and promises of single losses. Numbers by hand unless said.</summary>
public sealed class FurtherLossTests
{
    [Fact]
    public void Quantile_weighs_both_sides()
    {
        var (values, gradients) = Run(new Quantile(0.9), [3, 12, 5], [5, 10, 5], 1);
        Assert.Equal([1.8f, 0.2f, 0], values, Close);
        Assert.Equal([-0.9f, 0.1f, 0], gradients, Close);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantile(0.1, 0.9).TargetWidth(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantile(1.0).TargetWidth(1));
    }

    [Fact]
    public void Several_quantiles_are_the_mean_of_each()
        // 0.1 × (5 − 3) = 0.2 and (1 − 0.9) × (6 − 5) = 0.1.
        => Assert.Equal(0.15f, Run(new Quantile(0.1, 0.9), [3, 6], [5], 2).Values[0], 1e-6f);

    [Fact]
    public void Cauchy_pulls_strongest_at_its_scale_and_bears_any_size()
    {
        var (values, gradients) = Run(new Cauchy(2), [2, 0.001f, 1e30f], [0, 0, 0], 1);
        Assert.Equal(2 * Math.Log(2), values[0], 1e-6);
        Assert.Equal(1, gradients[0], 1e-6);
        Assert.Equal(5e-7, values[1], 1e-12);
        Assert.Equal(4 * Math.Log(5e29), values[2], 1e-3);
    }

    [Fact]
    public void Charbonnier_is_epsilon_at_the_target_and_the_error_far_off()
    {
        var (values, gradients) = Run(new Charbonnier(0.5), [1, 4, 1e30f], [1, 1, 0], 1);
        Assert.Equal(0.5f, values[0]);
        Assert.Equal(Math.Sqrt(9.25), values[1], 1e-5);
        Assert.Equal(1e30f, values[2]);
        Assert.Equal([0, 1], new[] { gradients[0], gradients[2] });
    }

    [Fact]
    public void Wing_joins_its_two_parts()
    {
        var (values, gradients) = Run(new Wing(10, 2), [4, 9.999f, 10.001f, 20], [0, 0, 0, 0], 1);
        Assert.Equal(10 * Math.Log(3), values[0], 1e-5);
        Assert.Equal(10.0 / 6, gradients[0], 1e-5);
        Assert.Equal(values[1], values[2], 3e-3);
        Assert.Equal(10 + (10 * Math.Log(6)), values[3], 1e-4);
    }

    [Fact]
    public void Tweedie_is_least_at_the_amount_on_means_and_their_logarithms()
    {
        foreach (double power in (double[])[1.1, 1.5, 1.9])
        {
            var (_, gradients) = Run(new Tweedie(power), [2.5f], [2.5f], 1);
            Assert.Equal(0, gradients[0], 1e-5);
            var onMean = Run(new Tweedie(power), [3], [2.5f], 1);
            var onLog = Run(new Tweedie(power, true), [MathF.Log(3)], [2.5f], 1);
            Assert.Equal(Math.Pow(3, 2 - power) / (2 - power) - 2.5 * Math.Pow(3, 1 - power) / (1 - power), onMean.Values[0], 1e-3 * Math.Abs(onMean.Values[0]));
            Assert.Equal(onMean.Values[0], onLog.Values[0], 1e-4f * Math.Abs(onMean.Values[0]));
            Assert.Equal((3 - 2.5) / Math.Pow(3, power), onMean.Gradients[0], 1e-5);
        }
    }

    [Fact]
    public void Gaussian_likelihood_is_least_where_the_variance_is_the_squared_error()
    {
        // mean 1, target 3: error² 4.
        var (values, gradients) = Run(new GaussianNegativeLogLikelihood(), [1, MathF.Log(4)], [3], 2);
        Assert.Equal((Math.Log(4) + 1) / 2, values[0], 1e-6);
        Assert.Equal(-0.5, gradients[0], 1e-6);
        Assert.Equal(0, gradients[1], 1e-6);
        var clipped = Run(new GaussianNegativeLogLikelihood(0.25), [1, -50], [3], 2);
        Assert.Equal((Math.Log(0.25) + 16) / 2, clipped.Values[0], 1e-5);
        Assert.Equal(0, clipped.Gradients[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianNegativeLogLikelihood().TargetWidth(3));
    }

    [Fact]
    public void Zero_inflated_log_normal_by_hand()
    {
        float raw = MathF.Log(MathF.E - 1);                              // softplus gives 1
        var (values, _) = Run(new ZeroInflatedLogNormal(), [0, 5, 5, 0, 2, raw], [0, MathF.Exp(3)], 3);
        Assert.Equal(Math.Log(2), values[0], 1e-6);
        Assert.Equal(Math.Log(2) + 3 + (0.5 * Math.Log(2 * Math.PI)) + 0.5, values[1], 1e-5);
        Assert.Equal(0.5 * Math.Exp(2.5), ZeroInflatedLogNormal.Mean([0, 2, raw]), 1e-4);
    }

    [Fact]
    public void Asymmetric_loss_without_asymmetry_is_binary_crossentropy()
    {
        float[] logits = [-3, 0.2f, 40, -40, 1.5f], targets = [0, 1, 0, 1, 0];
        var plain = Run(new BinaryCrossentropy(FromLogits: true), logits, targets, 5);
        var asymmetric = Run(new AsymmetricLoss(0, 0, 0, true), logits, targets, 5);
        Assert.Equal(plain.Values, asymmetric.Values, Close);
        Assert.Equal(plain.Gradients, asymmetric.Gradients, Close);
    }

    [Fact]
    public void Asymmetric_loss_forgives_absent_labels_below_the_margin()
    {
        var (values, gradients) = Run(new AsymmetricLoss(Margin: 0.2), [0.19f, 0.5f], [0, 0], 1);
        Assert.Equal(0, values[0]);
        Assert.Equal(0, gradients[0]);
        Assert.Equal(-Math.Pow(0.3, 4) * Math.Log(0.7), values[1], 1e-7);
        Assert.Equal(-Math.Pow(0.2, 2) * Math.Log(0.8), Run(new AsymmetricLoss(PositiveGamma: 2), [0.8f], [1], 1).Values[0], 1e-7);
    }

    [Fact]
    public void Contrastive_follows_either_convention_of_labels()
    {
        var one = Run(new Contrastive(2), [0.5f, 0.5f, 3], [1, 0, 0], 1);
        var zero = Run(new Contrastive(2, SimilarLabel.Zero), [0.5f, 0.5f, 3], [0, 1, 1], 1);
        Assert.Equal([0.125f, 1.125f, 0], one.Values);
        Assert.Equal([0.5f, -1.5f, 0], one.Gradients);
        Assert.Equal(one.Values, zero.Values);
        Assert.Equal(one.Gradients, zero.Gradients);
    }

    [Fact]
    public void Corn_asks_only_the_questions_that_a_row_got_to()
    {
        var (values, gradients) = Run(new Corn(), [0, 0, 0, 0, 0, 0], [1, 3], 3);
        Assert.Equal(2 * Math.Log(2) / 3, values[0], 1e-6);
        Assert.Equal(Math.Log(2), values[1], 1e-6);
        Assert.Equal([-0.5f / 3, 0.5f / 3, 0, -0.5f / 3, -0.5f / 3, -0.5f / 3], gradients, Close);
        Assert.Equal(0, Corn.Rank([0.4f, 0.9f]));
        Assert.Equal(1, Corn.Rank([0.7f, 0.6f]));
        Assert.Equal(2, Corn.Rank([0.9f, 0.9f]));
        Assert.True(float.IsNaN(Run(new Corn(), [0, 0], [3], 2).Values[0]));
    }

    [Fact]
    public void Cumulative_link_gives_the_classes_probabilities_that_sum_to_1()
    {
        foreach (float shift in (float[])[-3, 0, 2.5f])
        {
            double sum = 0;
            for (int k = 0; k < 4; k++) sum += Math.Exp(-Run(new CumulativeLink(), [-1 + shift, 0.5f + shift, 2 + shift], [k], 3).Values[0]);
            Assert.Equal(1, sum, 1e-5);
        }

        // Far off the outer classes stay exact; logits out of order cost as much as 1e-7.
        Assert.Equal(60, Run(new CumulativeLink(), [-60, 1], [0], 2).Values[0], 1e-4);
        var turned = Run(new CumulativeLink(), [1, 0], [1], 2);
        Assert.Equal(-Math.Log(1e-7), turned.Values[0], 1e-4);
        Assert.Equal([0, 0], turned.Gradients);
        Assert.Equal(1, CumulativeLink.Rank([0.4f, 0.8f]));
    }

    [Fact]
    public void Effective_numbers_lie_between_equal_and_inverse_weights()
    {
        Assert.Equal([1, 1, 0], EffectiveNumber.Weights([1000, 10, 0], 0));
        double[] inverse = EffectiveNumber.Weights([1000, 10], 0.9999999);
        Assert.Equal(100, inverse[1] / inverse[0], 0.1);
        double[] weights = EffectiveNumber.Weights([1000, 10], 0.99);
        Assert.Equal((1 - Math.Pow(0.99, 1000)) / (1 - Math.Pow(0.99, 10)), weights[1] / weights[0], 1e-9);
        Assert.Equal(2, weights.Sum(), 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>(() => EffectiveNumber.Weights([1], 1));
    }

    private static bool Close(float a, float b) => Math.Abs(a - b) <= 1e-5 * Math.Max(1, Math.Abs(a));

    private static (float[] Values, float[] Gradients) Run(Loss loss, float[] predictions, float[] targets, int width)
    {
        int items = predictions.Length / width;
        var values = new float[items];
        var gradients = new float[predictions.Length];
        loss.Evaluate(new LossRows { Items = items, Width = width, Predictions = predictions, Targets = targets, Shares = Enumerable.Repeat(1f, items).ToArray(), Values = values, Gradients = gradients });
        return (values, gradients);
    }
}
