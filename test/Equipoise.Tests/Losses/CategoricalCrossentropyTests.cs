using Equipoise.Engine.Randomness;
using Equipoise.Losses;

namespace Equipoise.Tests.Losses;

public sealed class CategoricalCrossentropyTests
{
    [Theory, InlineData(0), InlineData(0.1)]
    public void Logits_of_any_width_have_the_bits_of_the_formula_class_by_class(double smoothing)
    {
        var random = new RandomStream(3);
        ulong draw = 0;
        for (int width = 2; width <= 41; width++)
        {
            for (int present = 0; present <= width; present += 1 + (width / 4))
            {
                float[] z = [.. Enumerable.Range(0, width).Select(_ => (float)(8 * random.Uniform(draw++) - 4))], target = new float[width], value = new float[1], slope = new float[width];
                for (int i = 0; i < present; i++) target[random.Below(draw++, width)] = i == 0 ? 1 : (float)random.Uniform(draw++);
                new CategoricalCrossentropy(true, smoothing).Evaluate(new LossRows { Items = 1, Width = width, Predictions = z, Targets = target, Shares = (float[])[0.3f], Values = value, Gradients = slope });

                var p = new float[width];
                var (largest, logSum) = LogSoftmax.Of(z, p);
                float s = (float)smoothing, wanted = 0, all = 0;
                for (int i = 0; i < width; i++)
                {
                    float t = target[i] * (1 - s) + s / width;
                    wanted += t * (largest - z[i]);
                    all += t;
                }

                Assert.Equal(wanted + all * logSum, value[0]);
                for (int i = 0; i < width; i++) Assert.Equal(0.3f * (all * p[i] - (target[i] * (1 - s) + s / width)), slope[i]);
            }
        }
    }
}
