namespace Equipoise.Testing;

/// <summary>A graph broke one of the promises that <see cref="FiniteDifferences"/> checks.</summary>
public sealed class GradientException(string message) : Exception(message);
