using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>How parameters follow their gradient: the settings. <see cref="Start"/> gives what runs.</summary>
/// <remarks>
/// Every step, in this order: gradients are averaged over <see cref="AccumulationSteps"/>, divided by <see cref="LossScale"/>, clipped (one kind at most),
/// parameters shrink by w −= w × weight decay × learning rate (decoupled), the rule updates them, and the moving average of them follows.
/// Source: Keras 3.16, BaseOptimizer; decoupled decay: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2.
/// </remarks>
/// <param name="LearningRate">Size of the steps; a number or a schedule.</param>
public abstract record Optimizer(Schedule LearningRate)
{
    /// <summary>Settings with a weight decay of their own.</summary>
    /// <param name="learningRate">Size of the steps.</param>
    /// <param name="weightDecay">Decoupled weight decay.</param>
    protected Optimizer(Schedule learningRate, double weightDecay) : this(learningRate) => WeightDecay = weightDecay;

    /// <summary>Decoupled weight decay, at least 0: before the update, w −= w × this × learning rate. Blocks with <see cref="ParameterBlock.Decays"/> off are left out.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Greatest norm of each parameter's gradient; a longer one is scaled down to it.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Greatest norm of all gradients together; longer ones are scaled down to it, keeping their direction.</summary>
    public double? GlobalClipNorm { get; init; }

    /// <summary>Greatest absolute value of each number of the gradient.</summary>
    public double? ClipValue { get; init; }

    /// <summary>Momentum of a moving average of the parameters, 0 to 1; none for no average. The average begins with the parameters after the first update.</summary>
    public double? AverageMomentum { get; init; }

    /// <summary>The parameters become their moving average after every so many updates; 0 for never while training.</summary>
    public int AverageEvery { get; init; }

    /// <summary>How many gradients are averaged to one update. The schedule counts steps, the bias correction counts updates.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>What the loss was multiplied with; gradients are divided by it.</summary>
    public double LossScale { get; init; } = 1;

    /// <summary>
    /// What the rule alone, with these settings, makes of a parameter whose gradient is zero, at a finite learning rate of at least 0 (above 0 for <see cref="ZeroGradient.KeepsAtSameRate"/>). Weight decay, accumulation and averaging are reckoned with elsewhere:
    /// they move every number.
    /// </summary>
    public virtual ZeroGradient ZeroGradient => ZeroGradient.Changes;

    /// <summary>Makes what runs, with empty state.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public RunningOptimizer Start(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Check();
        return Create(layout);
    }

    /// <summary>Refuses settings outside their range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; the message names it, its value and the range.</exception>
    public virtual void Check()
    {
        string owner = GetType().Name;
        LearningRate.Check();
        Require.AtLeast(owner, nameof(WeightDecay), WeightDecay, 0);
        if (ClipNorm is { } norm) Require.Above(owner, nameof(ClipNorm), norm, 0);
        if (GlobalClipNorm is { } global) Require.Above(owner, nameof(GlobalClipNorm), global, 0);
        if (ClipValue is { } value) Require.Above(owner, nameof(ClipValue), value, 0);
        if ((ClipNorm is null ? 0 : 1) + (GlobalClipNorm is null ? 0 : 1) + (ClipValue is null ? 0 : 1) > 1)
        {
            throw new ArgumentException($"{owner}: only one of ClipNorm, GlobalClipNorm and ClipValue may be set.");
        }
        if (AverageMomentum is { } momentum) Require.Between(owner, nameof(AverageMomentum), momentum, 0, 1);
        Require.AtLeast(owner, nameof(AverageEvery), AverageEvery, 0);
        Require.AtLeast(owner, nameof(AccumulationSteps), AccumulationSteps, 1);
        Require.Above(owner, nameof(LossScale), LossScale, 0);
    }

    /// <summary>Makes what runs; the settings are checked already.</summary>
    protected abstract RunningOptimizer Create(ParameterLayout layout);
}

/// <summary>Optimisers by name.</summary>
public static partial class OptimizerCatalog
{
    private static Catalog<Optimizer>? _catalog;        // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>The catalogue.</summary>
    public static Catalog<Optimizer> Catalog => _catalog!;

    /// <summary>Adds an optimiser: the learning rate first, then its own settings, then what all have in common.</summary>
    private static Entry<Optimizer> Add<T>(string name, string summary, T @default, params Setting<Optimizer>[] settings) where T : Optimizer
        => (_catalog ??= new("optimizer")).Add(name, summary, @default,
        [
            Setting<Optimizer>.Component<T, Schedule>("learning_rate", "size of the steps: a number or a schedule", () => ScheduleCatalog.Catalog, x => x.LearningRate, (x, v) => x with { LearningRate = v ?? x.LearningRate }),
            .. settings,
            Setting<Optimizer>.Number<T>("weight_decay", "decoupled weight decay: w -= w × this × learning rate before the update", x => x.WeightDecay, (x, v) => x with { WeightDecay = v }, minimum: 0),
            Setting<Optimizer>.OptionalNumber<T>("clip_norm", "greatest norm of each parameter's gradient", x => x.ClipNorm, (x, v) => x with { ClipNorm = v }, above: 0),
            Setting<Optimizer>.OptionalNumber<T>("global_clip_norm", "greatest norm of all gradients together", x => x.GlobalClipNorm, (x, v) => x with { GlobalClipNorm = v }, above: 0),
            Setting<Optimizer>.OptionalNumber<T>("clip_value", "greatest absolute value of each number of the gradient", x => x.ClipValue, (x, v) => x with { ClipValue = v }, above: 0),
            Setting<Optimizer>.OptionalNumber<T>("average_momentum", "momentum of a moving average of the parameters", x => x.AverageMomentum, (x, v) => x with { AverageMomentum = v }, minimum: 0, maximum: 1),
            Setting<Optimizer>.Integer<T>("average_every", "updates after which the parameters become their moving average; 0 for never", x => x.AverageEvery, (x, v) => x with { AverageEvery = v }, minimum: 0),
            Setting<Optimizer>.Integer<T>("accumulation_steps", "gradients averaged to one update", x => x.AccumulationSteps, (x, v) => x with { AccumulationSteps = v }, minimum: 1),
            Setting<Optimizer>.Number<T>("loss_scale", "what the loss was multiplied with; gradients are divided by it", x => x.LossScale, (x, v) => x with { LossScale = v }, above: 0),
        ]);
}
