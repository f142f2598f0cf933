namespace Equipoise.Losses;

/// <summary>Which output a <see cref="Divergence"/> moves.</summary>
public enum DivergenceTowards
{
    /// <summary>Every output is drawn to every other.</summary>
    EachOther,

    /// <summary>The others are drawn to the first, which is not trained by it: a teacher.</summary>
    First,
}
