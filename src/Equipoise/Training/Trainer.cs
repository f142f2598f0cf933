using System.Diagnostics;
using Equipoise.Balancing;
using Equipoise.Data;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Profiling;
using Equipoise.Engine.Randomness;
using Equipoise.Ledger;
using Equipoise.Models;
using Equipoise.Optimizers;

namespace Equipoise.Training;

/// <summary>A compiled model: trains it, evaluates it, and keeps the account of every loss.</summary>
/// <remarks>
/// One step: forward, losses, backward, penalties, then the update; the ledger is written and checked in between, and metrics see the predictions before the update.
/// Total loss = Σ weight × raw loss + Σ penalties. Same seed, same data, same settings give the same bits for any number of workers.
/// </remarks>
public sealed class Trainer : IDisposable
{
    private const int MostWarmUp = 100;

    private readonly CompileOptions _options;
    private readonly WorkerTeam _team;
    private readonly RunningOptimizer _optimizer;
    private readonly WeightSource _source;
    private readonly UpdateWork _update;
    private readonly PenaltyWork _penalties;
    private readonly bool _deferred;
    private readonly StepFigures _figures;
    private readonly int[] _stateOffsets;                      // of numbers that forward itself changes, such as running means
    private readonly float[][] _states;
    private readonly Stopwatch _clock = new();
    private GradientDiagnosis? _diagnosis;
    private double[]? _labelRates;                             // of all outputs, in the data last trained on
    private string? _stopReason;
    private bool _stopAtOnce;
    private long _warmUp;                                      // the step after which the profile begins

    internal Trainer(Model model, CompileOptions options)
    {
        CompileRules.Check(model, options);
        Model = model;
        _options = options;
        Outputs = [.. model.Outputs.Select(o => options.Outputs[o.Name])];
        for (int k = 0; k < Outputs.Count; k++) model.Links[k] = Outputs[k].Loss?.Link ?? model.Links[k];
        _deferred = options.JointLosses.Count > 0 || Outputs.Any(o => o.Loss is { Scope: Losses.LossScope.Batch }) || Enumerable.Range(0, Outputs.Count).Any(k => model.OutputNodes[k].Mask is not null && (Outputs[k].Loss is not null || Outputs[k].Metrics.Count + Outputs[k].WeightedMetrics.Count > 0));
        _team = new WorkerTeam(options.Workers > 0 ? options.Workers : Environment.ProcessorCount);
        _optimizer = options.Optimizer.Start(new ParameterLayout([.. model.Store.Parameters.Select(p =>
            new ParameterBlock(p.Name, model.Store.OffsetOf(p), p.Length, p.Shape.Dimensions, p.Trainable) { LearningRateScale = p.LearningRateFactor })]));
        _source = new WeightSource(options.Balancer, Outputs, [.. model.Outputs.Select(o => o.Name)], options.Seed);
        _update = new UpdateWork(model.Store, _optimizer, new ConstraintWork(model.Store, model.WeightConstraints, _team), _team);
        _penalties = new PenaltyWork(model.Store, model.WeightPenalties, _team);
        var states = (options.Balancer.Needs & BalancerNeeds.LossesAfterStep) != 0 ? model.Store.Parameters.Where(p => !p.Trainable).ToArray() : [];
        _stateOffsets = [.. states.Select(model.Store.OffsetOf)];
        _states = [.. states.Select(p => new float[p.Length])];
        (string, string)[] penaltyNames =
        [
            .. model.WeightPenalties.Select(p => (p.Layer, $"{NameOf(p.Regularizer)} of {p.Parameter.Name[(p.Parameter.Name.IndexOf('/', StringComparison.Ordinal) + 1)..]}")),
            .. model.ActivityPenalties.Select(p => (p.Layer, $"{NameOf(p.Regularizer)} of activity")),
            .. options.Balancer.OwnTermName is { } own ? new[] { ("balance", own) } : [],
        ];
        (string, double)[][] losses = [.. _source.Trained.Select(k => Outputs[k].Loss is Losses.CombinedLoss several ? several.Parts.Select(p => (p.Name, p.Weight)).ToArray() : []), .. options.JointLosses.Select(_ => Array.Empty<(string, double)>())];
        Ledger = new LossLedger([.. _source.Trained.Select(k => model.Outputs[k].Name), .. options.JointLosses.Select(j => j.Name)], penaltyNames, losses);
        _figures = new StepFigures(_source.Trained, options.JointLosses.Count, penaltyNames.Length, options.Balancer.OwnTermName is null ? null : _source.Balancer, losses.Sum(l => l.Length));
    }

    /// <summary>What is trained.</summary>
    public Model Model { get; }

    // Of the outputs that have a loss.
    private string[] TrainedNames => [.. _source.Trained.Select(k => Model.Outputs[k].Name)];

    /// <summary>Settings of each output, in the model's order.</summary>
    public IReadOnlyList<Output> Outputs { get; }

    /// <summary>The account of all steps and epochs.</summary>
    public LossLedger Ledger { get; }

    /// <summary>Epochs trained so far.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Steps trained so far.</summary>
    public long Step { get; internal set; }

    /// <summary>Where the time of the steps of the last <see cref="Fit"/> went; null unless <see cref="FitOptions.Profile"/> was set.</summary>
    public StepProfile? Profile { get; private set; }

    /// <summary>How many threads work.</summary>
    public int Workers => _team.Workers;

    /// <summary>Learning rate of the coming step.</summary>
    public double LearningRate => _optimizer.LearningRate;

    /// <summary>What the learning rate of the optimiser, or of its schedule, is multiplied with from the next step on. See <see cref="ReduceLearningRate"/>.</summary>
    public double LearningRateFactor
    {
        get => _optimizer.LearningRateFactor;
        set => _optimizer.LearningRateFactor = value;
    }

    /// <summary>Trains. A further call goes on from where the last one ended.</summary>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="DivergedException">A loss is no longer a number.</exception>
    /// <exception cref="ArgumentException">There is no input of tokens called as <see cref="FitOptions.BucketBy"/> says.</exception>
    public History Fit(Dataset data, FitOptions? options = null)
    {
        options ??= new FitOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        DataBinding.Check(Model, _options.Outputs, data);
        if (options.Validation is { } validation) DataBinding.Check(Model, _options.Outputs, validation);
        int batch = Math.Min(options.BatchSize, data.Rows);
        bool later = _deferred || _source.NeedsStep;           // losses after forward, since backward waits for them
        bool each = _source.NeedsEach || _options.Diagnose > 0;
        later |= each;
        var plan = Model.Graph.Compile(Model.OutputNodes, each ? Mode.EachOutputTraining : later ? Mode.TwoPhaseTraining : Mode.Training, Model.Watched);
        using var executor = new Executor(plan, Model.Store, new ExecutorOptions(batch, _team, _options.Seed));
        Profile = executor.Profile = options.Profile ? new StepProfile(plan, Workers) : null;
        var runner = MakeRunner(executor, data, null, later);
        Prepare(runner, executor, each);
        _update.Prepare();
        _update.Profile = Profile;
        // The account must be written before any weight moves, and penalties add to a gradient that is there.
        runner.StopsBeforeParameters = executor.CanStopBeforeParameters && _penalties.Values.Length == 0 && !_optimizer.ReadsWholeGradient;
        _labelRates = [.. runner.Outputs.Select(o => o.LabelRate)];
        using var evaluation = options.Validation is null ? null : MakeEvaluation(options.Validation, options.ValidationBatchSize > 0 ? options.ValidationBatchSize : options.BatchSize);
        var metrics = new MetricWork(runner.Outputs, _team);
        var order = new BatchOrder(data.Rows, batch, _options.Seed, options.Shuffle, options.BucketBy is null ? null : BatchOrder.LengthsOf(data, options.BucketBy));
        int steps = (data.Rows + batch - 1) / batch;
        using var ahead = options.ReadAhead ? ReadAhead.For(data) : null;
        _warmUp = Step + Math.Min(MostWarmUp, (long)steps * options.Epochs / 10);
        int firstEpoch = Ledger.Epochs.Count;
        _stopReason = null;
        _stopAtOnce = false;
        foreach (var callback in options.Callbacks) callback.FitBegins(this, options);
        for (int e = 0; e < options.Epochs && _stopReason is null; e++)
        {
            order.Draw(Epoch);
            int trained = TrainEpoch(runner, metrics, order.Rows, batch, steps, options, ahead);
            if (trained < 0) break;
            FinishEpoch(runner, evaluation, trained, options);
        }
        if (_optimizer.Averages) UseAverages();
        var history = new History(Ledger, [.. Ledger.Epochs.Skip(firstEpoch)], _stopReason);
        foreach (var callback in options.Callbacks) callback.FitEnds(this, history);
        return history;
    }

    /// <summary>Losses, penalties and metrics of a data set, without training.</summary>
    public EvaluationResult Evaluate(Dataset data, int batchSize = 256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        DataBinding.Check(Model, _options.Outputs, data);
        using var evaluation = MakeEvaluation(data, batchSize);
        return evaluation.Run(_source.Shown);
    }

    /// <summary>The same, and what the metrics of each output saw, so that they can be counted again with other numbers of each row.</summary>
    internal (EvaluationResult Result, IReadOnlyDictionary<string, OutputRows> Rows) EvaluateRows(Dataset data, int batchSize = 256)
    {
        DataBinding.Check(Model, _options.Outputs, data);
        using var evaluation = MakeEvaluation(data, batchSize);
        var rows = evaluation.Rows();
        return (evaluation.Run(_source.Shown, keep: rows), rows);
    }

    /// <summary>Losses, penalties and metrics of a data set, and the predictions of some outputs that they were counted from, as <see cref="Predict"/> gives them.</summary>
    internal (EvaluationResult Result, IReadOnlyDictionary<string, float[]> Predictions) EvaluatePredictions(Dataset data, IReadOnlyCollection<string> outputs, int batchSize = 256)
    {
        DataBinding.Check(Model, _options.Outputs, data);
        using var evaluation = MakeEvaluation(data, batchSize);
        var predictions = evaluation.KeepPredictions(outputs);
        return (evaluation.Run(_source.Shown), predictions);
    }

    /// <summary>Predictions of each output [rows, width], as users want them: probabilities, values. The targets of the data set are not read.</summary>
    public IReadOnlyDictionary<string, float[]> Predict(Dataset data, int batchSize = 256) => Predictor.Predict(Model, data, batchSize, _team);

    /// <summary>All that the balancer remembers, as arrays by name; <see cref="LoadBalancer"/> goes on from it with the same bits.</summary>
    public IReadOnlyDictionary<string, double[]> SaveBalancer() => _source.Save();

    /// <summary>Goes on from what <see cref="SaveBalancer"/> gave.</summary>
    /// <exception cref="ArgumentException">It was saved by another method, or for another number of outputs.</exception>
    public void LoadBalancer(IReadOnlyDictionary<string, double[]> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _source.Load(state);
    }

    /// <summary>What the outputs' gradients were like since the last call, or since the epoch began; null when no step was looked at.</summary>
    internal GradientAccount? TakeGradients() => _diagnosis?.Take();

    /// <summary>Ends training after the epoch at hand.</summary>
    /// <param name="reason">Why, for the history.</param>
    /// <param name="atOnce">Whether the epoch ends with the step at hand: it is then an epoch of fewer steps, with validation and a line in the ledger like any other.</param>
    public void Stop(string reason, bool atOnce = false)
    {
        _stopReason ??= reason;
        _stopAtOnce |= atOnce;
    }

    /// <summary>Stops training the head of an output: weights that no other output uses stay as they are from the next step on. Its loss still leads the layers that it shares with others, and its penalties stay in the account.</summary>
    /// <exception cref="ArgumentException">There is no output of that name.</exception>
    public void Freeze(string output)
    {
        int index = Model.IndexOf(output);
        var plan = Model.Graph.Compile(Model.OutputNodes, Mode.Training, Model.Watched);
        var parameters = Model.Store.Parameters;
        for (int i = 0; i < parameters.Count; i++)
        {
            var reach = plan.ReachOf(parameters[i]);
            if (parameters[i].Trainable && reach.Count == 1 && reach.Contains(index)) _optimizer.Freeze(i);
        }
    }

    /// <summary>Ends the threads. The model stays.</summary>
    public void Dispose() => _team.Dispose();

    private static string NameOf(Regularizers.Regularizer regularizer)
        => Regularizers.RegularizerCatalog.Catalog.Entries.FirstOrDefault(e => e.Default.GetType() == regularizer.GetType())?.Name ?? regularizer.GetType().Name;

    // The output that a figure is of: OUTPUT or OUTPUT.METRIC, and either may have dots.
    internal string OutputOf(string figure)
        => Model.Outputs.Select(o => o.Name).Where(n => figure == n || figure.StartsWith($"{n}.", StringComparison.Ordinal)).MaxBy(n => n.Length) ?? figure;

    // What backward is led by, where the weights of the losses are not all that there is to know.
    private void Prepare(BatchRunner runner, Executor executor, bool each)
    {
        var scope = _options.Scope switch { GradientView.LastShared => GradientScope.LastShared, GradientView.SharedFeatures => GradientScope.SharedFeatures, _ => GradientScope.AllShared };
        bool rows = (_options.Balancer.Needs & (BalancerNeeds.Gradients | BalancerNeeds.CrossGramian)) != 0 || _options.Balancer.GivesDirection;
        var gradients = each ? Gradients(executor, scope, rows) : null;
        var diagnosis = _diagnosis = _options.Diagnose > 0 ? new GradientDiagnosis(_options.Diagnose, TrainedNames, _source.Trained, gradients!) : null;
        if (_source.NeedsStep)
        {
            var half = (_options.Balancer.Needs & BalancerNeeds.CrossGramian) != 0 ? new OutputGradients(executor, _source.Trained, scope) : null;
            runner.Balancing = new BalancedBackward(_source, runner, executor, gradients, half, diagnosis, Model.ActivityPenalties.Count > 0 || _options.JointLosses.Count > 0);
            return;
        }
        runner.Diagnosis = diagnosis;
        runner.Each = gradients;
    }

    private OutputGradients Gradients(Executor executor, GradientScope scope, bool rows)
    {
        try
        {
            return new OutputGradients(executor, _source.Trained, scope, rows);
        }
        catch (NotSupportedException problem)
        {
            throw new ModelException([problem.Message]);
        }
    }

    private BatchRunner MakeRunner(Executor executor, Dataset data, double[]? labelRates, bool deferred)
    {
        OutputBatch[] outputs = [.. Model.Outputs.Select((o, k) => new OutputBatch(k, o, Outputs[k], Model.Links[k], Outputs[k].Divisor ?? _options.Divisor,
            data.Targets.GetValueOrDefault(o.Name) ?? NoTarget(o, data.Rows), data.RowWeights, labelRates?[k] ?? double.NaN, executor.Plan.Mode != Mode.Inference, executor.Capacity, _team.Workers, data.Columns))];
        JointBatch[] joints = [.. _options.JointLosses.Select(j => new JointBatch(j, outputs, data.RowWeights, executor.Capacity, _team.Workers))];
        return new BatchRunner(Model, executor, _team, data, outputs, joints, deferred);
    }

    // An output without loss and metrics needs no targets: all its labels are missing.
    private static TargetColumn NoTarget(ModelOutput output, int rows)
    {
        var values = new float[rows * output.Shape.Positions];
        Array.Fill(values, float.NaN);
        return new TargetColumn(values, [output.Shape.Positions]);
    }

    private Evaluation MakeEvaluation(Dataset data, int batchSize)
    {
        int batch = Math.Min(batchSize, data.Rows);
        var plan = Model.Graph.Compile(Model.OutputNodes, Mode.Inference, Model.Watched);
        var executor = new Executor(plan, Model.Store, new ExecutorOptions(batch, _team, _options.Seed));
        return new Evaluation(executor, MakeRunner(executor, data, _labelRates, _deferred), _team, _penalties, _figures, Ledger, data.Rows, batch);
    }

    // How many steps were trained; -1: interrupted.
    private int TrainEpoch(BatchRunner runner, MetricWork metrics, int[] order, int batch, int steps, FitOptions options, ReadAhead? ahead)
    {
        _clock.Restart();
        Ledger.Announce(steps);
        foreach (var output in runner.Outputs) output.ResetMetrics();
        foreach (var callback in options.Callbacks) callback.EpochBegins(this, Epoch + 1, steps);
        for (int s = 0; s < steps; s++)
        {
            if (options.Cancellation.IsCancellationRequested)
            {
                Stop("interrupted");
                return -1;
            }
            int first = s * batch;
            if (s + 1 < steps) ahead?.Announce(order, first + batch, Math.Min(batch, order.Length - first - batch));
            TrainStep(runner, metrics, order, first, Math.Min(batch, order.Length - first));
            for (int c = 0; c < options.Callbacks.Count; c++) options.Callbacks[c].StepEnds(this, Epoch + 1, s + 1, steps);     // no enumerator in every step
            if (_stopAtOnce) return s + 1;
        }
        return steps;
    }

    private void TrainStep(BatchRunner runner, MetricWork metrics, int[] order, int first, int rows)
    {
        long started = Start(), stepStarted = started;
        if (runner.Balancing is { } balancing) balancing.Epoch = Epoch;
        runner.Run(order, first, rows, Step, runner.Balancing is null ? _source.Weigh(Step, Epoch) : []);
        started = Start();
        _penalties.Run(gradients: true);
        started = Note(StepPhase.Penalties, started);
        double learningRate = _optimizer.LearningRate;
        Step++;
        _figures.Collect(runner, _penalties);
        DivergenceGuard.Check(runner, _figures, Ledger, Epoch + 1, Step, order, first, rows);
        Ledger.Record(_figures.Account(Epoch + 1, Step, rows, learningRate));
        started = Note(StepPhase.Account, started);
        metrics.Run(rows);
        started = Note(StepPhase.Metrics, started);
        _update.Begin();
        started = Note(StepPhase.Update, started);
        if (runner.ParametersWait)
        {
            runner.RunParameters(_update);
            started = Start();
        }
        _update.Finish();
        started = Note(StepPhase.Update, started);
        if ((_options.Balancer.Needs & BalancerNeeds.LossesAfterStep) != 0) LookAgain(runner, order, first, rows);
        Note(StepPhase.Losses, started);
        Profile?.EndStep(rows, stepStarted);
        if (Step == _warmUp) Profile?.Clear();
    }

    // The same rows with the same random numbers after the update. What forward itself moves is put back: no row counts twice.
    private void LookAgain(BatchRunner runner, int[] order, int first, int rows)
    {
        var values = Model.Store.Values;
        for (int i = 0; i < _states.Length; i++) values.AsSpan(_stateOffsets[i], _states[i].Length).CopyTo(_states[i]);
        runner.RunLosses(order, first, rows, Step - 1);
        for (int i = 0; i < _states.Length; i++) _states[i].CopyTo(values, _stateOffsets[i]);
        runner.Balancing!.AfterStep();
    }

    private long Start() => Profile is null ? 0 : StepProfile.Now;

    private long Note(StepPhase phase, long started)
    {
        Profile?.Add(phase, started);
        return Start();
    }

    private void FinishEpoch(BatchRunner runner, Evaluation? evaluation, int steps, FitOptions options)
    {
        Epoch++;
        double seconds = _clock.Elapsed.TotalSeconds;
        var training = Ledger.Mean(Ledger.StepCount - steps, Ledger.StepCount);
        training = training with { Notes = _source.TakeNotes(), Gradients = _diagnosis?.Take() };
        MetricValue[] trainingMetrics = [.. runner.Outputs.SelectMany(o => o.MetricValues())];
        // An optimiser that averages is judged and kept by the averages; training goes on from the weights themselves.
        float[]? trained = _optimizer.Averages ? UseAverages() : null;
        var validation = evaluation?.Run(_source.Shown, Epoch, Step);
        _source.Balancer.EndEpoch(Ledger.LabelledMeans(Ledger.StepCount - steps, Ledger.StepCount).AsSpan(0, _source.Trained.Length), Scores(validation?.Metrics ?? trainingMetrics));
        var entry = new EpochEntry(Epoch, training, trainingMetrics, validation?.Account, validation?.Metrics ?? [], seconds);
        Ledger.Record(entry);
        foreach (var callback in options.Callbacks) callback.EpochEnds(this, entry);
        if (trained is null) return;
        trained.CopyTo(Model.Store.Values, 0);
        Model.Store.Touch();
    }

    // Puts the averages in the place of the weights, and gives these.
    private float[] UseAverages()
    {
        float[] weights = [.. Model.Store.Values];
        _optimizer.WriteAverages(weights, Model.Store.Values);
        Model.Store.Touch();
        return weights;
    }

    // The first figure of each output that is better when higher and lies between 0 and 1.
    private double[] Scores(IReadOnlyList<MetricValue> metrics)
        => (_options.Balancer.Needs & BalancerNeeds.Scores) == 0 ? [] : [.. TrainedNames.Select(o => metrics.FirstOrDefault(m => m.Output == o && m.HigherIsBetter && m.Value is >= 0 and <= 1)?.Value ?? double.NaN)];
}
