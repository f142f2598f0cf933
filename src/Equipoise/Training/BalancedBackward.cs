using Equipoise.Balancing;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Training;

/// <summary>Between the losses of a step and its gradients: asks the balancer for the weights, multiplies the seeds with them, and runs backward. Allocates nothing after it is made.</summary>
/// <remarks>
/// From losses: one backward, of weighted seeds. From gradients: one backward for each output, through the nodes that it reaches; if all shared parameters are in scope their
/// gradients are then put together by the weights (or the method's own direction), else one more backward of weighted seeds follows. What a head alone has gets its output's gradient times
/// the weight, or the priority (<see cref="HeadWeighting"/>). Penalties are no part of an output's gradient; they are added afterwards.
/// </remarks>
internal sealed class BalancedBackward
{
    private const BalancerNeeds OfGradients = BalancerNeeds.Gramian | BalancerNeeds.CrossGramian | BalancerNeeds.Gradients;

    private readonly WeightSource _source;
    private readonly BatchRunner _runner;
    private readonly Executor _executor;
    private readonly OutputGradients? _each;
    private readonly OutputGradients? _half;                   // of the second half of the batch
    private readonly GradientDiagnosis? _diagnosis;
    private readonly Rows? _rows;
    private readonly bool _further;
    private readonly double[] _losses;
    private readonly bool[] _present;
    private readonly double[] _cross;
    private readonly double[] _heads;                          // what heads are weighted with
    private readonly double[] _all;                            // weights by place among all outputs
    private readonly float[] _direction;

    /// <param name="source">Gives the weights.</param>
    /// <param name="runner">Has the losses of the step.</param>
    /// <param name="executor">Runs backward.</param>
    /// <param name="each">Each output's gradient by itself; null where neither the method nor the heads want it.</param>
    /// <param name="half">The same for half a batch; null but for methods that compare two batches.</param>
    /// <param name="diagnosis">Looks at the gradients now and then; null for never.</param>
    /// <param name="further">Whether there are penalties on activities, or losses over several outputs.</param>
    public BalancedBackward(WeightSource source, BatchRunner runner, Executor executor, OutputGradients? each, OutputGradients? half, GradientDiagnosis? diagnosis, bool further)
    {
        (_source, _runner, _executor, _each, _half, _diagnosis, _further) = (source, runner, executor, each, half, diagnosis, further);
        int tasks = source.Trained.Length;
        _rows = each is null ? null : new Rows(each);
        _losses = new double[tasks];
        _present = new bool[tasks];
        _cross = new double[half is null ? 0 : tasks * tasks];
        _heads = new double[tasks];
        _all = new double[runner.Outputs.Length];
        _direction = source.Settings.GivesDirection ? new float[each!.Length] : [];
    }

    /// <summary>Number of the epoch, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Whether gradients of parameters wait for <see cref="RunParameters"/>, since they are put together from those of the outputs.</summary>
    public bool ParametersWait { get; private set; }

    /// <summary>The gradients that wait.</summary>
    public void RunParameters(IGradientWork gradients) => _each!.RunParameters(gradients);

    /// <summary>Weighs the step whose losses were just summed with the weight 1, and runs backward.</summary>
    public void Run(long step)
    {
        Look();
        ParametersWait = false;
        var needs = _source.Balancer.NeedsNow;
        bool diagnoses = _diagnosis?.IsDue(step) == true;
        bool each = _source.NeedsEach && ((needs & OfGradients) != 0 || _source.Settings.HeadWeighting == HeadWeighting.Unit);
        if (each || diagnoses)
        {
            _each!.KeepSeeds();
            if ((needs & BalancerNeeds.CrossGramian) == 0 || diagnoses) _executor.BackwardEach(_each);
            if ((needs & BalancerNeeds.Gramian) != 0 || diagnoses) _each.FormGramian();
            if (diagnoses) _diagnosis!.Add(_each, _runner.Outputs, []);
            if ((needs & BalancerNeeds.CrossGramian) != 0) RunHalves();
        }
        bool gradients = each && (needs & BalancerNeeds.Gradients) != 0;
        _source.Weigh(step, Epoch, _losses, _present, (needs & BalancerNeeds.Gramian) != 0 ? _each!.Gramian : [], (needs & BalancerNeeds.CrossGramian) != 0 ? _cross : [],
            gradients ? _rows : null, _source.Settings.GivesDirection ? _direction : []);
        for (int i = 0; i < _losses.Length; i++)
        {
            _all[_source.Trained[i]] = _source.Weights[i];
            _runner.Outputs[_source.Trained[i]].Reweigh(_source.Weights[i]);
            _heads[i] = _source.Settings.HeadWeighting == HeadWeighting.Same ? _source.Weights[i] : _present[i] && double.IsFinite(_losses[i]) ? _source.Priorities[i] : 0;
        }
        if (!each || !_each!.CoversAll) BackwardOfAll(restores: each || diagnoses, unitHeads: each && _source.Settings.HeadWeighting == HeadWeighting.Unit);
        else PutTogether((needs & BalancerNeeds.CrossGramian) != 0);
    }

    /// <summary>Tells the balancer the losses of the same rows after the update, which were just summed.</summary>
    public void AfterStep()
    {
        for (int i = 0; i < _losses.Length; i++)
        {
            var output = _runner.Outputs[_source.Trained[i]];
            _losses[i] = output.Labelled > 0 ? output.RawLoss : double.NaN;
        }
        _source.Balancer.AfterStep(_losses);
    }

    private void Look()
    {
        for (int i = 0; i < _losses.Length; i++)
        {
            var output = _runner.Outputs[_source.Trained[i]];
            _losses[i] = output.RawLoss;
            _present[i] = output.Labelled > 0;
        }
    }

    // Gradients of the mean losses of the first and the second half of the batch, and their inner products.
    private void RunHalves()
    {
        int rows = _executor.BatchRows, first = (rows + 1) / 2;
        _half!.KeepSeeds(_each!);
        _each!.Run(0, first);
        _half.Run(first, rows - first);
        _each.FormCrossGramian(_half, _cross);
        for (int i = 0; i < _losses.Length; i++)
        {
            double share = _runner.Outputs[_source.Trained[i]].ShareOf(first, rows);
            for (int j = 0; j < _losses.Length; j++)
            {
                _cross[(i * _losses.Length) + j] /= share > 0 ? share : 1;
                _cross[(j * _losses.Length) + i] /= share < 1 ? 1 - share : 1;
            }
        }
    }

    private void BackwardOfAll(bool restores, bool unitHeads)
    {
        if (restores) _each!.RestoreSeeds(_all);
        for (int k = 0; k < _runner.Outputs.Length; k++)
        {
            var seeds = _executor.SeedOf(k);
            // A loss that is not finite has such seeds, too: 0 times these is not 0.
            if (!restores && _all[k] == 0) seeds.Clear();
            else if (!restores) Elementwise.Scale((float)_all[k], seeds);
            _runner.AddFurtherTerms(k, seeds);
        }
        if (!unitHeads)
        {
            _runner.RunBackward();
            return;
        }
        _executor.Backward();
        for (int i = 0; i < _heads.Length; i++) _heads[i] -= _source.Weights[i];
        _each!.AddPrivate(_heads);
        _half?.AddPrivate(_heads);
    }

    private void PutTogether(bool halves)
    {
        if (_further)
        {
            // Backward of the penalties and the losses over several outputs alone.
            Array.Clear(_all);
            _each!.RestoreSeeds(_all);
            for (int k = 0; k < _runner.Outputs.Length; k++) _runner.AddFurtherTerms(k, _executor.SeedOf(k));
            _executor.Backward();
        }
        if (_direction.Length > 0) _each!.Combine(_direction, _heads, _further);
        else if (_runner.StopsBeforeParameters && !_further && !halves) ParametersWait = _each!.CombineToParameters(_source.Weights, _heads);
        else _each!.Combine(_source.Weights, _heads, _further);
        if (halves) _half!.Combine(_source.Weights, _heads, adds: true);
    }

    private sealed class Rows(OutputGradients gradients) : TaskGradients
    {
        public override int Tasks => gradients.Outputs;

        public override int Length => gradients.Length;

        public override ReadOnlySpan<float> this[int task] => gradients.Row(task);
    }
}
