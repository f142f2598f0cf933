namespace Equipoise.Engine.Graphs;

/// <summary>What a plan is for.</summary>
public enum Mode
{
    /// <summary>Forward only: dropout is off, normalisation uses its moving statistics.</summary>
    Inference,

    /// <summary>Forward, losses and backward of a block of rows in one go. The weights of the losses must be known before the step.</summary>
    Training,

    /// <summary>Forward of all rows first, then backward, so that the weights may depend on the step's own losses. Keeps more in memory.</summary>
    TwoPhaseTraining,

    /// <summary>As <see cref="TwoPhaseTraining"/>, and backward may be run again and again from other seeds: all that it reads stays in memory.</summary>
    EachOutputTraining,
}
