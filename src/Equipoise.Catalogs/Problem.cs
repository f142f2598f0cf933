namespace Equipoise.Catalogs;

/// <summary>One mistake in a configuration: where, what is wrong and how to mend it.</summary>
/// <param name="Mark">Where it stands.</param>
/// <param name="Path">The path of keys to it, like <c>outputs[1].loss</c>.</param>
/// <param name="Message">What was found, what was wanted, and the remedy.</param>
public sealed record Problem(Mark Mark, string Path, string Message);
