using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Selectors that each come to point at one of several choices: the bits of the choice's number are learned, and eased from 0 to 1 so that gradients flow until they are settled.</summary>
/// <remarks>
/// For each of k selectors z has n = ⌈log₂ choices⌉ numbers. Its weight of choice e is q[e] = Π over bits b of S(z[b]) where bit b of e is 1, and 1 − S(z[b]) where it is 0 (bit 0 is the lowest),
/// with the smooth step S(t) = −2t³/γ³ + 3t/(2γ) + ½ between −γ/2 and γ/2, 0 below and 1 above. z [k·n], q [k, choices]. If choices is a power of two, each selector's weights sum to 1.
/// S′(t) = −6t²/γ³ + 3/(2γ), 0 outside: a settled bit does not move any more. One choice needs no bit and gets weight 1; then z has one number that nothing reads. Cost k · choices · n² a row.
/// Source: Hazimeh and others, "DSelect-k: Differentiable Selection in the Mixture of Experts with Applications to Multi-Task Learning", 2021, section 3.
/// </remarks>
/// <param name="choices">How many choices, at least 1.</param>
/// <param name="gamma">γ: width of the range in which a bit is undecided, above 0.</param>
public sealed class BinarySelectors(int choices, float gamma) : Operation
{
    private readonly int _bits = BitsOf(choices);

    /// <inheritdoc/>
    public override string Kind => "binary_selectors";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    /// <summary>Numbers of z for each selector.</summary>
    public static int BitsOf(int choices)
    {
        int bits = 1;
        while (1 << bits < choices) bits++;
        return bits;
    }

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs[0].Size % _bits == 0 ? new Shape(inputs[0].Size / _bits, choices) : throw new ShapeException($"wants {_bits} numbers for each selector among {choices} choices, but the input is {inputs[0]}");

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => (long)shapes.Output.Size * _bits;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var z = pass.Input(0);
        var q = pass.Output;
        for (int first = 0, at = 0; first < z.Length; first += _bits, at += choices)
        {
            for (int e = 0; e < choices; e++) q[at + e] = Product(z.Slice(first, _bits), e, without: -1);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var z = pass.Input(0);
        var dz = pass.InputGradient(0);
        for (int first = 0, at = 0; first < z.Length; first += _bits, at += choices)
        {
            var own = z.Slice(first, _bits);
            for (int b = 0; b < _bits; b++)
            {
                float slope = Slope(own[b]);
                if (slope == 0 || choices == 1) continue;
                float sum = 0;
                for (int e = 0; e < choices; e++)
                {
                    float along = pass.OutputGradient[at + e] * Product(own, e, without: b);
                    sum += (e >> b & 1) == 1 ? along : -along;
                }
                dz[first + b] += slope * sum;
            }
        }
    }

    private float Product(ReadOnlySpan<float> z, int choice, int without)
    {
        if (choices == 1) return 1;
        float product = 1;
        for (int b = 0; b < _bits; b++)
        {
            if (b == without) continue;
            float s = Step(z[b]);
            product *= (choice >> b & 1) == 1 ? s : 1 - s;
        }
        return product;
    }

    private float Step(float t)
    {
        if (t <= -gamma / 2) return 0;
        if (t >= gamma / 2) return 1;
        float u = t / gamma;
        return (u * (1.5f - (2 * u * u))) + 0.5f;
    }

    private float Slope(float t)
    {
        if (t <= -gamma / 2 || t >= gamma / 2) return 0;
        float u = t / gamma;
        return (1.5f - (6 * u * u)) / gamma;
    }
}
