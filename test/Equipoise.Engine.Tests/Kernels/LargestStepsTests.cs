using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public class LargestStepsTests
{
    [Fact]
    public void Agrees_with_plain_loops()
    {
        float[] values = [1, -2, 0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e-40f];
        foreach (int count in new[] { 1, 7, 8, 9, 16, 31, 33 })
        {
            float[] largest = [.. Enumerable.Range(0, count).Select(i => values[i % 8])], steps = new float[count];
            float[] plain = [.. largest], plainSteps = new float[count];
            for (int step = 1; step < 30; step++)
            {
                float[] x = [.. Enumerable.Range(0, count).Select(i => values[((i * 7) + (step * step)) % 8])];
                LargestSteps.Update(x, step, largest, steps);
                for (int i = 0; i < count; i++)
                {
                    if (x[i] <= plain[i] || float.IsNaN(plain[i])) continue;
                    plain[i] = x[i];
                    plainSteps[i] = step;
                }
                Assert.Equal(plain, largest);
                Assert.Equal(plainSteps, steps);
            }
        }
    }
}
