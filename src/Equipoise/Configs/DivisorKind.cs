namespace Equipoise.Configs;

/// <summary>What the sum of an output's losses over a batch is divided by to give its raw loss.</summary>
public enum DivisorKind
{
    /// <summary>The weights of the rows that have the label: the mean over what is known. An output without labels in a batch counts 0 there.</summary>
    LabelledRows,

    /// <summary>The rows of the batch: an output with few labels counts less.</summary>
    Batch,

    /// <summary>The rows of the batch times the share of rows that have the label in all of training: on average the mean over what is known, without its noise.</summary>
    BatchLabelRate,
}
