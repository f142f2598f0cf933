namespace Equipoise.Engine.Profiling;

/// <summary>What a training step spends time on. A node of the graph has the phases forward, backward, parameters and statistics; the others belong to the whole step.</summary>
public enum StepPhase
{
    /// <summary>Bringing the rows of the batch from the data set: inputs, targets and weights.</summary>
    Gather,

    /// <summary>Outputs from inputs.</summary>
    Forward,

    /// <summary>Losses and their derivatives.</summary>
    Losses,

    /// <summary>Gradients towards the inputs.</summary>
    Backward,

    /// <summary>Statistics of a batch, as of a normalisation.</summary>
    Statistics,

    /// <summary>Gradients of the parameters.</summary>
    Parameters,

    /// <summary>Penalties of the weights.</summary>
    Penalties,

    /// <summary>Sums of the losses, the account and its check, the ledger.</summary>
    Account,

    /// <summary>Metrics.</summary>
    Metrics,

    /// <summary>The optimiser.</summary>
    Update,

    /// <summary>Copying changed weights into the panels of the matrix kernel.</summary>
    Pack,

    /// <summary>Everything else: threads that wait for one another, callbacks, and the measuring itself.</summary>
    Rest,
}
