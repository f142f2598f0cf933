using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Engine.Execution;

/// <summary>Inner products of the outputs' gradients of a dense layer from the rows of the batch, without the gradients.</summary>
/// <remarks>
/// With inputs X [rows, in] and the gradient Dᵢ [rows, out] of the layer's result for output i, the gradient of the kernel is Xᵀ·Dᵢ, and the inner product of two of them Σ over Dᵢ × (S·Dⱼ) with S = X·Xᵀ: sums over pairs of
/// rows in place of pairs of weights. That of the biases is the inner product of the column sums of Dᵢ and Dⱼ. Matrix products in single precision, the sums at the end in double.
/// Cost 2·rows²·in + 2·outputs·rows²·out, where forming the gradients takes 2·outputs·rows·in·out: cheaper for batches smaller than the layer is wide.
/// Each product is one item of work, so the bits do not depend on the number of workers. Nothing is allocated after it is made.
/// </remarks>
internal sealed class RowProducts : ITeamWork
{
    private const long LeastParallelWork = 200_000;

    private readonly Executor _executor;
    private readonly SweepPlan _plan;
    private readonly NodePlan[] _nodes;
    private readonly int _outputs;
    private readonly float[][] _products;                      // S of each node
    private readonly float[][] _columnSums;                    // of each node [outputs, out]
    private readonly float[][] _packed;                        // of each worker
    private readonly float[][] _moved;                         // of each worker: S·Dⱼ
    private readonly double[][] _gramians;                     // of each node's kernel
    private bool _second;

    public RowProducts(Executor executor, SweepPlan plan, int outputs)
    {
        (_executor, _plan, _outputs) = (executor, plan, outputs);
        _nodes = [.. executor.Plan.NodePlans.Where(n => plan.FormOf(n) == GradientForm.ByRows)];
        int rows = executor.Capacity;
        _products = [.. _nodes.Select(_ => new float[rows * rows])];
        _columnSums = [.. _nodes.Select(n => new float[outputs * n.Node.Shape.Size])];
        _gramians = [.. _nodes.Select(_ => new double[outputs * outputs])];
        int packed = _nodes.Select(n => MatMul.PackedLength(n.Inputs[0].Node.Shape.Size, rows)).DefaultIfEmpty(0).Max(), moved = _nodes.Select(n => rows * n.Node.Shape.Size).DefaultIfEmpty(0).Max();
        _packed = [.. Enumerable.Range(0, executor.Team.Workers).Select(_ => new float[packed])];
        _moved = [.. Enumerable.Range(0, executor.Team.Workers).Select(_ => new float[moved])];
    }

    /// <summary>Forms the products of all such layers.</summary>
    public void Form()
    {
        if (_nodes.Length == 0) return;
        Run(second: false, _nodes.Length);
        Run(second: true, _nodes.Length * _outputs);
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
        if (_second) Multiply(item / _outputs, item % _outputs, worker);
        else MultiplyRows(item, worker);
    }

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

    private void MultiplyRows(int g, int worker)
    {
        var node = _nodes[g];
        int rows = _executor.BatchRows, inner = node.Inputs[0].Node.Shape.Size, columns = node.Node.Shape.Size;
        var x = _executor.AllRows(node.Inputs[0].Value);
        var packed = _packed[worker].AsSpan(0, MatMul.PackedLength(inner, rows));
        MatMul.PackTransposed(x, inner, inner, rows, packed, 0, MatMul.PanelCount(rows));
        MatMul.Multiply(x, inner, packed, [], _products[g].AsSpan(0, rows * rows), rows, rows, inner, rows, accumulate: false);
        if (((Affine)node.Operation).Bias is null) return;
        for (int k = 0; k < _outputs; k++)
        {
            var sums = _columnSums[g].AsSpan(k * columns, columns);
            if (Reaches(node, k)) Reductions.ColumnSums(_plan.Planes!.AllRows(node, k), columns, rows, 0, columns, sums, accumulate: false);
            else sums.Clear();
        }
    }

    private void Multiply(int g, int j, int worker)
    {
        var node = _nodes[g];
        var gramian = _gramians[g];
        bool reaches = Reaches(node, j);
        int rows = _executor.BatchRows, columns = node.Node.Shape.Size;
        var moved = _moved[worker].AsSpan(0, rows * columns);
        // S is its own transpose.
        if (reaches) MatMul.MultiplyTransposed(_products[g].AsSpan(0, rows * rows), rows, _plan.Planes!.AllRows(node, j), columns, moved, columns, rows, 0, rows, 0, columns, accumulate: false);
        for (int i = 0; i <= j; i++)
        {
            gramian[(i * _outputs) + j] = gramian[(j * _outputs) + i] = reaches && Reaches(node, i) ? Reductions.DotByFours(_plan.Planes!.AllRows(node, i), moved) : 0;
        }
    }

    private bool Reaches(NodePlan node, int output) => _plan.Sweeps[output].Wants[node.Index];
}
