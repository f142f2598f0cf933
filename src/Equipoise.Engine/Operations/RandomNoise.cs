using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>In training, disturbs every number at random; else copies.</summary>
/// <remarks>
/// Every kind is y = a·x + b with a and b drawn for the number, so ∂x = a·∂y. Alpha dropping: with α′ = −1.7580993408473766, A = 1/√((1 − σ)(1 + σ·α′²)), B = −A·α′·σ:
/// kept numbers become A·x + B, dropped ones A·α′ + B. What is drawn depends on the seed, the step, the node, the row of the batch and the element alone, and is drawn again in backward.
/// Source: Klambauer and others, "Self-normalizing neural networks", 2017 (alpha dropping).
/// </remarks>
/// <param name="kind">What noise does.</param>
/// <param name="amount">σ.</param>
public sealed class RandomNoise(NoiseKind kind, double amount) : Operation
{
    private const long WorkEach = 30;
    private const double LeastSelu = -1.7580993408473766;
    private readonly double _slope = 1 / Math.Sqrt((1 - amount) * (1 + (amount * LeastSelu * LeastSelu)));

    /// <inheritdoc/>
    public override string Kind => "random_noise";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var x = pass.Input(0);
        var y = pass.Output;
        if (!pass.Training || amount == 0)
        {
            x.CopyTo(y);
            return;
        }
        ulong first = (ulong)pass.FirstRow * (ulong)pass.Shapes.Output.Size;
        var random = pass.Random;
        for (int i = 0; i < y.Length; i++)
        {
            var (slope, shift) = Draw(random, first + (ulong)i);
            y[i] = (slope * x[i]) + shift;
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var dy = pass.OutputGradient;
        var dx = pass.InputGradient(0);
        ulong first = (ulong)pass.FirstRow * (ulong)pass.Shapes.Output.Size;
        var random = pass.Random;
        for (int i = 0; i < dx.Length; i++) dx[i] += kind == NoiseKind.Additive || amount == 0 ? dy[i] : Draw(random, first + (ulong)i).Slope * dy[i];
    }

    private (float Slope, float Shift) Draw(Randomness.RandomStream random, ulong index)
    {
        if (kind == NoiseKind.Additive) return (1, (float)(amount * random.Normal(index)));
        if (kind == NoiseKind.Multiplicative) return ((float)(1 + (amount * random.Normal(index))), 0);
        double shift = -_slope * LeastSelu * amount;
        return random.Uniform(index) < amount ? (0, (float)((_slope * LeastSelu) + shift)) : ((float)_slope, (float)shift);
    }
}
