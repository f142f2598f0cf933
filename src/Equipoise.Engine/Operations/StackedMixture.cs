using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Several <see cref="Mixture"/>s of the same vectors, as the gates of several tasks mix the same experts: row by row, so that the vectors and their gradients come from memory once.</summary>
/// <remarks>Inputs: x [count, width] and w [count] of each mixture. y [mixtures · width], one mixture after the other; the bits are those of each by itself, the last running backward first.</remarks>
internal sealed unsafe class StackedMixture : Operation
{
    /// <inheritdoc/>
    public override string Kind => "stacked_mixture";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs;

    /// <inheritdoc/>
    public override bool Overwrites => true;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => new((inputs.Length - 1) * inputs[0][1]);

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 2L * shapes.Inputs[0].Size * Mixtures(shapes);

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int mixtures = Mixtures(pass.Shapes), count = pass.Shapes.Inputs[0][0], width = pass.Shapes.Inputs[0][1];
        var weights = stackalloc float*[mixtures];
        for (int m = 0; m < mixtures; m++) weights[m] = Pointer(pass.Input(m + 1));
        MixtureRows.MixSeveral(Pointer(pass.Input(0)), weights, Pointer(pass.Output), pass.Rows, mixtures, count, width);
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        int mixtures = Mixtures(pass.Shapes), count = pass.Shapes.Inputs[0][0], width = pass.Shapes.Inputs[0][1];
        float** weights = stackalloc float*[mixtures], gradients = stackalloc float*[mixtures];
        bool* adds = stackalloc bool[mixtures];
        for (int m = 0; m < mixtures; m++)
        {
            weights[m] = Pointer(pass.Input(m + 1));
            gradients[m] = Pointer(pass.InputGradient(m + 1));
            adds[m] = pass.Accumulates(m + 1);
        }
        MixtureRows.GradientsOfSeveral(Pointer(pass.Input(0)), weights, Pointer(pass.OutputGradient), Pointer(pass.InputGradient(0)), pass.Accumulates(0), gradients, adds, pass.Rows, mixtures, count, width);
    }

    private static int Mixtures(NodeShapes shapes) => shapes.Inputs.Count - 1;

    // The memory of a plan does not move. Null if there is none.
    private static float* Pointer(ReadOnlySpan<float> span) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
}
