namespace Equipoise.Losses;

/// <summary>What turns the raw predictions of an output into the values a user wants.</summary>
public enum OutputLink
{
    /// <summary>Nothing: the predictions are the values.</summary>
    Identity,

    /// <summary>1 / (1 + e^-z), each number by itself.</summary>
    Sigmoid,

    /// <summary>Softmax over the last axis.</summary>
    Softmax,

    /// <summary>e^z: the predictions are logarithms of rates.</summary>
    Exponential,

    /// <summary>1 − d: the predictions are distances, and near means yes.</summary>
    Nearness,
}
