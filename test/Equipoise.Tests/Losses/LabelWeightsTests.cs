using Equipoise.Losses;

namespace Equipoise.Tests.Losses;

public sealed class LabelWeightsTests
{
    [Fact]
    public void A_label_counts_its_weight_in_value_and_gradient()
    {
        float[] predictions = [0.3f, -1.2f, 2f], targets = [1, 0, 0], labelWeights = [2, 0, 0.5f];
        var weighted = Evaluate(predictions, targets, labelWeights);
        double expected = ((2 * Softplus(-0.3)) + (0.5 * Softplus(2))) / 3;
        Assert.Equal(expected, weighted.Value, 1e-6);

        var plain = Evaluate(predictions, targets, []);
        Assert.Equal(2 * plain.Gradient[0], weighted.Gradient[0], 1e-6f);
        Assert.Equal(0, weighted.Gradient[1]);
        Assert.Equal(0.5f * plain.Gradient[2], weighted.Gradient[2], 1e-6f);
    }

    private static double Softplus(double z) => Math.Log(1 + Math.Exp(z));

    private static (double Value, float[] Gradient) Evaluate(float[] predictions, float[] targets, float[] labelWeights)
    {
        var values = new float[1];
        var gradients = new float[predictions.Length];
        new BinaryCrossentropy(FromLogits: true).Evaluate(new LossRows
        {
            Items = 1,
            Width = predictions.Length,
            Predictions = predictions,
            Targets = targets,
            Shares = (float[])[1],
            Values = values,
            Gradients = gradients,
            LabelWeights = labelWeights,
        });
        return (values[0], gradients);
    }
}
