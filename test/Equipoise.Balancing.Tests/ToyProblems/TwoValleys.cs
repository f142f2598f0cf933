namespace Equipoise.Balancing.Tests.ToyProblems;

/// <summary>
/// Two losses of two parameters whose gradients conflict in two valleys: the toy problem of CAGrad, Nash-MTL and FAMO. For x₂ &gt; 0 logarithms of distances to curves,
/// for x₂ &lt; 0 two bowls, blended by tanh. A clamp passes the gradient where its argument equals the bound.
/// </summary>
internal sealed class TwoValleys
{
    private const double Lowest = 5e-6;

    /// <summary>The two losses.</summary>
    public double[] Losses { get; } = new double[2];

    /// <summary>Their gradients, [2, 2].</summary>
    public double[] Gradients { get; } = new double[4];

    public void At(double x1, double x2, double firstScale = 1)
    {
        double tanh = Math.Tanh(-x2), slope = 1 - (tanh * tanh);        // d tanh(−x₂) / d x₂ = −slope
        Log((0.5 * (-x1 - 7)) - tanh, -0.5, slope, out double h1, out double h1x, out double h1y);
        Log((0.5 * (-x1 + 3)) + tanh + 2, -0.5, -slope, out double h2, out double h2x, out double h2y);
        double up = Math.Tanh(0.5 * x2), c1 = Math.Max(up, 0), c2 = Math.Max(-up, 0);
        double c1y = up >= 0 ? 0.5 * (1 - (up * up)) : 0, c2y = -up >= 0 ? -0.5 * (1 - (up * up)) : 0;
        double below = 0.1 * (-x2 - 8) * (-x2 - 8), belowY = -0.2 * (-x2 - 8);
        double q1 = ((((-x1 + 7) * (-x1 + 7)) + below) / 10) - 20, q2 = ((((-x1 - 7) * (-x1 - 7)) + below) / 10) - 20;
        Losses[0] = firstScale * ((h1 * c1) + (q1 * c2));
        Losses[1] = (h2 * c1) + (q2 * c2);
        Gradients[0] = firstScale * ((h1x * c1) + (-2 * (-x1 + 7) / 10 * c2));
        Gradients[1] = firstScale * ((h1y * c1) + (h1 * c1y) + (belowY / 10 * c2) + (q1 * c2y));
        Gradients[2] = (h2x * c1) + (-2 * (-x1 - 7) / 10 * c2);
        Gradients[3] = (h2y * c1) + (h2 * c1y) + (belowY / 10 * c2) + (q2 * c2y);
    }

    /// <summary>Adam at 1e-3 for some steps on the combined gradient; gives where it ends. Weights may be changed as a published code has them, from the Gramian, and moved by some last bits.</summary>
    public static (double X1, double X2) Descend(Balancer balancer, double x1, double x2, int steps, double firstScale, double factor = 1, Action<double[], double[]>? publish = null, Random? bits = null)
    {
        var problem = new TwoValleys();
        double[] gramian = new double[4], weights = new double[2];
        double m1 = 0, m2 = 0, v1 = 0, v2 = 0, power1 = 1, power2 = 1;
        bool after = (balancer.Needs & BalancerNeeds.LossesAfterStep) != 0;
        for (int step = 0; step < steps; step++)
        {
            problem.At(x1, x2, firstScale);
            double[] g = problem.Gradients;
            gramian[0] = (g[0] * g[0]) + (g[1] * g[1]);
            gramian[1] = gramian[2] = (g[0] * g[2]) + (g[1] * g[3]);
            gramian[3] = (g[2] * g[2]) + (g[3] * g[3]);
            balancer.Weigh(new BalancerInput { Losses = problem.Losses, Gramian = gramian, Step = step }, weights);
            publish?.Invoke(gramian, weights);
            if (bits is not null) weights[0] *= 1 + (4e-16 * (bits.NextDouble() - 0.5));
            double d1 = factor * ((weights[0] * g[0]) + (weights[1] * g[2])), d2 = factor * ((weights[0] * g[1]) + (weights[1] * g[3]));
            m1 = (0.9 * m1) + (0.1 * d1);
            m2 = (0.9 * m2) + (0.1 * d2);
            v1 = (0.999 * v1) + (0.001 * d1 * d1);
            v2 = (0.999 * v2) + (0.001 * d2 * d2);
            power1 *= 0.9;
            power2 *= 0.999;
            x1 -= 1e-3 * (m1 / (1 - power1)) / (Math.Sqrt(v1 / (1 - power2)) + 1e-8);
            x2 -= 1e-3 * (m2 / (1 - power1)) / (Math.Sqrt(v2 / (1 - power2)) + 1e-8);
            if (!after) continue;
            problem.At(x1, x2, firstScale);
            balancer.AfterStep(problem.Losses);
        }

        return (x1, x2);
    }

    private static void Log(double inside, double x, double y, out double value, out double slopeX, out double slopeY)
    {
        double size = Math.Abs(inside), sign = Math.Sign(inside);
        bool passes = size >= Lowest;
        value = Math.Log(Math.Max(size, Lowest)) + 6;
        slopeX = passes ? sign * x / size : 0;
        slopeY = passes ? sign * y / size : 0;
    }
}
