using System.Runtime.InteropServices;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>In training, sets numbers to zero at random and multiplies the others by 1/(1 - rate); else copies.</summary>
/// <remarks>
/// What is dropped depends on the seed, the step, the node, the row of the batch and the element alone; a bit for each number is kept for backward.
/// Source: Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting", 2014. Differs: scales while training, not afterwards ("inverted").
/// </remarks>
/// <param name="rate">Share that is dropped, 0 to 1.</param>
/// <param name="wholeChannels">Whether all positions of a channel (the last axis) are dropped together.</param>
public sealed class RandomDropping(double rate, bool wholeChannels = false) : Operation
{
    private const long WorkEach = 4;
    private const int BitsOfFloat = 8 * sizeof(float);
    private readonly float _scale = rate < 1 ? (float)(1 / (1 - rate)) : 0;

    /// <inheritdoc/>
    public override string Kind => "random_dropping";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override bool Overwrites => true;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override int TapeSize(NodeShapes shapes) => (Drawn(shapes) + BitsOfFloat - 1) / BitsOfFloat;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        if (!pass.Training || rate == 0)
        {
            pass.Input(0).CopyTo(pass.Output);
            return;
        }
        int size = pass.Shapes.Output.Size, drawn = Drawn(pass.Shapes);
        for (int r = 0; r < pass.Rows; r++)
        {
            var bits = BitsOf(pass.Tape, pass.Shapes, r);
            // Indices of whole rows in either case, so that the draws of a seed stay what they are.
            Dropping.Draw(pass.Random, (ulong)(pass.FirstRow + r) * (ulong)size, rate, drawn, bits);
            var x = pass.Input(0).Slice(r * size, size);
            var y = pass.Output.Slice(r * size, size);
            for (int i = 0; i < size; i += drawn) Dropping.Keep(x.Slice(i, drawn), _scale, bits, y.Slice(i, drawn));
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        if (rate == 0)
        {
            if (pass.Accumulates(0)) Elementwise.AddTo(pass.OutputGradient, pass.InputGradient(0));
            else pass.OutputGradient.CopyTo(pass.InputGradient(0));
            return;
        }
        int size = pass.Shapes.Output.Size, drawn = Drawn(pass.Shapes);
        bool adds = pass.Accumulates(0);
        for (int r = 0; r < pass.Rows; r++)
        {
            var bits = BitsOf(pass.Tape, pass.Shapes, r);
            var dy = pass.OutputGradient.Slice(r * size, size);
            var dx = pass.InputGradient(0).Slice(r * size, size);
            for (int i = 0; i < size; i += drawn)
            {
                if (adds) Dropping.AddKept(dy.Slice(i, drawn), _scale, bits, dx.Slice(i, drawn));
                else Dropping.Keep(dy.Slice(i, drawn), _scale, bits, dx.Slice(i, drawn));
            }
        }
    }

    // How many numbers of a row are drawn.
    private int Drawn(NodeShapes shapes) => wholeChannels ? shapes.Output.Width : shapes.Output.Size;

    private Span<byte> BitsOf(Span<float> tape, NodeShapes shapes, int row)
    {
        int floats = TapeSize(shapes);
        return MemoryMarshal.AsBytes(tape.Slice(row * floats, floats));
    }

    private ReadOnlySpan<byte> BitsOf(ReadOnlySpan<float> tape, NodeShapes shapes, int row)
    {
        int floats = TapeSize(shapes);
        return MemoryMarshal.AsBytes(tape.Slice(row * floats, floats));
    }
}
