namespace Equipoise.Trials;

/// <summary>One training: a variant of a config with a seed.</summary>
/// <param name="Variant">What is trained.</param>
/// <param name="Seed">Determines initial weights, order of rows and dropout; takes the place of <c>training.seed</c>. Parameters of the same name and shape begin with the same numbers in every variant.</param>
public sealed record Trial(Variant Variant, int Seed);
