namespace Equipoise.Advice;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Worth knowing: something could be better, or is likely to be.</summary>
    Hint,

    /// <summary>A choice that the data speak against: figures will mislead, or an output will learn badly.</summary>
    Warning,

    /// <summary>A mistake: what is trained is not what is wanted, or it does not train at all.</summary>
    Error,
}
