namespace Equipoise.Losses;

/// <summary>What one item of a loss is, and whether items stand alone.</summary>
public enum LossScope
{
    /// <summary>One position of a row: one vector along the last axis of the prediction. Each stands alone.</summary>
    Position,

    /// <summary>A whole row with all its positions, as an alignment needs them. Each stands alone.</summary>
    Row,

    /// <summary>A whole row, judged against all other rows of the batch: the loss of one depends on its neighbours, and on the size of the batch.</summary>
    Batch,
}
