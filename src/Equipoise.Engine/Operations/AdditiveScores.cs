using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>How well each query agrees with each key, by a small network: score = Σ over d of w[d]·tanh(q[d] + k[d]).</summary>
/// <remarks>
/// Inputs: queries [m, width], keys [n, width]; then, if announced, a key mask [n] and a mask [m, n], 0 where a query must not see a key: the score is then −∞. A query that the mask hides all keys from gets 0 for those that are no padding, and so their plain mean, as in Keras. Output [m, n].
/// ∂q[i] = Σ over j of ∂s·w·(1 − tanh²), ∂k[j] the same over i; ∂w[d] = Σ ∂s·tanh. tanh is computed again in backward. Cost O(m·n·width).
/// Source: Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and translate", 2015, section A.1.2, without its two projections.
/// </remarks>
/// <param name="weights">w [width], or null for 1.</param>
/// <param name="causal">Whether a query sees only the keys at its own place and before.</param>
/// <param name="hasKeyMask">Whether there is a key mask.</param>
/// <param name="hasMask">Whether there is a mask [m, n].</param>
public sealed class AdditiveScores(Parameter? weights, bool causal = false, bool hasKeyMask = false, bool hasMask = false) : Operation
{
    private const long WorkEach = 16;

    /// <inheritdoc/>
    public override string Kind => "additive_scores";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = weights is null ? [] : [weights];

    /// <inheritdoc/>
    public override Keeps Keeps => weights is null ? Keeps.Inputs : Keeps.Inputs | Keeps.InputsForParameters | Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => input < 2;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs[0].Rank != 2 || inputs[1].Rank != 2 || inputs[0].Width != inputs[1].Width) throw new ShapeException($"wants queries [m, width] and keys [n, width], but has {inputs[0]} and {inputs[1]}");
        if (hasKeyMask && inputs[2].Size != inputs[1][0]) throw new ShapeException($"wants a key mask [{inputs[1][0]}], but it is {inputs[2]}");
        var scores = new Shape(inputs[0][0], inputs[1][0]);
        return !hasMask || inputs[^1].Equals(scores) ? scores : throw new ShapeException($"wants a mask {scores}, a number for each pair of query and key, but it is {inputs[^1]}");
    }

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => shapes.Inputs[0].Width;

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => shapes.Inputs[0].Width;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size * shapes.Inputs[0].Width;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int width = pass.Shapes.Inputs[0].Width, queries = pass.Shapes.Output[0], keys = pass.Shapes.Output[1];
        ReadOnlySpan<float> w = weights is null ? [] : pass.Parameter(0);
        var tanh = pass.Scratch[..width];
        for (int at = 0; at < pass.Output.Length; at++)
        {
            int row = at / (queries * keys), i = at / keys % queries, j = at % keys;
            var sight = AttentionSight.Of(pass, row, causal, hasKeyMask, hasMask, first: 2);
            if (!sight.Sees(i, j))
            {
                pass.Output[at] = sight.IsThere(i, j) && sight.IsBlind(i) ? 0 : float.NegativeInfinity;
                continue;
            }
            Tanh(pass.Input(0).Slice(((row * queries) + i) * width, width), pass.Input(1).Slice(((row * keys) + j) * width, width), tanh);
            pass.Output[at] = w.IsEmpty ? Reductions.Sum(tanh) : Reductions.Dot(w, tanh);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0) && !pass.Wants(1)) return;
        int width = pass.Shapes.Inputs[0].Width, queries = pass.Shapes.Output[0], keys = pass.Shapes.Output[1];
        ReadOnlySpan<float> w = weights is null ? [] : pass.Parameter(0);
        var slope = pass.Scratch[..width];
        for (int at = 0; at < pass.OutputGradient.Length; at++)
        {
            float ds = pass.OutputGradient[at];
            if (ds == 0 || (hasMask && !AttentionSight.Of(pass, at / (queries * keys), causal, hasKeyMask, hasMask, first: 2).Sees(at / keys % queries, at % keys))) continue;
            int query = at / keys * width, key = ((at / (queries * keys) * keys) + (at % keys)) * width;
            Tanh(pass.Input(0).Slice(query, width), pass.Input(1).Slice(key, width), slope);
            for (int d = 0; d < width; d++) slope[d] = ds * (w.IsEmpty ? 1 : w[d]) * (1 - (slope[d] * slope[d]));
            if (pass.Wants(0)) Elementwise.AddTo(slope, pass.InputGradient(0).Slice(query, width));
            if (pass.Wants(1)) Elementwise.AddTo(slope, pass.InputGradient(1).Slice(key, width));
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        if (weights is not { Trainable: true }) return;
        int width = pass.Shapes.Inputs[0].Width, queries = pass.Shapes.Output[0], keys = pass.Shapes.Output[1];
        var dw = pass.Gradient(0).Slice(pass.FirstUnit, pass.Units);
        if (!pass.Accumulates(0)) dw.Clear();
        for (int at = 0; at < pass.OutputGradient.Length; at++)
        {
            float ds = pass.OutputGradient[at];
            if (ds == 0 || (hasMask && !AttentionSight.Of(pass, at / (queries * keys), causal, hasKeyMask, hasMask, first: 2).Sees(at / keys % queries, at % keys))) continue;
            int query = (at / keys * width) + pass.FirstUnit, key = (((at / (queries * keys) * keys) + (at % keys)) * width) + pass.FirstUnit;
            for (int d = 0; d < dw.Length; d++) dw[d] += ds * Exponentials.Tanh(pass.Input(0)[query + d] + pass.Input(1)[key + d]);
        }
    }

    private static void Tanh(ReadOnlySpan<float> q, ReadOnlySpan<float> k, Span<float> y)
    {
        for (int d = 0; d < y.Length; d++) y[d] = Exponentials.Tanh(q[d] + k[d]);
    }
}
