using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>In training, sets numbers to zero at random and multiplies the others by 1/(1 - rate); else copies.</summary>
/// <remarks>
/// What is dropped depends on the seed, the step, the node, the row of the batch and the element alone, and is drawn again in backward instead of being kept.
/// Source: Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting", 2014. Differs: scales while training, not afterwards ("inverted").
/// </remarks>
/// <param name="rate">Share that is dropped, 0 to 1.</param>
/// <param name="wholeChannels">Whether all positions of a channel (the last axis) are dropped together.</param>
public sealed class RandomDropping(double rate, bool wholeChannels = false) : Operation
{
    private const long WorkEach = 6;
    private readonly float _scale = rate < 1 ? (float)(1 / (1 - rate)) : 0;

    /// <inheritdoc/>
    public override string Kind => "random_dropping";

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
        if (!pass.Training || rate == 0)
        {
            x.CopyTo(y);
            return;
        }
        int size = pass.Shapes.Output.Size, width = pass.Shapes.Output.Width;
        var random = pass.Random;
        for (int r = 0; r < pass.Rows; r++)
        {
            ulong first = (ulong)(pass.FirstRow + r) * (ulong)size;
            for (int i = 0; i < size; i++)
            {
                int element = wholeChannels ? i % width : i;
                y[(r * size) + i] = random.Uniform(first + (ulong)element) < rate ? 0 : x[(r * size) + i] * _scale;
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var dy = pass.OutputGradient;
        var dx = pass.InputGradient(0);
        int size = pass.Shapes.Output.Size, width = pass.Shapes.Output.Width;
        var random = pass.Random;
        for (int r = 0; r < pass.Rows; r++)
        {
            ulong first = (ulong)(pass.FirstRow + r) * (ulong)size;
            for (int i = 0; i < size; i++)
            {
                int element = wholeChannels ? i % width : i;
                if (rate == 0) dx[(r * size) + i] += dy[(r * size) + i];
                else if (random.Uniform(first + (ulong)element) >= rate) dx[(r * size) + i] += dy[(r * size) + i] * _scale;
            }
        }
    }
}
