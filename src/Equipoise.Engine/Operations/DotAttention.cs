using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Each step of a sequence takes a mean of another sequence's values, weighted by how well its query agrees with their keys; several heads side by side.</summary>
/// <remarks>
/// For head h: P = softmax(scale · Q·Kᵀ) over the keys, Y = P·V. Inputs: queries [m, heads·d], keys [n, heads·d], values [n, heads·e]; then, if announced, a key mask [n] and a mask [m, n],
/// 0 where a query must not see a key. A query whose keys are all padding gives zeros; one that the mask hides all keys from takes their plain mean, as in Keras. Output [m, heads·e].
/// With D = ∂P·P and ∂P = ∂Y·Vᵀ: ∂S = P·(∂P − Σ D), ∂Q = scale·∂S·K, ∂K = scale·∂Sᵀ·Q, ∂V = Pᵀ·∂Y. P is kept for backward: heads·m·n floats a row.
/// Source: Vaswani and others, "Attention is all you need", 2017, equation 1.
/// </remarks>
/// <param name="heads">How many heads; divides the widths.</param>
/// <param name="scale">What scores are multiplied with.</param>
/// <param name="causal">Whether a query sees only the keys at its own place and before.</param>
/// <param name="dropout">Share of the weights that training sets to zero; the others grow by 1/(1 − dropout).</param>
/// <param name="hasKeyMask">Whether there is a key mask.</param>
/// <param name="hasMask">Whether there is a mask [m, n].</param>
public sealed class DotAttention(int heads, double scale, bool causal = false, double dropout = 0, bool hasKeyMask = false, bool hasMask = false) : Operation
{
    private const int ScratchParts = 3;
    private readonly float _scale = (float)scale;
    private readonly float _kept = dropout < 1 ? (float)(1 / (1 - dropout)) : 0;

    /// <inheritdoc/>
    public override string Kind => "dot_attention";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => input < 3;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs[0].Rank != 2 || inputs[1].Rank != 2 || inputs[2].Rank != 2) throw new ShapeException($"wants sequences [length, width], but the inputs are {inputs[0]}, {inputs[1]} and {inputs[2]}");
        if (inputs[0].Width != inputs[1].Width) throw new ShapeException($"compares queries {inputs[0]} with keys {inputs[1]}, which must be of the same width");
        if (inputs[1][0] != inputs[2][0]) throw new ShapeException($"wants a key for each value, but the keys are {inputs[1]} and the values {inputs[2]}");
        if (heads < 1 || inputs[0].Width % heads != 0 || inputs[2].Width % heads != 0) throw new ShapeException($"has {heads} heads, which must divide the widths of {inputs[0]} and {inputs[2]}");
        if (hasKeyMask && inputs[3].Size != inputs[1][0]) throw new ShapeException($"wants a key mask [{inputs[1][0]}], but it is {inputs[3]}");
        var mask = new Shape(inputs[0][0], inputs[1][0]);
        if (hasMask && !inputs[^1].Equals(mask)) throw new ShapeException($"wants a mask {mask}, a number for each pair of query and key, but it is {inputs[^1]}");
        return new Shape(inputs[0][0], inputs[2].Width);
    }

    /// <inheritdoc/>
    public override int TapeSize(NodeShapes shapes) => heads * Pairs(shapes);

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => ScratchParts * Pairs(shapes);

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * Pairs(shapes) * (shapes.Inputs[0].Width + shapes.Inputs[2].Width);

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var (queries, keys, width, valueWidth) = Sizes(pass.Shapes);
        int pairs = queries * keys, head = width / heads, valueHead = valueWidth / heads;
        for (int item = 0; item < pass.Rows * heads; item++)
        {
            int row = item / heads, h = item % heads;
            var q = pass.Input(0).Slice(row * queries * width, queries * width)[(h * head)..];
            var k = pass.Input(1).Slice(row * keys * width, keys * width)[(h * head)..];
            var v = pass.Input(2).Slice(row * keys * valueWidth, keys * valueWidth)[(h * valueHead)..];
            var sight = AttentionSight.Of(pass, row, causal, hasKeyMask, hasMask, first: 3);
            var weights = pass.Tape.Slice(item * pairs, pairs);
            for (int i = 0; i < queries; i++)
            {
                bool blind = sight.IsBlind(i);
                for (int j = 0; j < keys; j++)
                {
                    ref float score = ref weights[(i * keys) + j];
                    if (blind ? sight.IsThere(i, j) : sight.Sees(i, j)) score = blind ? 0 : _scale * Reductions.Dot(q.Slice(i * width, head), k.Slice(j * width, head));
                    else score = float.NegativeInfinity;
                }
            }
            Softmax.Rows(weights, weights, queries, keys);
            ReadOnlySpan<float> used = weights;
            if (pass.Training && dropout > 0)
            {
                Drop(pass.Random, (((ulong)pass.FirstRow * (ulong)heads) + (ulong)item) * (ulong)pairs, weights, pass.Scratch[..pairs]);
                used = pass.Scratch[..pairs];
            }
            MatMul.MultiplyUnpacked(used, keys, v, valueWidth, pass.Output.Slice(row * queries * valueWidth, queries * valueWidth)[(h * valueHead)..], valueWidth, queries, keys, valueHead, accumulate: false);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        var (queries, keys, width, valueWidth) = Sizes(pass.Shapes);
        int pairs = queries * keys, head = width / heads, valueHead = valueWidth / heads;
        Span<float> used = pass.Scratch[..pairs], slopes = pass.Scratch.Slice(pairs, pairs), scores = pass.Scratch.Slice(2 * pairs, pairs);
        for (int item = 0; item < pass.Rows * heads; item++)
        {
            int row = item / heads, h = item % heads, own = h * head, ownValue = h * valueHead;
            ulong first = (((ulong)pass.FirstRow * (ulong)heads) + (ulong)item) * (ulong)pairs;
            var weights = pass.Tape.Slice(item * pairs, pairs);
            var dy = pass.OutputGradient.Slice(row * queries * valueWidth, queries * valueWidth)[ownValue..];
            var v = pass.Input(2).Slice(row * keys * valueWidth, keys * valueWidth)[ownValue..];
            if (dropout > 0) Drop(pass.Random, first, weights, used);
            else weights.CopyTo(used);
            if (pass.Wants(2))
            {
                var dv = pass.InputGradient(2).Slice(row * keys * valueWidth, keys * valueWidth)[ownValue..];
                MatMul.MultiplyTransposed(used, keys, dy, valueWidth, dv, valueWidth, queries, 0, keys, 0, valueHead, accumulate: true);
            }
            if (!pass.Wants(0) && !pass.Wants(1)) continue;
            for (int i = 0; i < queries; i++)
            {
                for (int j = 0; j < keys; j++) slopes[(i * keys) + j] = Reductions.Dot(dy.Slice(i * valueWidth, valueHead), v.Slice(j * valueWidth, valueHead));
            }
            if (dropout > 0) Drop(pass.Random, first, slopes, slopes);
            scores.Clear();
            Softmax.AddGradientRows(weights, slopes, scores, queries, keys);
            Elementwise.Scale(_scale, scores);
            var sight = AttentionSight.Of(pass, row, causal, hasKeyMask, hasMask, first: 3);
            for (int i = 0; hasMask && i < queries; i++)
            {
                if (sight.IsBlind(i)) scores.Slice(i * keys, keys).Clear();
            }
            if (pass.Wants(0))
            {
                var k = pass.Input(1).Slice(row * keys * width, keys * width)[own..];
                MatMul.MultiplyUnpacked(scores, keys, k, width, pass.InputGradient(0).Slice(row * queries * width, queries * width)[own..], width, queries, keys, head, accumulate: true);
            }
            if (pass.Wants(1))
            {
                var q = pass.Input(0).Slice(row * queries * width, queries * width)[own..];
                MatMul.MultiplyTransposed(scores, keys, q, width, pass.InputGradient(1).Slice(row * keys * width, keys * width)[own..], width, queries, 0, keys, 0, head, accumulate: true);
            }
        }
    }

    private static int Pairs(NodeShapes shapes) => shapes.Inputs[0][0] * shapes.Inputs[1][0];

    private static (int Queries, int Keys, int Width, int ValueWidth) Sizes(NodeShapes shapes) => (shapes.Inputs[0][0], shapes.Inputs[1][0], shapes.Inputs[0].Width, shapes.Inputs[2].Width);

    private void Drop(Randomness.RandomStream random, ulong first, ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = random.Uniform(first + (ulong)i) < dropout ? 0 : x[i] * _kept;
    }
}
