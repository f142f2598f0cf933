namespace Equipoise.Training;

/// <summary>What the weighted sum of an output's losses is divided by to make its raw loss. Never mixes outputs.</summary>
public enum Divisor
{
    /// <summary>Items of the batch that have a label: unbiased for each label, noisier where labels are few. A batch without labels gives 0. Keras divides so.</summary>
    LabelledRows,

    /// <summary>All items of the batch: an output with a share p of labels counts p times as much.</summary>
    Batch,

    /// <summary>All items of the batch × the share of labels in the whole training part: unbiased, and no batch can divide by zero.</summary>
    BatchLabelRate,

    /// <summary>Sum of the sample weights of the labelled items: a true weighted mean.</summary>
    SumOfWeights,

    /// <summary>Nothing: the raw loss is a sum, and grows with the batch.</summary>
    None,
}
