using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = f(x), number by number: activations.</summary>
/// <remarks>∂x = ∂y·f'(x). Any shape. Backward keeps only what the slope is written in: the input, the output or both.</remarks>
/// <typeparam name="TFunction">The function and its slope.</typeparam>
/// <param name="kind">Name of the kind.</param>
/// <param name="function">The function.</param>
/// <param name="keeps">Which arguments of <see cref="IElementwise.Slope"/> it reads: <see cref="Keeps.Inputs"/>, <see cref="Keeps.Output"/>, both or none. What is not kept is given as the other one.</param>
public sealed class ElementwiseFunction<TFunction>(string kind, TFunction function, Keeps keeps) : Operation where TFunction : struct, IElementwise
{
    // A rough count: an exponential is some twenty steps.
    private const long WorkEach = 12;
    private readonly bool _hasInput = (keeps & Keeps.Inputs) != 0;
    private readonly bool _hasOutput = (keeps & Keeps.Output) != 0;

    /// <inheritdoc/>
    public override string Kind => kind;

    /// <inheritdoc/>
    public override Keeps Keeps => keeps;

    /// <inheritdoc/>
    public override bool Overwrites => true;

    /// <inheritdoc/>
    public override TileFunction Tile { get; } = new TileFunction<TFunction>(function);

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass) => Elementwise.Apply(function, pass.Input(0), pass.Output);

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var gradient = pass.OutputGradient;
        var x = _hasInput ? pass.Input(0) : _hasOutput ? pass.Output : gradient;
        var y = _hasOutput ? pass.Output : x;
        if (pass.Accumulates(0)) Elementwise.AddGradient(function, x, y, gradient, pass.InputGradient(0));
        else Elementwise.Gradient(function, x, y, gradient, pass.InputGradient(0));
    }
}
