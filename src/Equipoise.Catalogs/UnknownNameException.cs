namespace Equipoise.Catalogs;

/// <summary>There is no component of that name; the message lists the known ones and the nearest.</summary>
public sealed class UnknownNameException(string kind, string name, IReadOnlyCollection<string> known)
    : ArgumentException($"There is no {kind} called '{name}'. {Suggestion.Advice(name, known)}", nameof(name));
