using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Operations;

/// <summary>What the recurrent operations have in common: the walk over time, masks, initial states, products with the input and the sums for the parameters.</summary>
/// <remarks>
/// <para>Input [length, in]; output [units] or [length, units]. All rows of a block step together, so that a step is a product of matrices. The tape holds a stretch of equal length for
/// every row and step, in the order of time; it begins with the state before the step, so the gradients of both kernels are sums of products over rows and steps. Backward leaves its delta on the tape, in place of the gates: a third less memory to
/// go through. Only where it runs for several outputs, one after the other, has the delta memory of its own.</para>
/// <para>A masked step leaves the states as they are, and its output is the state. Nothing is computed for it: the rows that keep a step are put side by side and the products take these
/// alone, whether padding stands at the end, at the beginning or in between; its places on the tape are not written. Differs from Keras: before the first kept step the output is the
/// initial state, not always zero; without initial states that is the same.</para>
/// </remarks>
public abstract class Recurrence : Operation
{
    private const int InnerBlock = 128;
    private const int ColumnBlock = 8 * MatMul.WidestPanel;
    // Products with the input take so many rows at once, of several steps if need be: fewer would read the weights too often, and more leave the cache before the steps want their sums.
    private const int ProductRows = 64;
    // Rows and steps that the sums for the parameters gather at once; both operands stay in the second cache.
    private const int GatheredItems = 256;
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

    /// <summary>Stretches of <see cref="UnitCount"/> floats that the tape holds of a step; the state before comes first.</summary>
    private protected abstract int TapeUnits { get; }

    /// <summary>Stretches of <see cref="UnitCount"/> floats that backward leaves of a step; the gradients of the sums of inputs come first.</summary>
    private protected abstract int DeltaUnits { get; }

    /// <summary>Working memory a row of the cell, in stretches of <see cref="UnitCount"/> floats.</summary>
    private protected virtual int OwnUnits => 0;

    /// <summary>The column of the recurrent kernel from which on its gradient has other sources.</summary>
    private protected virtual int OtherColumn => _columns;

    /// <summary>Where in a step of the tape the left operand of these columns' gradient lies.</summary>
    private protected virtual int OtherState => SeenOffset;

    /// <summary>How much further on in a step of the delta the right operand of these columns' gradient lies.</summary>
    private protected virtual int OtherDelta => 0;

    /// <summary>Where in the bias that of the recurrent sums begins, if there is one; it shares the right operands of the recurrent kernel.</summary>
    private protected virtual int RecurrentBias => -1;

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
    public sealed override bool WantsTapeInInference => false;

    /// <inheritdoc/>
    public sealed override int DeltaSize(NodeShapes shapes) => LengthOf(shapes) * DeltaStride;

    /// <inheritdoc/>
    public sealed override bool PutsDeltaOnTape => true;

    /// <inheritdoc/>
    public sealed override int ScratchSize(NodeShapes shapes, int rows)
    {
        int walk = Rounded(States * rows * UnitCount) + (3 * Rounded(rows * UnitCount)) + Rounded(rows * OwnStride)
            + Rounded(TapeStride)
            + Rounded(ProductItems(rows) * InputStride) + Rounded(ProductItems(rows) * Math.Max(SumStride, DeltaStride));
        return Math.Max(walk, KeptSums.ScratchSize(GatheredItems, InnerBlock, ColumnBlock));
    }

    /// <inheritdoc/>
    public sealed override int Units(NodeShapes shapes) => ColumnBlocks * (InnerBlocks(_inner) + InnerBlocks(UnitCount));

    /// <inheritdoc/>
    public sealed override long Work(NodeShapes shapes) => 2L * LengthOf(shapes) * _columns * (_inner + UnitCount);

    /// <inheritdoc/>
    public sealed override void Forward(in ForwardPass pass)
    {
        int rows = pass.Rows, length = LengthOf(pass.Shapes), units = UnitCount;
        var mask = _options.IsMasked ? pass.Input(pass.Shapes.Inputs.Count - 1) : [];
        var rest = pass.Scratch;
        var states = Take(ref rest, States * rows * units);
        var factors = Take(ref rest, DropsState ? rows * units : 0);
        var seen = Take(ref rest, rows * units);
        var own = Take(ref rest, rows * OwnStride);
        var unkept = Take(ref rest, TapeStride);
        int most = ProductItems(rows);
        var x = Take(ref rest, most * InputStride);
        var sums = Take(ref rest, most * SumStride);
        var input = pass.Input(0);
        var output = pass.Output;
        Span<int> kept = stackalloc int[rows];
        DrawFactors(pass.Random, pass.FirstRow, pass.Training, factors);
        states.Clear();
        for (int i = 0; i < States && _options.HasInitialState; i++) pass.Input(1 + i).CopyTo(states[(i * rows * units)..]);
        for (int step = 0; step < length;)
        {
            // Sums of inputs for as many steps as fit.
            int first = step, items = 0;
            for (; step < length; step++)
            {
                int time = TimeOf(step, length), count = KeptRows(mask, time, length, kept);
                if (items + count > most) break;
                for (int i = 0; i < count; i++) input.Slice(((kept[i] * length) + time) * _inner, _inner).CopyTo(x[((items + i) * InputStride)..]);
                items += count;
            }
            MatMul.Multiply(x, InputStride, pass.Packed(0), _hasBias ? pass.Parameter(2)[.._columns] : [], sums, SumStride, items, _inner, _columns, accumulate: false);
            for (int s = first, item = 0; s < step; s++)
            {
                int time = TimeOf(s, length), count = KeptRows(mask, time, length, kept);
                if (count > 0) StepForward(pass, time, kept[..count], sums[(item * SumStride)..], states, seen, own, factors, unkept);
                item += count;
                if (!_options.ReturnSequences) continue;
                for (int row = 0; row < rows; row++) states.Slice(row * units, units).CopyTo(output[(((row * length) + OutputOf(s, time)) * units)..]);
            }
        }
        if (!_options.ReturnSequences) states[..(rows * units)].CopyTo(output);
    }

    /// <inheritdoc/>
    public sealed override void Backward(in BackwardPass pass)
    {
        int rows = pass.Rows, length = LengthOf(pass.Shapes), units = UnitCount;
        var mask = _options.IsMasked ? pass.Input(pass.Shapes.Inputs.Count - 1) : [];
        var rest = pass.Scratch;
        var states = Take(ref rest, States * rows * units);
        var factors = Take(ref rest, DropsState ? rows * units : 0);
        var seen = Take(ref rest, rows * units);
        var own = Take(ref rest, rows * OwnStride);
        int most = ProductItems(rows);
        var dx = Take(ref rest, most * InputStride);
        var gates = Take(ref rest, most * DeltaStride);
        var outputGradient = pass.OutputGradient;
        Span<int> kept = stackalloc int[rows];
        Span<int> places = stackalloc int[most];
        DrawFactors(pass.Random, pass.FirstRow, training: true, factors);
        states.Clear();
        if (!_options.ReturnSequences) outputGradient.CopyTo(states);
        if (_options.IsMasked && pass.Wants(0) && !pass.Accumulates(0)) ClearMasked(mask, pass.InputGradient(0));
        int items = 0;
        for (int step = length - 1; step >= 0; step--)
        {
            int time = TimeOf(step, length), count = KeptRows(mask, time, length, kept);
            for (int row = 0; row < rows && _options.ReturnSequences; row++)
            {
                Elementwise.AddTo(outputGradient.Slice(((row * length) + OutputOf(step, time)) * units, units), states.Slice(row * units, units));
            }
            if (count == 0) continue;
            if (items + count > most)
            {
                InputGradient(pass, places[..items], gates, dx);
                items = 0;
            }
            for (int i = 0; i < count; i++) places[items + i] = (kept[i] * length) + time;
            StepBackward(pass, kept[..count], places.Slice(items, count), gates[(items * DeltaStride)..], states, seen, own, factors);
            items += count;
        }
        InputGradient(pass, places[..items], gates, dx);
        for (int i = 0; i < States && _options.HasInitialState; i++) GiveState(pass, 1 + i, states.Slice(i * rows * units, rows * units));
    }

    /// <inheritdoc/>
    public sealed override void ParameterGradient(in ParameterPass pass)
    {
        Span<int> places = stackalloc int[GatheredItems];
        var mask = _options.IsMasked ? pass.Input(pass.Shapes.Inputs.Count - 1) : [];
        var sums = new KeptSums(mask, pass.Rows * LengthOf(pass.Shapes), places, pass.Scratch);
        // Units of the same columns share their right operand.
        int blocks = InnerBlocks(_inner) + InnerBlocks(UnitCount), end = pass.FirstUnit + pass.Units;
        for (int unit = pass.FirstUnit; unit < end;)
        {
            int first = unit % blocks, count = Math.Min(end - unit, blocks - first);
            ColumnGradient(pass, ref sums, unit / blocks * ColumnBlock, first, first + count);
            unit += count;
        }
    }

    /// <summary>Floats from one step of the tape to the next.</summary>
    private protected int TapeStride => Unaliased((TapeUnits + (DropsState ? 1 : 0)) * UnitCount);

    /// <summary>Where the state that the recurrent product sees lies in a step of the tape: the state before, or what dropout leaves of it.</summary>
    private protected int SeenOffset => DropsState ? TapeUnits * UnitCount : 0;

    /// <summary>Floats from one step of the delta to the next, on the tape and in working memory.</summary>
    private protected int DeltaStride => Unaliased(DeltaUnits * UnitCount);

    /// <summary>Floats from one row of the sums to the next.</summary>
    private protected int SumStride => Unaliased(_columns);

    /// <summary>Floats from one row of the cell's working memory to the next.</summary>
    private protected int OwnStride => Unaliased(OwnUnits * UnitCount);

    /// <summary>Adds the recurrent sums of one step to those of the inputs, or puts them into the cell's working memory, for the rows side by side.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="seen">The states that the product sees, [rows, units].</param>
    /// <param name="sums">Sums of inputs, <see cref="SumStride"/> apart.</param>
    /// <param name="own">Working memory, <see cref="OwnStride"/> apart.</param>
    private protected abstract void ForwardProducts(in ForwardPass pass, int rows, ReadOnlySpan<float> seen, Span<float> sums, Span<float> own);

    /// <summary>One row and step: from the sums and the states before to the next states and the tape.</summary>
    private protected abstract void CellForward(ReadOnlySpan<float> sums, ReadOnlySpan<float> own, Span<float> state, Span<float> cell, Span<float> tape);

    /// <summary>One row and step: from the gradient of the states to those of the sums; leaves in <paramref name="state"/> what goes directly to the state before.</summary>
    private protected abstract void CellBackward(ReadOnlySpan<float> tape, ReadOnlySpan<float> seen, Span<float> state, Span<float> cell, Span<float> delta, Span<float> own);

    /// <summary>Adds to the gradient of the seen states [rows, units] what goes through the recurrent sums, for the rows side by side.</summary>
    private protected abstract void BackwardProducts(in BackwardPass pass, int rows, Span<float> delta, Span<float> own, Span<float> state);

    // In inference there is no tape: every row writes to the same place, which nobody reads.
    private void StepForward(in ForwardPass pass, int time, ReadOnlySpan<int> kept, Span<float> sums, Span<float> states, Span<float> seen, Span<float> own, ReadOnlySpan<float> factors, Span<float> unkept)
    {
        int units = UnitCount, length = LengthOf(pass.Shapes);
        bool asTheyLie = kept.Length == pass.Rows && !DropsState;
        for (int i = 0; i < kept.Length && !asTheyLie; i++)
        {
            var state = states.Slice(kept[i] * units, units);
            if (DropsState) Elementwise.Multiply(state, factors.Slice(kept[i] * units, units), seen.Slice(i * units, units));
            else state.CopyTo(seen[(i * units)..]);
        }
        var before = asTheyLie ? states : seen;
        ForwardProducts(pass, kept.Length, before, sums, own);
        var tape = pass.Tape;
        for (int i = 0; i < kept.Length; i++)
        {
            var at = tape.IsEmpty ? unkept : tape.Slice(((kept[i] * length) + time) * TapeStride, TapeStride);
            if (DropsState) seen.Slice(i * units, units).CopyTo(at[SeenOffset..]);
            CellForward(sums.Slice(i * SumStride, _columns), own.Slice(i * OwnStride, OwnUnits * units),
                states.Slice(kept[i] * units, units), CellOf(states, pass.Rows, kept[i]), at[..(TapeUnits * units)]);
        }
    }

    private void StepBackward(in BackwardPass pass, ReadOnlySpan<int> kept, ReadOnlySpan<int> places, Span<float> gates, Span<float> states, Span<float> seen, Span<float> own, ReadOnlySpan<float> factors)
    {
        int units = UnitCount;
        var tape = pass.Tape;
        var deltas = pass.Delta;
        var (first, stride) = DeltaPlace(pass.DeltaIsTape);
        for (int i = 0; i < kept.Length; i++)
        {
            var delta = gates.Slice(i * DeltaStride, DeltaUnits * units);
            var at = tape.Slice(places[i] * TapeStride, TapeStride);
            CellBackward(at[..(TapeUnits * units)], at.Slice(SeenOffset, units), states.Slice(kept[i] * units, units), CellOf(states, pass.Rows, kept[i]), delta, own.Slice(i * OwnStride, OwnUnits * units));
        }
        bool asTheyLie = kept.Length == pass.Rows && !DropsState;
        for (int i = 0; i < kept.Length && !asTheyLie; i++)
        {
            if (DropsState) seen.Slice(i * units, units).Clear();
            else states.Slice(kept[i] * units, units).CopyTo(seen[(i * units)..]);
        }
        BackwardProducts(pass, kept.Length, gates, own, asTheyLie ? states : seen);
        for (int i = 0; i < kept.Length; i++)
        {
            gates.Slice(i * DeltaStride, DeltaUnits * units).CopyTo(deltas[((places[i] * stride) + first)..]);
            if (asTheyLie) continue;
            var state = states.Slice(kept[i] * units, units);
            if (DropsState) Elementwise.MultiplyAddTo(seen.Slice(i * units, units), factors.Slice(kept[i] * units, units), state);
            else seen.Slice(i * units, units).CopyTo(state);
        }
    }

    private void InputGradient(in BackwardPass pass, ReadOnlySpan<int> places, ReadOnlySpan<float> gates, Span<float> dx)
    {
        if (!pass.Wants(0)) return;
        var gradient = pass.InputGradient(0);
        bool adds = pass.Accumulates(0);
        for (int i = 0; i < places.Length && adds; i++) gradient.Slice(places[i] * _inner, _inner).CopyTo(dx[(i * InputStride)..]);
        MatMul.Multiply(gates, DeltaStride, pass.Packed(1), [], dx, InputStride, places.Length, _columns, _inner, adds);
        for (int i = 0; i < places.Length; i++) dx.Slice(i * InputStride, _inner).CopyTo(gradient[(places[i] * _inner)..]);
    }

    private void ClearMasked(ReadOnlySpan<float> mask, Span<float> gradient)
    {
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] == 0) gradient.Slice(i * _inner, _inner).Clear();
        }
    }

    // Some columns of the blocks first .. end: those of the input's kernel come first, then those of the recurrent one.
    private void ColumnGradient(in ParameterPass pass, ref KeptSums sums, int firstColumn, int first, int end)
    {
        int inputBlocks = InnerBlocks(_inner), columns = Math.Min(ColumnBlock, _columns - firstColumn), before = Math.Clamp(OtherColumn - firstColumn, 0, columns);
        var (place, stride) = DeltaPlace(pass.DeltaIsTape);
        var deltas = pass.Delta[place..];
        sums.Begin();
        while (sums.Next())
        {
            bool taken = first < inputBlocks;
            if (taken)
            {
                sums.TakeRight(deltas[firstColumn..], stride, columns);
                for (int block = first; block < Math.Min(end, inputBlocks); block++) AddBlock(pass, sums, 0, block, pass.Input(0), _inner, _inner, firstColumn);
                if (_hasBias && first == 0) sums.AddRight(pass.Gradient(2).Slice(firstColumn, columns), sums.Accumulates || pass.Accumulates(2));
            }
            if (end <= inputBlocks) continue;
            // Gradients of the sums of inputs are those of the recurrent sums too, up to the other columns.
            if (before > 0)
            {
                if (!taken || before < columns) sums.TakeRight(deltas[firstColumn..], stride, before);
                RecurrentGradient(pass, sums, first - inputBlocks, end - inputBlocks, firstColumn, before, SeenOffset);
            }
            if (before == columns) continue;
            sums.TakeRight(deltas[(firstColumn + before + OtherDelta)..], stride, columns - before);
            RecurrentGradient(pass, sums, first - inputBlocks, end - inputBlocks, firstColumn + before, columns - before, OtherState);
        }
    }

    private void RecurrentGradient(in ParameterPass pass, in KeptSums sums, int first, int end, int firstColumn, int columns, int stateOffset)
    {
        for (int block = Math.Max(first, 0); block < end; block++) AddBlock(pass, sums, 1, block, pass.Tape[stateOffset..], TapeStride, UnitCount, firstColumn);
        if (_hasBias && RecurrentBias >= 0 && first <= 0) sums.AddRight(pass.Gradient(2).Slice(RecurrentBias + firstColumn, columns), sums.Accumulates || pass.Accumulates(2));
    }

    private void AddBlock(in ParameterPass pass, in KeptSums sums, int parameter, int block, ReadOnlySpan<float> x, int stride, int inner, int firstColumn)
    {
        int first = block * InnerBlock;
        sums.Add(x[first..], stride, Math.Min(InnerBlock, inner - first), pass.Gradient(parameter)[((first * _columns) + firstColumn)..], _columns, sums.Accumulates || pass.Accumulates(parameter));
    }

    // The rows of the block that a step keeps.
    private static int KeptRows(ReadOnlySpan<float> mask, int time, int length, Span<int> kept)
    {
        int count = 0;
        for (int row = 0; row < kept.Length; row++)
        {
            if (mask.IsEmpty || mask[(row * length) + time] != 0) kept[count++] = row;
        }
        return count;
    }

    private static void GiveState(in BackwardPass pass, int input, ReadOnlySpan<float> gradient)
    {
        if (!pass.Wants(input)) return;
        if (pass.Accumulates(input)) Elementwise.AddTo(gradient, pass.InputGradient(input));
        else gradient.CopyTo(pass.InputGradient(input));
    }

    private void DrawFactors(in RandomStream random, int firstRow, bool training, Span<float> factors)
    {
        float kept = !training ? 1 : _options.Dropout < 1 ? (float)(1 / (1 - _options.Dropout)) : 0;
        ulong first = (ulong)firstRow * (ulong)UnitCount;
        for (int i = 0; i < factors.Length; i++) factors[i] = training && random.Uniform(first + (ulong)i) < _options.Dropout ? 0 : kept;
    }

    // Where in a step the delta begins, and floats from one step to the next. On the tape it takes the place of the gates, which come after the state before.
    private (int First, int Stride) DeltaPlace(bool isTape) => isTape ? (UnitCount, TapeStride) : (0, DeltaStride);

    // The second state of a row, if there is one.
    private Span<float> CellOf(Span<float> states, int rows, int row) => States < 2 ? [] : states.Slice((rows + row) * UnitCount, UnitCount);

    private static Span<float> Take(ref Span<float> rest, int count)
    {
        var taken = rest[..count];
        rest = rest[Rounded(count)..];
        return taken;
    }

    private bool DropsState => _options.Dropout > 0;

    private int InputStride => Unaliased(_inner);

    private int TimeOf(int step, int length) => _options.Backwards ? length - 1 - step : step;

    private int OutputOf(int step, int time) => _options.InTimeOrder ? time : step;

    private int ColumnBlocks => (_columns + ColumnBlock - 1) / ColumnBlock;

    private static int ProductItems(int rows) => Math.Max(ProductRows, rows);

    private static int LengthOf(NodeShapes shapes) => shapes.Inputs[0][0];

    private static int InnerBlocks(int inner) => (inner + InnerBlock - 1) / InnerBlock;

    // Whole lines of the cache.
    private static int Rounded(int count) => (count + 15) & ~15;

    private static int Unaliased(int stride) => stride > 0 && stride % AliasingStride == 0 ? stride + 16 : stride;
}
