namespace Equipoise.Losses;

/// <summary>Which class number of an alignment means "nothing here".</summary>
public enum BlankClass
{
    /// <summary>Class 0, as in the CTC class of Keras 3: labels are 1 and more.</summary>
    First,

    /// <summary>The last class, as in the older ctc_batch_cost of Keras: labels are 0 and more.</summary>
    Last,
}
