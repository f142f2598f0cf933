namespace Equipoise.Testing;

/// <summary>A page that is not as it must be.</summary>
public sealed class PageException(string message) : Exception(message);
