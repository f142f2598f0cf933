using System.Runtime.Intrinsics;
using Equipoise.Engine.Randomness;
using Equipoise.Losses;

namespace Equipoise.Tests.Losses;

public sealed class ElementLossTests
{
    [Theory, InlineData(0, 1, false), InlineData(0.1, 3, true)]
    public void Wide_rows_have_the_bits_of_their_numbers_one_by_one(double smoothing, double positive, bool weighted)
    {
        var loss = new BinaryCrossentropy(true, smoothing, positive);
        for (int width = 2; width <= 67; width++)
        {
            const int items = 3;
            const float share = 0.3f;
            var (predictions, targets) = Numbers(items * width, width);
            float[] weights = weighted ? [.. Enumerable.Range(0, width).Select(i => 0.5f + (i % 3))] : [];
            float[] values = new float[items], gradients = new float[items * width];
            loss.Evaluate(new LossRows { Items = items, Width = width, Predictions = predictions, Targets = targets, Shares = (float[])[share, 0, share], Values = values, Gradients = gradients, LabelWeights = weights });

            float perElement = 1f / width;
            for (int item = 0; item < items; item++)
            {
                var lanes = new float[8];
                for (int i = 0; i < width; i++)
                {
                    int at = (item * width) + i;
                    float[] value = new float[1], slope = new float[1];
                    loss.Evaluate(new LossRows
                    {
                        Items = 1, Width = 1, Predictions = predictions.AsSpan(at, 1), Targets = targets.AsSpan(at, 1), Shares = (float[])[item == 1 ? 0 : share * perElement], Values = value, Gradients = slope,
                        LabelWeights = weighted ? weights.AsSpan(i, 1) : [],
                    });
                    lanes[i % 8] += value[0];
                    Same(slope[0], gradients[at]);
                }

                Same(Lanes.Sum(Vector256.Create(lanes)) * perElement, values[item]);
            }
        }
    }

    private static void Same(float want, float have) => Assert.True(want.Equals(have), $"{have:R} instead of {want:R}");

    // Logits of all sizes, now and then an odd one; targets 0, 1 and between.
    private static (float[] Predictions, float[] Targets) Numbers(int count, int seed)
    {
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 1e-40f, 3e38f, -104, 88];
        var random = new RandomStream((ulong)seed);
        float[] predictions = new float[count], targets = new float[count];
        for (int i = 0; i < count; i++)
        {
            double u = random.Uniform((ulong)(2 * i)), v = random.Uniform((ulong)((2 * i) + 1));
            predictions[i] = u < 0.02 ? odd[(int)(u / 0.02 * odd.Length)] : (float)((2 * v - 1) * (i % 2 == 0 ? 4 : 60));
            targets[i] = u > 0.9 ? (float)v : i % 3 == 0 ? 1 : 0;
        }

        return (predictions, targets);
    }
}
