using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Operations;

/// <summary>What the recurrent operations have in common: the walk over time, masks, initial states, products with the input and the sums for the parameters.</summary>
/// <remarks>
/// <para>Input [length, in]; output [units] or [length, units]. All rows of a block step together, so that a step is a product of matrices. The tape holds a stretch of equal length for
/// every row and step, in the order of time; it begins with the state before the step, so the gradients of both kernels are single products over all rows and steps.</para>
/// <para>A masked step leaves the states as they are, and its output is the state. Differs from Keras: before the first kept step the output is the initial state, not always zero;
/// without initial states that is the same.</para>
/// </remarks>
public abstract class Recurrence : Operation
{
    private const int InnerBlock = 128;
    // Half as many columns cost a third more time: the states, far apart on the tape, are read once for each block.
    private const int ColumnBlock = 4 * MatMul.PanelWidth;
    // With so many rows a product a step is as quick as one for all steps, and its result is still in the cache when the step wants it.
    private const int RowsForSteps = 16;
    // Strides of a multiple of 2 KiB put all rows into a few places of the first cache.
    private const int AliasingStride = 512;
    private readonly int _inner;
    private readonly int _columns;
    private readonly RecurrenceOptions _options;
    private readonly bool _hasBias;

    private protected Recurrence(Parameter kernel, Parameter recurrentKernel, Parameter? bias, int gates, RecurrenceOptions options)
    {
        _inner = kernel.Shape[0];
        _columns = kernel.Shape[1];
        _options = options;
        _hasBias = bias is not null;
        UnitCount = recurrentKernel.Shape[0];
        if (_columns != gates * UnitCount || recurrentKernel.Shape[1] != _columns)
        {
            throw new ShapeException($"The kernels of {gates} gates are {kernel.Shape} and {recurrentKernel.Shape}; wanted are [in, {gates} × units] and [units, {gates} × units].");
        }
        Parameters = bias is null ? [kernel, recurrentKernel] : [kernel, recurrentKernel, bias];
        Packed = 
        [
            new(kernel, Transposed: false), new(kernel, Transposed: true, PackedUse.InputGradient),
            new(recurrentKernel, Transposed: false), new(recurrentKernel, Transposed: true, PackedUse.Backward),
        ];
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Packed> Packed { get; }

    /// <inheritdoc/>
    public sealed override Keeps Keeps => Keeps.Inputs | Keeps.InputsForParameters | Keeps.TapeForParameters;

    /// <inheritdoc/>
    public sealed override bool Overwrites => true;

    /// <summary>Width of the state.</summary>
    private protected int UnitCount { get; }

    /// <summary>How many states there are: 2 for a cell and a hidden state.</summary>
    private protected virtual int States => 1;

    /// <summary>Stretches of <see cref="UnitCount"/> floats that the tape holds of a step: the state before, the gates, then what the cell likes.</summary>
    private protected abstract int TapeUnits { get; }

    /// <summary>Stretches of <see cref="UnitCount"/> floats that backward leaves of a step; the gradients of the gates' input sums come first.</summary>
    private protected abstract int DeltaUnits { get; }

    /// <summary>Working memory a row of the cell, in stretches of <see cref="UnitCount"/> floats.</summary>
    private protected virtual int ScratchUnits => 0;

    /// <summary>The vector of parameter 2 that is added to the input sums.</summary>
    private ReadOnlySpan<float> InputBias(ReadOnlySpan<float> bias) => bias[.._columns];

    /// <inheritdoc/>
    public sealed override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        var x = inputs[0];
        if (x.Rank != 2) throw new ShapeException($"wants sequences [length, width] but the input is {x}. Put an Embedding or a Reshape between them");
        if (x.Width != _inner) throw new ShapeException($"the kernel has {_inner} rows, but each step of the input {x} has {x.Width} numbers");
        if (_options.HasInitialState)
        {
            for (int i = 1; i <= States; i++)
            {
                if (inputs[i].Size != UnitCount) throw new ShapeException($"wants initial states of [{UnitCount}] but was given {inputs[i]}");
            }
        }
        if (_options.IsMasked && inputs[^1].Size != x[0]) throw new ShapeException($"wants a mask of [{x[0]}] but was given {inputs[^1]}");
        return _options.ReturnSequences ? new Shape(x[0], UnitCount) : new Shape(UnitCount);
    }

    /// <inheritdoc/>
    public sealed override bool IsDifferentiable(int input) => input < (_options.HasInitialState ? 1 + States : 1);

    /// <inheritdoc/>
    public sealed override int TapeSize(NodeShapes shapes) => LengthOf(shapes) * TapeStride;

    /// <inheritdoc/>
    public sealed override int DeltaSize(NodeShapes shapes) => LengthOf(shapes) * DeltaStride;

    /// <inheritdoc/>
    public sealed override int ScratchSize(NodeShapes shapes, int rows) => ((rows * (States + ScratchUnits + (DropsState ? 2 : 0))) + 1) * UnitCount;

    /// <inheritdoc/>
    public sealed override int Units(NodeShapes shapes) => ColumnBlocks * (InnerBlocks(_inner) + InnerBlocks(UnitCount));

    /// <inheritdoc/>
    public sealed override long Work(NodeShapes shapes) => 2L * LengthOf(shapes) * _columns * (_inner + UnitCount);

    /// <inheritdoc/>
    public sealed override void Forward(in ForwardPass pass)
    {
        int rows = pass.Rows;
        int length = LengthOf(pass.Shapes);
        var tape = pass.Tape;
        var output = pass.Output;
        var mask = _options.IsMasked ? pass.Input(pass.Shapes.Inputs.Count - 1) : [];
        var zeros = pass.Scratch[..UnitCount];
        zeros.Clear();
        var working = pass.Scratch.Slice(UnitCount, rows * ScratchUnits * UnitCount);
        var factors = DropsState ? pass.Scratch.Slice((1 + (rows * ScratchUnits)) * UnitCount, rows * UnitCount) : [];
        DrawFactors(pass.Random, pass.FirstRow, pass.Training, factors);
        bool stepwise = rows >= RowsForSteps;
        if (!stepwise) InputProduct(pass, 0, _inner, TapeStride, rows * length);
        for (int row = 0; row < rows; row++)
        {
            int first = ((row * length) + TimeOf(0, length)) * TapeStride;
            StateRow(pass, 1, row, zeros).CopyTo(tape[first..]);
        }
        for (int step = 0; step < length; step++)
        {
            int time = TimeOf(step, length);
            bool isLast = step == length - 1;
            if (stepwise) InputProduct(pass, time, length * _inner, length * TapeStride, rows);
            for (int row = 0; row < rows && DropsState; row++)
            {
                var at = tape.Slice(((row * length) + time) * TapeStride, TapeStride);
                Elementwise.Multiply(at[..UnitCount], factors.Slice(row * UnitCount, UnitCount), at.Slice(SeenOffset, UnitCount));
            }
            ForwardProducts(pass, tape[(time * TapeStride)..], length * TapeStride, working);
            for (int row = 0; row < rows; row++)
            {
                var at = tape.Slice(((row * length) + time) * TapeStride, TapeStride);
                var before = step > 0 ? tape.Slice(((row * length) + TimeOf(step - 1, length)) * TapeStride, TapeStride) : [];
                int outputRow = _options.ReturnSequences ? (row * length) + OutputOf(step, time) : row;
                var result = isLast || _options.ReturnSequences ? output.Slice(outputRow * UnitCount, UnitCount) : [];
                var next = isLast ? result : tape.Slice(((row * length) + TimeOf(step + 1, length)) * TapeStride, UnitCount);
                var cellBefore = States < 2 ? [] : step > 0 ? CellOf(before) : StateRow(pass, 2, row, zeros);
                if (mask.IsEmpty || mask[(row * length) + time] != 0)
                {
                    CellForward(at, cellBefore, next, working.Slice(row * ScratchUnits * UnitCount, ScratchUnits * UnitCount));
                }
                else
                {
                    at[..UnitCount].CopyTo(next);
                    if (States > 1) cellBefore.CopyTo(at.Slice(CellOffset, UnitCount));
                }
                if (!isLast && _options.ReturnSequences) next.CopyTo(result);
            }
        }
    }

    /// <inheritdoc/>
    public sealed override void Backward(in BackwardPass pass)
    {
        int rows = pass.Rows;
        int length = LengthOf(pass.Shapes);
        int units = UnitCount;
        var tape = pass.Tape;
        var delta = pass.Delta;
        var outputGradient = pass.OutputGradient;
        var mask = _options.IsMasked ? pass.Input(pass.Shapes.Inputs.Count - 1) : [];
        var scratch = pass.Scratch;
        var zeros = scratch[..units];
        var stateGradient = scratch.Slice(units, rows * units);
        var cellGradient = scratch.Slice(units + (rows * units), (States - 1) * rows * units);
        var working = scratch.Slice(units + (States * rows * units), rows * ScratchUnits * units);
        var factors = DropsState ? scratch.Slice(units + ((States + ScratchUnits) * rows * units), rows * units) : [];
        var seenGradient = DropsState ? scratch.Slice(units + ((States + ScratchUnits + 1) * rows * units), rows * units) : stateGradient;
        DrawFactors(pass.Random, pass.FirstRow, training: true, factors);
        zeros.Clear();
        stateGradient.Clear();
        cellGradient.Clear();
        if (!_options.ReturnSequences) outputGradient.CopyTo(stateGradient);
        bool stepwise = rows >= RowsForSteps;
        for (int step = length - 1; step >= 0; step--)
        {
            int time = TimeOf(step, length);
            for (int row = 0; row < rows; row++)
            {
                var state = stateGradient.Slice(row * units, units);
                if (_options.ReturnSequences) Elementwise.AddTo(outputGradient.Slice(((row * length) + OutputOf(step, time)) * units, units), state);
                var gates = delta.Slice(((row * length) + time) * DeltaStride, DeltaStride);
                var own = working.Slice(row * ScratchUnits * units, ScratchUnits * units);
                if (!mask.IsEmpty && mask[(row * length) + time] == 0)
                {
                    gates.Clear();
                    own.Clear();
                    continue;
                }
                var at = tape.Slice(((row * length) + time) * TapeStride, TapeStride);
                var cellBefore = States < 2 ? [] : step > 0 ? CellOf(tape.Slice(((row * length) + TimeOf(step - 1, length)) * TapeStride, TapeStride)) : StateRow(pass, 2, row, zeros);
                CellBackward(at, cellBefore, state, States < 2 ? [] : cellGradient.Slice(row * units, units), gates, own);
            }
            if (DropsState) seenGradient.Clear();
            BackwardProducts(pass, time, delta[(time * DeltaStride)..], length * DeltaStride, seenGradient, working);
            if (DropsState) Elementwise.MultiplyAddTo(seenGradient, factors, stateGradient);
            if (stepwise) InputGradient(pass, time, length * DeltaStride, length * _inner, rows);
        }
        if (!stepwise) InputGradient(pass, 0, DeltaStride, _inner, rows * length);
        if (!_options.HasInitialState) return;
        GiveState(pass, 1, stateGradient);
        if (States > 1) GiveState(pass, 2, cellGradient);
    }

    /// <inheritdoc/>
    public sealed override void ParameterGradient(in ParameterPass pass)
    {
        int items = pass.Rows * LengthOf(pass.Shapes);
        int inputBlocks = InnerBlocks(_inner);
        int blocks = inputBlocks + InnerBlocks(UnitCount);
        for (int unit = pass.FirstUnit; unit < pass.FirstUnit + pass.Units; unit++)
        {
            int block = unit % blocks;
            int firstColumn = unit / blocks * ColumnBlock;
            int columns = Math.Min(ColumnBlock, _columns - firstColumn);
            if (block < inputBlocks)
            {
                int first = block * InnerBlock;
                MatMul.MultiplyTransposed(pass.Input(0), _inner, pass.Delta, DeltaStride, pass.Gradient(0), _columns,
                    items, first, Math.Min(InnerBlock, _inner - first), firstColumn, columns, pass.Accumulates(0));
                if (_hasBias && block == 0) BiasGradient(pass, items, firstColumn, columns);
            }
            else
            {
                int first = (block - inputBlocks) * InnerBlock;
                RecurrentGradient(pass, items, first, Math.Min(InnerBlock, UnitCount - first), firstColumn, columns);
            }
        }
    }

    /// <summary>Floats from one step of the tape to the next.</summary>
    private protected int TapeStride => Unaliased((TapeUnits + (DropsState ? 1 : 0)) * UnitCount);

    /// <summary>Where the state that the recurrent product sees lies in a step of the tape: the state before, or what dropout leaves of it.</summary>
    private protected int SeenOffset => DropsState ? TapeUnits * UnitCount : 0;

    /// <summary>Floats from one step of the delta to the next.</summary>
    private protected int DeltaStride => Unaliased(DeltaUnits * UnitCount);

    /// <summary>Where the cell state lies in a step of the tape.</summary>
    private protected virtual int CellOffset => 0;

    /// <summary>Adds the recurrent sums of one step, of the state at <see cref="SeenOffset"/>, to what the tape holds, for all rows of the block; the stride is that between rows.</summary>
    private protected abstract void ForwardProducts(in ForwardPass pass, Span<float> tape, int stride, Span<float> scratch);

    /// <summary>One row and step: from the sums on the tape and the state before to the next state.</summary>
    private protected abstract void CellForward(Span<float> tape, ReadOnlySpan<float> cellBefore, Span<float> next, Span<float> scratch);

    /// <summary>One row and step: from the gradient of the state to those of the sums; leaves in <paramref name="state"/> what goes directly to the state before.</summary>
    private protected abstract void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> cellBefore, Span<float> state, Span<float> cell, Span<float> delta, Span<float> scratch);

    /// <summary>Adds to the gradient of the seen state what goes through the recurrent sums, for all rows of the block.</summary>
    private protected abstract void BackwardProducts(in BackwardPass pass, int time, Span<float> delta, int stride, Span<float> state, Span<float> scratch);

    /// <summary>Part of the recurrent kernel's gradient.</summary>
    private protected virtual void RecurrentGradient(in ParameterPass pass, int items, int firstInner, int inner, int firstColumn, int columns)
        => MatMul.MultiplyTransposed(pass.Tape[SeenOffset..], TapeStride, pass.Delta, DeltaStride, pass.Gradient(1), _columns, items, firstInner, inner, firstColumn, columns, pass.Accumulates(1));

    /// <summary>Part of the bias's gradient.</summary>
    private protected virtual void BiasGradient(in ParameterPass pass, int items, int firstColumn, int columns)
        => Reductions.ColumnSums(pass.Delta, DeltaStride, items, firstColumn, columns, pass.Gradient(2), pass.Accumulates(2));

    private void InputProduct(in ForwardPass pass, int time, int inputStride, int tapeStride, int items)
        => MatMul.Multiply(pass.Input(0)[(time * _inner)..], inputStride, pass.Packed(0), _hasBias ? InputBias(pass.Parameter(2)) : [],
            pass.Tape[((time * TapeStride) + UnitCount)..], tapeStride, items, _inner, _columns, accumulate: false);

    private void InputGradient(in BackwardPass pass, int time, int deltaStride, int inputStride, int items)
    {
        if (!pass.Wants(0)) return;
        MatMul.Multiply(pass.Delta[(time * DeltaStride)..], deltaStride, pass.Packed(1), [], pass.InputGradient(0)[(time * _inner)..], inputStride, items, _columns, _inner, pass.Accumulates(0));
    }

    private static void GiveState(in BackwardPass pass, int input, ReadOnlySpan<float> gradient)
    {
        if (!pass.Wants(input)) return;
        if (pass.Accumulates(input)) Elementwise.AddTo(gradient, pass.InputGradient(input));
        else gradient.CopyTo(pass.InputGradient(input));
    }

    private ReadOnlySpan<float> StateRow(in ForwardPass pass, int input, int row, ReadOnlySpan<float> zeros)
        => _options.HasInitialState ? pass.Input(input).Slice(row * UnitCount, UnitCount) : zeros;

    private ReadOnlySpan<float> StateRow(in BackwardPass pass, int input, int row, ReadOnlySpan<float> zeros)
        => _options.HasInitialState ? pass.Input(input).Slice(row * UnitCount, UnitCount) : zeros;

    private void DrawFactors(in RandomStream random, int firstRow, bool training, Span<float> factors)
    {
        float kept = !training ? 1 : _options.Dropout < 1 ? (float)(1 / (1 - _options.Dropout)) : 0;
        ulong first = (ulong)firstRow * (ulong)UnitCount;
        for (int i = 0; i < factors.Length; i++) factors[i] = training && random.Uniform(first + (ulong)i) < _options.Dropout ? 0 : kept;
    }

    private ReadOnlySpan<float> CellOf(ReadOnlySpan<float> tape) => tape.Slice(CellOffset, UnitCount);

    private bool DropsState => _options.Dropout > 0;

    private int TimeOf(int step, int length) => _options.Backwards ? length - 1 - step : step;

    private int OutputOf(int step, int time) => _options.InTimeOrder ? time : step;

    private int ColumnBlocks => (_columns + ColumnBlock - 1) / ColumnBlock;

    private static int LengthOf(NodeShapes shapes) => shapes.Inputs[0][0];

    private static int InnerBlocks(int inner) => (inner + InnerBlock - 1) / InnerBlock;

    private static int Unaliased(int stride) => stride % AliasingStride == 0 ? stride + 16 : stride;
}
