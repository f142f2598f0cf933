using Equipoise.Data;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;
using Equipoise.Engine.Profiling;
using Equipoise.Models;
using Equipoise.Regularizers;

namespace Equipoise.Training;

/// <summary>Runs batches of one data set through an executor: gathers inputs, evaluates losses, keeps what metrics need. Allocates nothing after it is made.</summary>
/// <remarks>
/// Usually losses are evaluated block by block between forward and backward of the same rows. If an output has a mask, its divisor is known only when all rows
/// are forward, and some losses want all rows at once; then the losses are evaluated after the forward of the whole batch (<paramref name="deferred"/>). So are losses over several outputs (<paramref name="joints"/>), whose seeds come on top of the outputs' own.
/// </remarks>
internal sealed class BatchRunner(Model model, Executor executor, WorkerTeam team, Dataset data, OutputBatch[] outputs, JointBatch[] joints, bool deferred) : IRowWork, ITeamWork
{
    private const int RowsPerItem = 64;

    private readonly InputGather[] _inputs = [.. model.Inputs.Select((input, i) => new InputGather(executor, i, data.Inputs[input.Name]))];
    private readonly float[][] _raw = [.. outputs.Select(o => deferred ? new float[executor.Capacity * o.Positions * o.Width] : [])];
    private readonly float[][] _masks = [.. outputs.Select((o, k) => deferred && model.OutputNodes[k].Mask is not null ? new float[executor.Capacity * o.MaskWidth] : [])];
    private readonly ActivityTerm[] _activities = [.. model.ActivityPenalties.Select((p, i) => new ActivityTerm(i, PlaceOf(p.Node, model.Watched), PlaceOf(p.Node, model.OutputNodes), p.Regularizer))];
    private readonly double[][] _activityRows = [.. model.ActivityPenalties.Select(_ => new double[executor.Capacity])];
    private readonly double[] _ones = [.. outputs.Select(_ => 1.0)];
    private readonly float[][] _jointSeeds = [.. outputs.Select(o => joints.Any(j => j.Weight > 0 && j.Reaches(o)) && executor.Plan.IsTwoPhase ? new float[executor.Capacity * o.Positions * o.Width] : [])];
    private int[] _order = [];
    private bool _parametersWait;
    private int _first;
    private int _rows;

    // Output: place of the node among the outputs, or -1.
    private sealed record ActivityTerm(int Index, int Watched, int Output, Regularizer Regularizer);

    /// <summary>The outputs, in the model's order.</summary>
    public OutputBatch[] Outputs => outputs;

    /// <summary>The losses over several outputs.</summary>
    public JointBatch[] Joints => joints;

    /// <summary>Values of the activity penalties of the batch.</summary>
    public double[] ActivityPenalties { get; } = new double[model.ActivityPenalties.Count];

    /// <summary>What sets the weights once the losses of the step are known, and leads backward; null: the weights are known before. Only where losses are evaluated after forward.</summary>
    public BalancedBackward? Balancing { get; set; }

    /// <summary>Looks at each output's gradient where the weights are known before the step, from its seeds as they are; null for never.</summary>
    public GradientDiagnosis? Diagnosis { get; set; }

    /// <summary>Whether <see cref="Run"/> is to leave the gradients of the parameters to <see cref="RunParameters"/>, where they do not come output by output.</summary>
    public bool StopsBeforeParameters { get; set; }

    /// <summary>Whether it did.</summary>
    public bool ParametersWait => _parametersWait || Balancing?.ParametersWait == true;

    /// <summary>The gradients that <see cref="Diagnosis"/> looks at.</summary>
    public OutputGradients? Each { get; set; }

    /// <summary>Room for predictions of all rows of the data, by output, as <see cref="Predictor"/> gives them; null, or no room, where they are not wanted.</summary>
    public float[][]? Predictions { get; set; }

    /// <summary>The first layer that gives no number for a row of the data; null if all do.</summary>
    public string? LayerThatFails(int row) => BadLayer.Find(model, data, row, team);

    /// <summary>The first weight that is not finite; null if all are.</summary>
    public string? WeightThatIsNoNumber() => BadLayer.Weight(model);

    /// <summary>Losses of order[first .. first + rows] alone, unweighted, into each output's <see cref="OutputBatch.RawLoss"/>; without backward.</summary>
    public void RunLosses(int[] order, int first, int rows, long step)
    {
        (_order, _first, _rows) = (order, first, rows);
        executor.Run(rows, step, this);
        EvaluateAll(_ones);
        foreach (var output in outputs) output.Sum(rows);
    }

    /// <summary>Runs rows order[first .. first + rows]: forward, losses and, in training, backward.</summary>
    public void Run(int[] order, int first, int rows, long step, ReadOnlySpan<double> weights)
    {
        _order = order;
        _first = first;
        _rows = rows;
        var batch = order.AsSpan(first, rows);
        long started = executor.Profile is null ? 0 : StepProfile.Now;
        if (!deferred) BeginOutputs(batch, weights);
        executor.Profile?.Add(StepPhase.Gather, started);
        if (StopsBeforeParameters) executor.RunToParameters(rows, step, this);
        else executor.Run(rows, step, this);
        _parametersWait = StopsBeforeParameters && !executor.Plan.IsTwoPhase;
        if (deferred)
        {
            started = executor.Profile is null ? 0 : StepProfile.Now;
            EvaluateAll(Balancing is null ? weights : _ones);
            executor.Profile?.Add(StepPhase.Losses, started);
            if (Balancing is null)
            {
                if (executor.Plan.IsTwoPhase)
                {
                    if (Diagnosis?.IsDue(step) == true) Diagnose(Diagnosis, weights);
                    for (int k = 0; k < outputs.Length; k++) AddFurtherTerms(k, executor.SeedOf(k));
                    RunBackward();
                }
            }
            else
            {
                foreach (var output in outputs) output.Sum(rows);
                Balancing.Run(step);
            }
        }
        started = executor.Profile is null ? 0 : StepProfile.Now;
        if (Balancing is null)
        {
            foreach (var output in outputs) output.Sum(rows);
        }
        foreach (var joint in joints) joint.Sum(rows);
        for (int p = 0; p < _activities.Length; p++)
        {
            double sum = 0;
            for (int r = 0; r < rows; r++) sum += _activityRows[p][r];
            ActivityPenalties[p] = sum / rows;
        }
        executor.Profile?.Add(StepPhase.Account, started);
    }

    /// <summary>Backward of all outputs together, from their seeds as they are; but for the gradients of the parameters, if <see cref="StopsBeforeParameters"/>.</summary>
    public void RunBackward()
    {
        _parametersWait = StopsBeforeParameters;
        if (StopsBeforeParameters) executor.BackwardToParameters();
        else executor.Backward();
    }

    /// <summary>The gradients of the parameters, if these <see cref="ParametersWait">wait</see>.</summary>
    public void RunParameters(IGradientWork gradients)
    {
        if (_parametersWait) executor.RunParameters(gradients);
        else Balancing!.RunParameters(gradients);
    }

    /// <inheritdoc/>
    public void Load(in RowBlock block)
    {
        var rows = _order.AsSpan(_first + block.FirstRow, block.Rows);
        foreach (var input in _inputs) input.Load(block, rows);
        foreach (var output in outputs) output.LoadTargets(rows, block.FirstRow);
    }

    /// <inheritdoc/>
    public void Evaluate(in RowBlock block)
    {
        for (int k = 0; k < outputs.Length; k++)
        {
            if (Predictions is { } all && all[k].Length > 0) KeepPredictions(k, block, all[k]);
            if (!deferred)
            {
                outputs[k].Evaluate(block.FirstRow, block.Rows, block.Output(k), [], block.Seed(k), block.Worker);
                continue;
            }
            int size = outputs[k].Positions * outputs[k].Width;
            block.Output(k).CopyTo(_raw[k].AsSpan(block.FirstRow * size));
            if (_masks[k].Length > 0) block.Mask(k).CopyTo(_masks[k].AsSpan(block.FirstRow * outputs[k].MaskWidth));
        }
        foreach (var term in _activities) EvaluateActivity(term, block);
    }

    /// <inheritdoc/>
    void ITeamWork.Do(int item, int worker)
    {
        int first = item * RowsPerItem, rows = Math.Min(RowsPerItem, _rows - first);
        if (joints.Length > 0) EvaluateJoints(first, rows, worker);
        for (int k = 0; k < outputs.Length; k++)
        {
            if (!outputs[k].WholeBatch) EvaluateDeferred(k, first, rows, worker);
        }
    }

    /// <summary>Adds the gradients of activity penalties on an output itself, and of losses over several outputs, to its seeds, which were weighted before.</summary>
    public void AddFurtherTerms(int k, Span<float> seeds)
    {
        if (_jointSeeds[k].Length > 0 && !seeds.IsEmpty) Elementwise.Add(seeds, _jointSeeds[k].AsSpan(0, seeds.Length), seeds);
        foreach (var term in _activities)
        {
            if (term.Output == k && !seeds.IsEmpty) term.Regularizer.AddGradient(_raw[k].AsSpan(0, seeds.Length), 1f / _rows, seeds);
        }
    }

    private void Diagnose(GradientDiagnosis diagnosis, ReadOnlySpan<double> weights)
    {
        Each!.KeepSeeds();
        executor.BackwardEach(Each);
        Each.FormGramian();
        diagnosis.Add(Each, outputs, weights);
        Each.RestoreSeeds();
    }

    private void EvaluateAll(ReadOnlySpan<double> weights)
    {
        BeginOutputs(_order.AsSpan(_first, _rows), weights);
        team.Run(this, (_rows + RowsPerItem - 1) / RowsPerItem);
        for (int k = 0; k < outputs.Length; k++)
        {
            if (outputs[k].WholeBatch) EvaluateDeferred(k, 0, _rows, 0);
        }
    }

    private void EvaluateDeferred(int k, int first, int rows, int worker)
    {
        int size = outputs[k].Positions * outputs[k].Width;
        var seeds = executor.Plan.IsTwoPhase ? executor.SeedOf(k) : [];
        if (!seeds.IsEmpty) seeds = seeds.Slice(first * size, rows * size);
        outputs[k].Evaluate(first, rows, _raw[k].AsSpan(first * size, rows * size), MaskRows(k, first, rows), seeds, worker);
    }

    private void EvaluateJoints(int first, int rows, int worker)
    {
        for (int k = 0; k < outputs.Length; k++)
        {
            int size = outputs[k].Positions * outputs[k].Width;
            if (_jointSeeds[k].Length > 0) _jointSeeds[k].AsSpan(first * size, rows * size).Clear();
        }
        foreach (var joint in joints) joint.Evaluate(first, rows, _raw, _jointSeeds, worker);
    }

    private void KeepPredictions(int k, in RowBlock block, Span<float> all)
    {
        var shape = model.Outputs[k].Shape;
        var rows = _order.AsSpan(_first + block.FirstRow, block.Rows);
        var predictions = block.Output(k);
        for (int r = 0; r < rows.Length; r++) Links.Apply(model.Links[k], predictions.Slice(r * shape.Size, shape.Size), all.Slice(rows[r] * shape.Size, shape.Size), shape.Width);
    }

    private ReadOnlySpan<float> MaskRows(int k, int first, int rows) => _masks[k].Length == 0 ? [] : _masks[k].AsSpan(first * outputs[k].MaskWidth, rows * outputs[k].MaskWidth);

    private static int PlaceOf(GraphNode node, IReadOnlyList<GraphNode> nodes)
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] == node) return i;
        }
        return -1;
    }

    private void BeginOutputs(ReadOnlySpan<int> batch, ReadOnlySpan<double> weights)
    {
        for (int k = 0; k < outputs.Length; k++)
        {
            outputs[k].Begin(batch, weights[k], MaskRows(k, 0, batch.Length));
        }
        foreach (var joint in joints) joint.Begin(batch, _masks);
    }

    private void EvaluateActivity(ActivityTerm term, in RowBlock block)
    {
        var values = block.Watched(term.Watched);
        var gradient = block.WatchedGradient(term.Watched);
        int size = values.Length / block.Rows;
        for (int r = 0; r < block.Rows; r++)
        {
            _activityRows[term.Index][block.FirstRow + r] = term.Regularizer.Value(values.Slice(r * size, size));
        }
        bool later = deferred && term.Output >= 0;
        if (!gradient.IsEmpty && !later && executor.Plan.Mode != Mode.Inference) term.Regularizer.AddGradient(values, 1f / _rows, gradient);
    }
}
