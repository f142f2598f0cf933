using Equipoise.Balancing;
using Equipoise.Optimizers;

namespace Equipoise.Training;

/// <summary>How a model is trained.</summary>
public sealed class CompileOptions
{
    /// <summary>What updates the weights.</summary>
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>Loss, weight and metrics of each output, by its name. Every output must be there; one that is not trained has a null loss.</summary>
    public Dictionary<string, Output> Outputs { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Losses over several outputs, such as that they must not contradict one another; each a term of its own in the total.</summary>
    public IReadOnlyList<JointTerm> JointLosses { get; init; } = [];

    /// <summary>What sets the weights of the losses.</summary>
    public BalancerSettings Balancer { get; init; } = new FixedWeights();

    /// <summary>Of which shared parameters a balancer that needs gradients sees them.</summary>
    public GradientView Scope { get; init; }

    /// <summary>Each output's gradient is looked at in every so many steps, for the ledger (<see cref="Ledger.GradientAccount"/>); 0: never. It costs one backward for each output in these steps, and changes no result.</summary>
    public int Diagnose { get; init; }

    /// <summary>What the sum of an output's losses is divided by, unless the output says otherwise.</summary>
    public Divisor Divisor { get; init; } = Divisor.LabelledRows;

    /// <summary>Threads; 0: one for each processor. Results do not depend on it.</summary>
    public int Workers { get; init; }

    /// <summary>Seed of dropout and shuffling.</summary>
    public ulong Seed { get; init; }
}
