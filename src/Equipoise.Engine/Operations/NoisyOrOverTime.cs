using System.Runtime.Intrinsics;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>From the probabilities of things at each step, the log-odds that a thing is at one step or more: [length, width] becomes [width]. With a mask as second input, over the kept steps.</summary>
/// <remarks>
/// q = −Σ over t of log(1 − x[t]), steps taken as independent; the output is log(e^q − 1), which is log(P / (1 − P)) for P = 1 − Π (1 − x[t]).
/// x and P are held within 10⁻⁶ of 0 and 1 (log-odds of ±13.8), with gradient 0 outside; so no step kept, or all probabilities 0, gives −13.8. NaN stays NaN.
/// Source: Pearl, "Probabilistic Reasoning in Intelligent Systems", 1988, section 4.3.2 (noisy-or); over instances: Zhang, Platt and Viola, "Multiple Instance Boosting for Object Detection", 2005, equation 5.
/// </remarks>
public sealed class NoisyOrOverTime : Operation
{
    private const float Largest = 1 - 1e-6f;
    private const float Least = 1e-6f;
    private const float Most = 13.8155106f; // −log(10⁻⁶)

    /// <inheritdoc/>
    public override string Kind => "noisy_or_over_time";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => TimePooling.Shape(inputs);

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => input == 0;

    /// <summary>q of each thing.</summary>
    public override int TapeSize(NodeShapes shapes) => shapes.Output.Size;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 8L * shapes.Inputs[0].Size;

    /// <inheritdoc/>
    public override unsafe void Forward(in ForwardPass pass)
    {
        int length = pass.Shapes.Inputs[0][0];
        int width = pass.Shapes.Output.Width;
        ReadOnlySpan<float> mask = pass.Shapes.Inputs.Count > 1 ? pass.Input(1) : [];
        fixed (float* x = pass.Input(0), q = pass.Tape, y = pass.Output)
        {
            for (int row = 0; row < pass.Rows; row++)
            {
                for (int c = 0; c < width; c += 8)
                {
                    int count = width - c;
                    var sum = Vector256<float>.Zero;
                    for (int t = 0; t < length; t++)
                    {
                        if (IsKept(mask, (row * length) + t)) sum += MinusLogOfRest(Ends.Load(x + ((((row * length) + t) * width) + c), count));
                    }
                    var held = Held(sum);
                    Ends.Store(sum, q + ((row * width) + c), count);
                    Ends.Store(LogOfExpm1(held), y + ((row * width) + c), count);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override unsafe void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int length = pass.Shapes.Inputs[0][0];
        int width = pass.Shapes.Output.Width;
        ReadOnlySpan<float> mask = pass.Shapes.Inputs.Count > 1 ? pass.Input(1) : [];
        fixed (float* x = pass.Input(0), q = pass.Tape, gradient = pass.OutputGradient, inputGradient = pass.InputGradient(0))
        {
            for (int row = 0; row < pass.Rows; row++)
            {
                for (int c = 0; c < width; c += 8)
                {
                    int count = width - c, at = (row * width) + c;
                    var sum = Ends.Load(q + at, count);
                    // d log(e^q − 1) / dq = 1 / (1 − e^−q)
                    var slope = Ends.Load(gradient + at, count) / -Exponentials.Expm1(-Held(sum));
                    slope = Vector256.ConditionalSelect(Vector256.LessThan(sum, Vector256.Create(Least)) | Vector256.GreaterThan(sum, Vector256.Create(Most)), Vector256<float>.Zero, slope);
                    for (int t = 0; t < length; t++)
                    {
                        if (!IsKept(mask, (row * length) + t)) continue;
                        int step = (((row * length) + t) * width) + c;
                        var p = Ends.Load(x + step, count);
                        var outside = Vector256.LessThan(p, Vector256<float>.Zero) | Vector256.GreaterThan(p, Vector256.Create(Largest));
                        var each = Vector256.ConditionalSelect(outside, Vector256<float>.Zero, slope / (Vector256<float>.One - p));
                        Ends.Store(Ends.Load(inputGradient + step, count) + each, inputGradient + step, count);
                    }
                }
            }
        }
    }

    private static bool IsKept(ReadOnlySpan<float> mask, int step) => mask.IsEmpty || mask[step] != 0;

    // −log(1 − p), by its series where the subtraction would lose digits.
    private static Vector256<float> MinusLogOfRest(Vector256<float> p)
    {
        p = Vector256.ConditionalSelect(Vector256.LessThan(p, Vector256<float>.Zero), Vector256<float>.Zero, p);
        p = Vector256.ConditionalSelect(Vector256.GreaterThan(p, Vector256.Create(Largest)), Vector256.Create(Largest), p);
        var series = Vector256.FusedMultiplyAdd(p, Vector256.FusedMultiplyAdd(p, Vector256.FusedMultiplyAdd(p, Vector256.Create(0.25f), Vector256.Create(1 / 3f)), Vector256.Create(0.5f)), Vector256<float>.One) * p;
        return Vector256.ConditionalSelect(Vector256.LessThan(p, Vector256.Create(0.02f)), series, -Exponentials.Log(Vector256<float>.One - p));
    }

    private static Vector256<float> Held(Vector256<float> q)
    {
        q = Vector256.ConditionalSelect(Vector256.LessThan(q, Vector256.Create(Least)), Vector256.Create(Least), q);
        return Vector256.ConditionalSelect(Vector256.GreaterThan(q, Vector256.Create(Most)), Vector256.Create(Most), q);
    }

    // log(e^q − 1) = q + log(1 − e^−q), which keeps its digits for small q.
    private static Vector256<float> LogOfExpm1(Vector256<float> q) => q + Exponentials.Log(-Exponentials.Expm1(-q));
}
