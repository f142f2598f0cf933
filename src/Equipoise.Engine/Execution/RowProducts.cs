using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Engine.Execution;

/// <summary>Inner products of the outputs' gradients of a dense layer from the rows of the batch, without the gradients.</summary>
/// <remarks>
/// With inputs X [rows, in] and the gradient Dᵢ [rows, out] of the layer's result for output i, the gradient of the kernel is Xᵀ·Dᵢ, and the inner product of two of them Σ over Dᵢ × (S·Dⱼ) with S = X·Xᵀ: sums over pairs of
/// rows in place of pairs of weights. S is its own transpose, so half of it is enough: with S = T + Tᵀ, T the part above the diagonal and half of the diagonal, it is Σ over Dᵢ × (Tᵀ·Dⱼ) + Dⱼ × (Tᵀ·Dᵢ).
/// Small batches, and those of many outputs, take the whole of S for one output after the other, for which half of the inner products are enough.
/// That of the biases is the inner product of the column sums of Dᵢ and Dⱼ. Matrix products in single precision, the sums at the end in double.
/// Cost 2·rows²·in / 2 + 2·outputs·rows²·out / 2, where forming the gradients takes 2·outputs·rows·in·out: cheaper for batches smaller than twice the layer's width; and less where the Dᵢ have zeros in common (<see cref="PlaneProducts"/>).
/// The work is cut by 64 columns of T, then by 32 columns of D, or by outputs, always alike, so the bits do not depend on the number of workers. Nothing is allocated after it is made.
/// </remarks>
internal sealed class RowProducts : ITeamWork
{
    private const long LeastParallelWork = 200_000;
    private const int BlockWidth = 2 * MatMul.WidestPanel, ColumnWidth = MatMul.WidestPanel, Line = 16;
    // Half of S is quicker for batches of more rows than a block has and this many for each output.
    private const int RowsOfOutput = 4;

    private readonly Executor _executor;
    private readonly SweepPlan _plan;
    private readonly NodePlan[] _nodes;
    private readonly int _outputs;
    private readonly AlignedFloats[] _triangles;               // T of each node, in panels: by 64 columns, with the rows down to the diagonal; or S as it is
    private readonly float[][] _columnSums;                    // of each node [outputs, out]
    private readonly float[][] _packed;                        // of each worker
    private readonly AlignedFloats[] _moved;                   // of each worker: 64 columns of T, or 32 columns of all D and of all Tᵀ·D, turned
    private readonly double[][] _partials;                     // of each node [chunks of columns, outputs, outputs]
    private readonly double[][] _gramians;                     // of each node's kernel
    private readonly int[] _chunks;                            // where the chunks of each node begin
    private bool _second;
    private bool _halves;

    public RowProducts(Executor executor, SweepPlan plan, int outputs)
    {
        (_executor, _plan, _outputs) = (executor, plan, outputs);
        _nodes = [.. executor.Plan.NodePlans.Where(n => plan.FormOf(n) == GradientForm.ByRows)];
        int rows = executor.Capacity;
        int whole = Math.Min(rows, BlockWidth + (RowsOfOutput * outputs));
        int triangle = Math.Max(PlaceOf(BlocksOf(rows), rows), whole * whole);
        _triangles = [.. _nodes.Select(_ => new AlignedFloats(triangle))];
        _columnSums = [.. _nodes.Select(n => new float[outputs * n.Node.Shape.Size])];
        _partials = [.. _nodes.Select(n => new double[ChunksOf(n) * outputs * outputs])];
        _gramians = [.. _nodes.Select(_ => new double[outputs * outputs])];
        _chunks = new int[_nodes.Length + 1];
        for (int g = 0; g < _nodes.Length; g++) _chunks[g + 1] = _chunks[g] + ChunksOf(_nodes[g]);
        int packed = _nodes.Select(n => MatMul.PackedLength(n.Inputs[0].Node.Shape.Size, BlockWidth)).DefaultIfEmpty(0).Max();
        int moved = _nodes.Length == 0 ? 0 : Math.Max(Math.Max(rows * BlockWidth, 2 * outputs * ColumnWidth * StrideOf(rows)), whole * _nodes.Max(n => n.Node.Shape.Size));
        _packed = [.. Enumerable.Range(0, executor.Team.Workers).Select(_ => new float[packed])];
        _moved = [.. Enumerable.Range(0, executor.Team.Workers).Select(_ => new AlignedFloats(moved))];
    }

    /// <summary>Forms the products of all such layers.</summary>
    public void Form()
    {
        if (_nodes.Length == 0) return;
        int n = _outputs;
        _halves = Halves(_executor.BatchRows);
        Run(second: false, _nodes.Length * (BlocksOf(_executor.BatchRows) + 1));
        Run(second: true, _halves ? _chunks[^1] : _nodes.Length * n);
        if (!_halves) return;
        for (int g = 0; g < _nodes.Length; g++)
        {
            Array.Clear(_gramians[g]);
            for (int p = 0; p < _partials[g].Length; p += n * n)
            {
                for (int i = 0; i < n; i++)
                {
                    for (int j = 0; j < n; j++) _gramians[g][(i * n) + j] += _partials[g][p + (i * n) + j] + _partials[g][p + (j * n) + i];
                }
            }
        }
    }

    /// <summary>Writes what a parameter gives to the Gramian [outputs, outputs]; false if it is of no such layer.</summary>
    public bool TryWrite(Parameter parameter, Span<double> gramian)
    {
        for (int g = 0; g < _nodes.Length; g++)
        {
            var affine = (Affine)_nodes[g].Operation;
            if (affine.Kernel == parameter)
            {
                _gramians[g].CopyTo(gramian);
                return true;
            }
            if (affine.Bias != parameter) continue;
            int width = parameter.Length;
            for (int i = 0; i < _outputs; i++)
            {
                for (int j = 0; j < _outputs; j++) gramian[(i * _outputs) + j] = j < i ? gramian[(j * _outputs) + i] : Reductions.DotByFours(_columnSums[g].AsSpan(i * width, width), _columnSums[g].AsSpan(j * width, width));
            }
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    void ITeamWork.Do(int item, int worker)
    {
        if (!_second)
        {
            int blocks = BlocksOf(_executor.BatchRows);
            if (item < _nodes.Length * blocks) MultiplyRows(item % _nodes.Length, blocks - 1 - (item / _nodes.Length), worker);        // the largest first
            else SumColumns(item - (_nodes.Length * blocks));
            return;
        }
        if (!_halves)
        {
            MultiplyAll(item / _outputs, item % _outputs, worker);
            return;
        }
        int g = 0;
        while (item >= _chunks[g + 1]) g++;
        Multiply(g, item - _chunks[g], worker);
    }

    private static int ChunksOf(NodePlan node) => (node.Node.Shape.Size + ColumnWidth - 1) / ColumnWidth;

    private static int BlocksOf(int rows) => (rows + BlockWidth - 1) / BlockWidth;

    // Numbers of a row of what is turned: no power of two, so that not all rows fall into the same place of a cache.
    private static int StrideOf(int rows) => ((rows + Line - 1) / Line * Line) + (rows > BlockWidth ? Line : 0);

    private bool Halves(int rows) => rows > BlockWidth + (RowsOfOutput * _outputs);

    // Where the panels of some columns of T begin. Columns that are not there are padded.
    private static int PlaceOf(int block, int rows)
    {
        int place = 0;
        for (int b = 0; b < block; b++) place = checked(place + (BlockWidth * DepthOf(b, rows)));
        return place;
    }

    private static int DepthOf(int block, int rows) => Math.Min(rows, (block + 1) * BlockWidth);

    private void Run(bool second, int items)
    {
        _second = second;
        long work = 0;
        foreach (var node in _nodes) work += (long)_executor.BatchRows * _executor.BatchRows * (second ? _outputs * node.Node.Shape.Size : node.Inputs[0].Node.Shape.Size);
        if (work >= LeastParallelWork)
        {
            _executor.Team.Run(this, items);
            return;
        }
        for (int i = 0; i < items; i++) ((ITeamWork)this).Do(i, 0);
    }

    // Some columns of T.
    private void MultiplyRows(int g, int block, int worker)
    {
        int rows = _executor.BatchRows, first = block * BlockWidth, columns = Math.Min(BlockWidth, rows - first), depth = DepthOf(block, rows), inner = _nodes[g].Inputs[0].Node.Shape.Size;
        var x = _executor.AllRows(_nodes[g].Inputs[0].Value);
        var packed = _packed[worker].AsSpan(0, MatMul.PackedLength(inner, columns));
        if (!_halves)
        {
            MatMul.PackTransposed(x[(first * inner)..], inner, inner, columns, packed, 0, MatMul.PanelCount(columns));
            MatMul.Multiply(x, inner, packed, [], _triangles[g].Span[first..], rows, rows, inner, columns, accumulate: false);
            return;
        }
        var products = _moved[worker].Span[..(depth * BlockWidth)];
        MatMul.PackTransposed(x[(first * inner)..], inner, inner, columns, packed, 0, MatMul.PanelCount(columns));
        MatMul.Multiply(x, inner, packed, [], products, BlockWidth, depth, inner, columns, accumulate: false);
        for (int row = first; row < depth; row++)
        {
            products.Slice(row * BlockWidth, row - first).Clear();
            products[(row * BlockWidth) + row - first] /= 2;
        }
        MatMul.Pack(products, BlockWidth, depth, columns, _triangles[g].Span.Slice(PlaceOf(block, rows), MatMul.PackedLength(depth, columns)), 0, MatMul.PanelCount(columns));
    }

    private void SumColumns(int g)
    {
        var node = _nodes[g];
        int columns = node.Node.Shape.Size;
        if (((Affine)node.Operation).Bias is null) return;
        for (int k = 0; k < _outputs; k++)
        {
            var sums = _columnSums[g].AsSpan(k * columns, columns);
            if (Reaches(node, k)) Reductions.ColumnSums(_plan.Planes!.AllRows(node, k), columns, _executor.BatchRows, 0, columns, sums, accumulate: false);
            else sums.Clear();
        }
    }

    // Some columns of all D with those of all Tᵀ·D.
    private void Multiply(int g, int chunk, int worker)
    {
        var node = _nodes[g];
        int rows = _executor.BatchRows, width = node.Node.Shape.Size, first = chunk * ColumnWidth, columns = Math.Min(ColumnWidth, width - first);
        int stride = StrideOf(rows), plane = columns * stride, all = _outputs * plane;
        Span<float> turned = _moved[worker].Span[..all], products = _moved[worker].Span.Slice(all, all);
        for (int i = 0; i < _outputs * columns; i++)
        {
            turned.Slice((i * stride) + rows, stride - rows).Clear();
            products.Slice((i * stride) + rows, stride - rows).Clear();
        }
        for (int k = 0; k < _outputs; k++)
        {
            if (Reaches(node, k)) PlaneProducts.Turn(_plan.Planes!.AllRows(node, k)[first..], width, turned.Slice(k * plane, plane), stride, rows, columns);
            else turned.Slice(k * plane, plane).Clear();
        }
        for (int b = 0; b < BlocksOf(rows); b++)
        {
            int from = b * BlockWidth, count = Math.Min(BlockWidth, rows - from), depth = DepthOf(b, rows);
            PlaneProducts.Multiply(turned, stride, plane, _outputs, _triangles[g].Span.Slice(PlaceOf(b, rows), MatMul.PackedLength(depth, count)), products[from..], stride, plane, columns, depth, count);
        }
        for (int i = 0; i < _outputs; i++) Reductions.DotsByFours(turned.Slice(i * plane, plane), products, plane, _partials[g].AsSpan(((chunk * _outputs) + i) * _outputs, _outputs));
    }

    // All D with S·D of one output.
    private void MultiplyAll(int g, int j, int worker)
    {
        var node = _nodes[g];
        var gramian = _gramians[g];
        bool reaches = Reaches(node, j);
        int rows = _executor.BatchRows, columns = node.Node.Shape.Size;
        var moved = _moved[worker].Span[..(rows * columns)];
        // S is its own transpose.
        if (reaches) MatMul.MultiplyTransposed(_triangles[g].Span[..(rows * rows)], rows, _plan.Planes!.AllRows(node, j), columns, moved, columns, rows, 0, rows, 0, columns, accumulate: false);
        for (int i = 0; i <= j; i++)
        {
            gramian[(i * _outputs) + j] = gramian[(j * _outputs) + i] = reaches && Reaches(node, i) ? Reductions.DotByFours(_plan.Planes!.AllRows(node, i), moved) : 0;
        }
    }

    private bool Reaches(NodePlan node, int output) => _plan.Sweeps[output].Wants[node.Index];
}
