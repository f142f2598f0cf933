namespace Equipoise.Data;

/// <summary>How an ordered category enters the network.</summary>
public enum OrderedForm
{
    /// <summary>Its rank as one number, standardised.</summary>
    Number,

    /// <summary>One feature for each step: 1 if the row's category is at least that high.</summary>
    Thermometer,
}
