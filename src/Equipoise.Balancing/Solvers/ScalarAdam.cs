namespace Equipoise.Balancing;

/// <summary>Adam for a few learned scalars, one for each output; those that did not take part stay as they are.</summary>
/// <remarks>β₁ = 0.9, β₂ = 0.999, ε = 1e-8, with bias correction by the number of updates of the scalar itself. Source: Kingma and Ba, "Adam", 2015, algorithm 1.</remarks>
internal sealed class ScalarAdam(int tasks, double learningRate)
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    private readonly double[] _first = new double[tasks], _second = new double[tasks], _updates = new double[tasks];

    /// <summary>The value after a step against a gradient.</summary>
    public double Step(int task, double value, double gradient)
    {
        double t = ++_updates[task];
        double m = _first[task] = (Beta1 * _first[task]) + ((1 - Beta1) * gradient);
        double v = _second[task] = (Beta2 * _second[task]) + ((1 - Beta2) * gradient * gradient);
        double correctedFirst = m / (1 - Math.Pow(Beta1, t)), correctedSecond = v / (1 - Math.Pow(Beta2, t));
        return value - (learningRate * correctedFirst / (Math.Sqrt(correctedSecond) + Epsilon));
    }

    /// <summary>Names the arrays to save.</summary>
    public void Keep(StateArrays state)
    {
        state.Array("adam.first", _first);
        state.Array("adam.second", _second);
        state.Array("adam.updates", _updates);
    }
}
