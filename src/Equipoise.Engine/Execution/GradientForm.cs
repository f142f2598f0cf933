namespace Equipoise.Engine.Execution;

/// <summary>In which form each output's gradient of a node's parameters is there.</summary>
internal enum GradientForm
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>As it is, a row for each output.</summary>
    Held,

    /// <summary>Not before the weights are known: then once, from the weighted sum of the node's gradients.</summary>
    Later,

    /// <summary>As <see cref="Later"/>; the inner products that weights are made of come from the rows of the batch.</summary>
    ByRows,
}
