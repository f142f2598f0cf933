using Equipoise.Catalogs;

namespace Equipoise.Losses;

/// <summary>Outputs that predict the same thing shall say the same: the squared difference of each two of them.</summary>
/// <remarks>
/// value = mean over pairs (a, b) and numbers i of ((a_i − b_i) / scale)². Any number of outputs from two on, all of one width. Unit: that of the predictions, squared, over the scale's; with probabilities none.
/// Slope 2 (a_i − b_i) / scale², divided by the number of pairs and numbers: not bounded. Looks at no label, so rows without labels train it too, which is what makes it useful where labels are rare.
/// Not as the only loss: outputs that all say 0 agree. Give numbers of large units a scale, such as the standard deviation of the labels.
/// Source: Laine and Aila, "Temporal ensembling for semi-supervised learning", 2017, section 2.1 (the Π-model). Differs: between outputs, not between two looks at one.
/// </remarks>
/// <param name="Scale">What differences are measured in, above 0; unit of the predictions.</param>
public sealed record Agreement(double Scale = 1) : JointLoss
{
    /// <inheritdoc/>
    public override float Evaluate(in JointRow row)
    {
        int width = row.Prediction(0).Length, outputs = row.Outputs;
        double each = 2.0 / ((double)outputs * (outputs - 1) * width), sum = 0;
        for (int a = 0; a < outputs; a++)
        {
            for (int b = a + 1; b < outputs; b++)
            {
                for (int i = 0; i < width; i++)
                {
                    double difference = ((double)row.Prediction(a)[i] - row.Prediction(b)[i]) / Scale;
                    sum += each * difference * difference;
                    float slope = (float)(2 * each * difference / Scale);
                    row.Slope(a)[i] += slope;
                    row.Slope(b)[i] -= slope;
                }
            }
        }

        return (float)sum;
    }
}

public static partial class JointLossCatalog
{
    /// <summary><see cref="Losses.Agreement"/>.</summary>
    public static readonly Entry<JointLoss> Agreement = Add("agreement", "outputs that predict the same thing shall say the same", new Agreement(),
        Setting<JointLoss>.Number<Agreement>("scale", "what differences are measured in, unit of the predictions", get: x => x.Scale, set: (x, v) => x with { Scale = v }, above: 0)).Alias("consistency");
}
