using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Execution;

/// <summary>The gradient of each output by itself, from a backward for each that runs only through nodes which that output reaches; the forward pass is not repeated.</summary>
/// <remarks>
/// Row k of the Jacobian [outputs, <see cref="Length"/>] is the gradient of the shared parameters in scope for the seed of output k alone; an output that does not reach a parameter has zeros there.
/// Gramian G = J Jᵀ, products summed in double (without rows by fours in single precision, these in double): over pieces of a parameter, then over its pieces, then over parameters, so that the bits do not depend on the number of workers.
/// A parameter that one output reaches alone has one gradient, kept beside the rows.
/// If no rows are asked for, they are kept only where that is the cheapest way to the Gramian: dense layers that are wider than the batch has rows give their part without (<see cref="RowProducts"/>), and their gradient, like
/// that of layers of one output alone, is formed once, when the weights are known. The Gramian then agrees with that of the rows to the rounding of single-precision sums over rows.
/// Backward runs through all cotangents at once, node by node, but for plans with recurrent layers, batch normalisation or many numbers a row (images), which are walked once for each output. Memory: outputs × (gradients of nodes, and of the parameters that are held), and the seeds.
/// Needs a plan of <see cref="Mode.EachOutputTraining"/>. Allocates nothing after it is made.
/// </remarks>
public sealed class OutputGradients : ITeamWork
{
    private const int PieceLength = 8192;
    private const int FeaturePiece = 2048;
    // Of the length of a seed: what is smaller adds nothing, but its products turn denormal, which slows a step tenfold where an output's loss is nearly nothing.
    private const double SmallestPart = 1.0 / (1L << 50);
    private const int LargestExponent = 100;                   // what single precision can be scaled by

    private readonly Executor _executor;
    private readonly SweepPlan _plan;
    private readonly int[] _outputs;
    private readonly float[][] _seeds;                         // of all outputs of the plan
    private readonly double[] _sizes;                          // powers of two by which backward's seeds are divided, of all outputs of the plan
    private readonly float[] _smallest;                        // after that: what is smaller is nothing
    private readonly float[][] _watched;
    private readonly List<GradientPiece> _pieces = [];
    private readonly (NodePlan Node, int First)[] _featurePieces;
    private readonly double[] _partials;                       // [shared pieces, outputs, outputs]
    private readonly double[] _gramian;
    private readonly double[][] _gramians;                     // of each parameter in scope
    private readonly double[] _weights;
    private readonly double[] _privateWeights;
    private readonly int _sharedPieces;
    private readonly bool _rows;
    private readonly RowProducts? _rowProducts;
    private readonly GradientCombination _combination;
    private Work _work;
    private OutputGradients? _other;

    private enum Work
    {
        Gramian,
        Features,
    }

    /// <summary>Makes the buffers.</summary>
    /// <param name="executor">What runs; its plan is one of <see cref="Mode.EachOutputTraining"/>.</param>
    /// <param name="outputs">The outputs whose gradients are wanted, by their places in the plan. Parameters that only others reach are left out.</param>
    /// <param name="scope">Of which shared parameters.</param>
    /// <exception cref="NotSupportedException">The scope is the shared features, and layers of one output alone have batch normalisation or are recurrent.</exception>
    /// <param name="rows">Whether the rows themselves are wanted; without them less is kept and computed.</param>
    public OutputGradients(Executor executor, IReadOnlyList<int> outputs, GradientScope scope = GradientScope.AllShared, bool rows = true)
    {
        ArgumentNullException.ThrowIfNull(executor);
        ArgumentNullException.ThrowIfNull(outputs);
        if (executor.Plan.Mode != Mode.EachOutputTraining) throw new ArgumentException($"The plan is for {executor.Plan.Mode}, but running backward for each output wants {Mode.EachOutputTraining}.", nameof(executor));
        if (outputs.Count == 0) throw new ArgumentException("No output is asked for.", nameof(outputs));
        _executor = executor;
        _outputs = [.. outputs];
        _rows = rows;
        _plan = new SweepPlan(executor, outputs, scope, rows);
        _seeds = [.. executor.Plan.OutputPlans.Select(o => new float[o.Gradient.Size * executor.Capacity])];
        _sizes = new double[_seeds.Length];
        _smallest = new float[_seeds.Length];
        Array.Fill(_sizes, 1);
        _watched = [.. executor.Plan.WatchedPlans.Select(o => IsOutput(o) ? [] : new float[o.Gradient.Size * executor.Capacity])];
        for (int p = 0; p < _plan.Shared.Length; p++) AddPieces(p, _plan.Shared[p], _plan.ColumnOf(_plan.Shared[p]), -1);
        _sharedPieces = _pieces.Count;
        foreach (var (parameter, output) in _plan.Private) AddPieces(-1, parameter, _plan.PlaceOf(parameter), output);
        _rowProducts = rows || !_plan.Stacks ? null : new RowProducts(executor, _plan, outputs.Count);
        int n = _outputs.Length * _outputs.Length;
        _featurePieces = [.. _plan.Features.SelectMany(f => Enumerable.Range(0, ((executor.Capacity * f.Node.Shape.Size) + FeaturePiece - 1) / FeaturePiece).Select(i => (f, i * FeaturePiece)))];
        _partials = new double[Math.Max(_sharedPieces, _featurePieces.Length) * n];
        _gramian = new double[n];
        _gramians = [.. _plan.Shared.Select(_ => new double[n])];
        _weights = new double[_outputs.Length];
        _privateWeights = new double[_outputs.Length];
        _combination = new GradientCombination(executor, _plan, _pieces, _weights, _privateWeights);
    }

    /// <summary>How many outputs.</summary>
    public int Outputs => _outputs.Length;

    /// <summary>How many shared numbers are in scope.</summary>
    public int Length => _plan.Columns;

    /// <summary>Shared parameters in scope, in the order of the columns.</summary>
    public IReadOnlyList<Parameter> Parameters => _plan.Shared;

    /// <summary>Whether all shared parameters are in scope, so that <see cref="Combine(ReadOnlySpan{double}, ReadOnlySpan{double}, bool)"/> has all that an update needs.</summary>
    public bool CoversAll => _plan.CoversAll;

    /// <summary>Bytes of gradients and seeds.</summary>
    public long Bytes => (_plan.Planes?.Bytes ?? 0) + sizeof(float) * (_plan.Target.LongLength + _seeds.Sum(s => s.LongLength) + _watched.Sum(s => s.LongLength));

    /// <summary>Gradient of the shared parameters in scope for the i-th output [<see cref="Length"/>].</summary>
    /// <exception cref="InvalidOperationException">It was made without rows.</exception>
    public ReadOnlySpan<float> Row(int i) => !_rows ? throw new InvalidOperationException("The rows of the Jacobian were not asked for when this was made.") : HeldRow(i);

    /// <summary>Inner products of the rows [outputs, outputs], after <see cref="FormGramian"/>.</summary>
    public ReadOnlySpan<double> Gramian => _gramian;

    /// <summary>The part of the Gramian that one parameter in scope gives [outputs, outputs].</summary>
    public ReadOnlySpan<double> GramianOf(int parameter) => _gramians[parameter];

    /// <summary>Copies all seeds, and the gradients of watched nodes, as the evaluation left them.</summary>
    public void KeepSeeds()
    {
        for (int k = 0; k < _seeds.Length; k++)
        {
            var seed = _executor.SeedOf(k);
            seed.CopyTo(_seeds[k]);
            Measure(k, seed);
        }
        for (int w = 0; w < _watched.Length; w++)
        {
            if (_watched[w].Length > 0) _executor.WatchedGradientOf(w).CopyTo(_watched[w]);
        }
    }

    /// <summary>Takes over the seeds that another one kept.</summary>
    public void KeepSeeds(OutputGradients other)
    {
        for (int k = 0; k < _seeds.Length; k++) other._seeds[k].CopyTo(_seeds[k], 0);
        other._sizes.CopyTo(_sizes, 0);
        other._smallest.CopyTo(_smallest, 0);
        for (int w = 0; w < _watched.Length; w++) other._watched[w].CopyTo(_watched[w], 0);
    }

    /// <summary>Puts back the seeds times one weight an output of the plan, and the gradients of watched nodes as they were, for a backward of all outputs.</summary>
    /// <param name="weights">By place in the plan; a weight of 0 clears the seed even where it is not finite. Empty: all 1.</param>
    public void RestoreSeeds(ReadOnlySpan<double> weights = default)
    {
        for (int k = 0; k < _seeds.Length; k++)
        {
            var seed = _executor.SeedOf(k);
            double weight = weights.IsEmpty ? 1 : weights[k];
            if (weight == 0) seed.Clear();
            else if (weight == 1) _seeds[k].AsSpan(0, seed.Length).CopyTo(seed);
            else Elementwise.Scale(_seeds[k].AsSpan(0, seed.Length), (float)weight, seed);
        }
        for (int w = 0; w < _watched.Length; w++)
        {
            if (_watched[w].Length > 0) _watched[w].AsSpan(0, _executor.WatchedGradientOf(w).Length).CopyTo(_executor.WatchedGradientOf(w));
        }
    }

    /// <summary>Runs backward once for each output, from the seeds that were kept.</summary>
    public void Run() => Run(0, _executor.BatchRows);

    /// <summary>Runs backward once for each output, from the seeds of some rows of the batch alone; those of the others count as zero.</summary>
    public void Run(int firstRow, int rows)
    {
        if (_plan.Stacks)
        {
            RunStacked(firstRow, rows);
            return;
        }
        for (int i = 0; i < _outputs.Length; i++)
        {
            for (int k = 0; k < _seeds.Length; k++)
            {
                var seed = _executor.SeedOf(k);
                seed.Clear();
                if (k != _outputs[i]) continue;
                int size = seed.Length / _executor.BatchRows;
                CopySeed(k, firstRow * size, seed.Slice(firstRow * size, rows * size));
            }
            for (int w = 0; w < _watched.Length; w++)
            {
                if (_watched[w].Length > 0) _executor.WatchedGradientOf(w).Clear();
            }
            _executor.RunSweep(_plan.Sweeps[i]);
        }
    }

    /// <summary>Forms <see cref="Gramian"/>, and that of each parameter.</summary>
    public void FormGramian()
    {
        int n = _gramian.Length;
        Array.Clear(_gramian);
        if (_plan.Features.Length > 0)
        {
            RunPieces(Work.Features, _featurePieces.Length, null);
            for (int f = 0; f < _featurePieces.Length * n; f++) _gramian[f % n] += _partials[f];
            ToOwnSize(_gramian);
            return;
        }
        RunPieces(Work.Gramian, _sharedPieces, null);
        _rowProducts?.Form();
        for (int p = 0, piece = 0; p < _gramians.Length; p++)
        {
            Array.Clear(_gramians[p]);
            for (; piece < _sharedPieces && _pieces[piece].Parameter == p; piece++)
            {
                for (int c = 0; c < n; c++) _gramians[p][c] += _partials[(piece * n) + c];
            }
            _rowProducts?.TryWrite(_plan.Shared[p], _gramians[p]);
            ToOwnSize(_gramians[p]);
            for (int c = 0; c < n; c++) _gramian[c] += _gramians[p][c];
        }
    }

    /// <summary>Writes the inner products of these rows with those of another [outputs, outputs]: this one's row by the other's column.</summary>
    public void FormCrossGramian(OutputGradients other, Span<double> products)
    {
        RunPieces(Work.Gramian, _sharedPieces, other);
        int n = _gramian.Length;
        products[..n].Clear();
        for (int piece = 0; piece < _sharedPieces; piece++)
        {
            for (int c = 0; c < n; c++) products[c] += _partials[(piece * n) + c];
        }
        ToOwnSize(products[..n]);
    }

    /// <summary>
    /// Writes the gradients into the store: Σ weight × row for the shared parameters in scope, summed in double, and private weight × gradient for private ones.
    /// Parameters that are neither get 0.
    /// </summary>
    /// <param name="weights">One for each output asked for.</param>
    /// <param name="privateWeights">One for each output asked for.</param>
    /// <param name="adds">Whether to add to what the store holds.</param>
    public void Combine(ReadOnlySpan<double> weights, ReadOnlySpan<double> privateWeights, bool adds)
    {
        TakeWeights(weights, privateWeights);
        _combination.Run(adds);
    }

    /// <summary>The same, but for gradients of parameters that are formed only now that the weights are known: whether there are any, which <see cref="RunParameters"/> goes on with.</summary>
    public bool CombineToParameters(ReadOnlySpan<double> weights, ReadOnlySpan<double> privateWeights)
    {
        TakeWeights(weights, privateWeights);
        return _combination.RunToParameters(adds: false);
    }

    /// <summary>The gradients of the parameters that wait since <see cref="CombineToParameters"/>.</summary>
    /// <param name="gradients">Gets those of large kernels, piece by piece as soon as each is there, in place of the store.</param>
    public void RunParameters(IGradientWork gradients) => _combination.RunParameters(gradients);

    /// <summary>As <see cref="Combine(ReadOnlySpan{double}, ReadOnlySpan{double}, bool)"/>, with the gradient of the shared parameters given [<see cref="Length"/>].</summary>
    public void Combine(ReadOnlySpan<float> direction, ReadOnlySpan<double> privateWeights, bool adds)
    {
        Array.Clear(_weights);
        Combine(_weights, privateWeights, adds);
        foreach (var piece in _pieces)
        {
            if (piece.Output < 0) Elementwise.AddTo(direction.Slice(piece.Place, piece.Length), _executor.Store.Gradient.AsSpan(piece.Store, piece.Length));
        }
        _executor.Store.MarkAllRows();
    }

    /// <summary>Adds factor × gradient to the private parameters of each output in the store.</summary>
    public void AddPrivate(ReadOnlySpan<double> factors)
    {
        Array.Clear(_weights);
        Combine(_weights, factors, adds: true);
    }

    /// <inheritdoc/>
    void ITeamWork.Do(int item, int worker)
    {
        if (_work == Work.Gramian) Multiply(item);
        else MultiplyFeatures(item);
    }

    // Backward is linear in a seed, and a power of two changes no bit: so it runs from seeds that are brought to a length of 1 to 2, where no product of theirs gets out of the range of single precision.
    // Where the rows themselves are wanted, they stay as long as they are.
    private void Measure(int output, ReadOnlySpan<float> seed)
    {
        double length = Math.Sqrt(Reductions.SumOfSquaresDouble(seed));
        bool usual = double.IsFinite(length) && length > 0;
        int exponent = usual && !_rows ? Math.Clamp(Math.ILogB(length), -LargestExponent, LargestExponent) : 0;
        _sizes[output] = Math.ScaleB(1, exponent);
        _smallest[output] = usual ? (float)Math.ScaleB(length * SmallestPart, -exponent) : 0;
    }

    private void TakeWeights(ReadOnlySpan<double> weights, ReadOnlySpan<double> privateWeights)
    {
        for (int i = 0; i < _outputs.Length; i++)
        {
            _weights[i] = weights[i] * _sizes[_outputs[i]];
            _privateWeights[i] = privateWeights[i] * _sizes[_outputs[i]];
        }
    }

    private void CopySeed(int output, int first, Span<float> seed)
        => Elementwise.ScaleOrZero(_seeds[output].AsSpan(first, seed.Length), (float)(1 / _sizes[output]), _smallest[output], seed);

    private void ToOwnSize(Span<double> gramian)
    {
        int n = _outputs.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) gramian[(i * n) + j] *= _sizes[_outputs[i]] * _sizes[_outputs[j]];
        }
    }

    private bool IsOutput(NodePlan node) => Array.IndexOf(_executor.Plan.OutputPlans, node) >= 0;

    private void AddPieces(int number, Parameter parameter, int place, int output)
    {
        if (place < 0) return;                                 // its gradient is not held
        int store = _executor.Store.OffsetOf(parameter);
        for (int start = 0; start < parameter.Length; start += PieceLength)
        {
            _pieces.Add(new GradientPiece(number, store + start, place + start, Math.Min(PieceLength, parameter.Length - start), output));
        }
    }

    private void RunPieces(Work work, int count, OutputGradients? other)
    {
        _work = work;
        _other = other;
        if ((long)count * PieceLength * _outputs.Length >= GradientCombination.LeastParallelNumbers)
        {
            _executor.Team.Run(this, count);
            return;
        }
        for (int i = 0; i < count; i++) ((ITeamWork)this).Do(i, 0);
    }

    private double InnerProduct(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => _rows ? Reductions.DotDouble(x, y) : Reductions.DotByFours(x, y);

    // The part of a row that is held.
    private ReadOnlySpan<float> HeldRow(int i) => _plan.Target.AsSpan(i * _plan.Columns, _plan.Columns);

    private void Multiply(int item)
    {
        var piece = _pieces[item];
        int n = _outputs.Length;
        var products = _partials.AsSpan(item * n * n, n * n);
        var other = _other ?? this;
        if (_other is null && !_rows)
        {
            MultiplyPlanes(_plan.Target.AsSpan(piece.Place), _plan.Columns, piece.Length, products);
            return;
        }
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                products[(i * n) + j] = _other is null && j < i ? products[(j * n) + i]
                    : InnerProduct(HeldRow(i).Slice(piece.Place, piece.Length), other.HeldRow(j).Slice(piece.Place, piece.Length));
            }
        }
    }

    // Inner products of all outputs' numbers, a stride apart.
    private void MultiplyPlanes(ReadOnlySpan<float> numbers, int stride, int length, Span<double> products)
    {
        int n = _outputs.Length;
        if (length == 0) products.Clear();
        for (int i = 0; i < n && length > 0; i++)
        {
            for (int j = 0; j < i; j++) products[(i * n) + j] = products[(j * n) + i];
            Reductions.DotsByFours(numbers.Slice(i * stride, length), numbers[(i * stride)..], stride, products.Slice((i * n) + i, n - i));
        }
    }

    private void MultiplyFeatures(int item)
    {
        int n = _outputs.Length;
        var (node, first) = _featurePieces[item];
        var planes = _plan.Planes!.All(node, n);
        int plane = planes.Length / n, length = Math.Clamp(plane - first, 0, FeaturePiece);         // none behind the last row of a smaller batch
        MultiplyPlanes(length == 0 ? [] : planes[first..], plane, length, _partials.AsSpan(item * n * n, n * n));
    }

    // Each seed in the plane of its output, zeros elsewhere.
    private void RunStacked(int firstRow, int rows)
    {
        var planes = _plan.Planes!;
        for (int i = 0; i < _outputs.Length; i++)
        {
            for (int k = 0; k < _seeds.Length; k++)
            {
                var seed = planes.AllRows(_executor.Plan.OutputPlans[k], i);
                if (seed.IsEmpty || !_plan.Sweeps[i].Receives[_executor.Plan.OutputPlans[k].Index]) continue;
                bool whole = k == _outputs[i] && rows == _executor.BatchRows;
                if (!whole) seed.Clear();
                if (k != _outputs[i]) continue;
                int size = seed.Length / _executor.BatchRows;
                CopySeed(k, firstRow * size, seed.Slice(firstRow * size, rows * size));
            }
            foreach (var watched in _executor.Plan.WatchedPlans)
            {
                if (!IsOutput(watched)) planes.AllRows(watched, i).Clear();
            }
        }
        _executor.RunSweeps(_plan.Sweeps, planes, _plan.GivesParameters);
    }
}
