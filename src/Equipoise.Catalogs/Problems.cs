namespace Equipoise.Catalogs;

/// <summary>Collects every mistake of a configuration, so that they are all told at once.</summary>
public sealed class Problems
{
    private readonly List<Problem> _all = [];

    /// <summary>All mistakes so far.</summary>
    public IReadOnlyList<Problem> All => _all;

    /// <summary>Whether there is any.</summary>
    public bool Any => _all.Count > 0;

    /// <summary>Adds one.</summary>
    public void Add(Mark mark, string path, string message) => _all.Add(new Problem(mark, path, message));
}
