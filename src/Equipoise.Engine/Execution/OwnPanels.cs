namespace Equipoise.Engine.Execution;

/// <summary>One worker's own panels of the parameters, packed by itself from the values when these are new.</summary>
/// <remarks>
/// Panels that all workers share are written by one and read by another at every step: lines that must be taken from one processor's cache, and fetched into the other's, cost more than to pack small
/// panels twice. (Of a step of a network with 50,000 parameters a twentieth at 256 rows, a tenth at 32; with 100,000 parameters nothing is won.)
/// </remarks>
internal sealed class OwnPanels
{
    private const int MostFloats = 128 * 1024;
    private readonly ParameterStore _store;
    private readonly int[] _indices;
    private readonly AlignedFloats[] _panels;                  // by index in the store
    private long _version = -1;

    private OwnPanels(ParameterStore store, int[] indices)
    {
        _store = store;
        _indices = indices;
        _panels = new AlignedFloats[indices.Length == 0 ? 0 : indices.Max() + 1];
        foreach (var group in indices.GroupBy(store.PanelsValuesOf))
        {
            var own = new AlignedFloats(group.Key.Span.Length);
            foreach (int index in group) _panels[index] = own;
        }
    }

    /// <summary>Panels for each worker; null if there is but one, or if they are too large.</summary>
    public static OwnPanels[]? For(ParameterStore store, int[] indices, int workers)
    {
        long floats = indices.Select(store.PanelsValuesOf).Distinct().Sum(v => (long)v.Span.Length);
        return workers == 1 || floats > MostFloats ? null : [.. Enumerable.Range(0, workers).Select(_ => new OwnPanels(store, indices))];
    }

    /// <summary>Packs all of them, if the values changed.</summary>
    public void Refresh()
    {
        if (_version == _store.Version) return;
        foreach (int index in _indices) _store.Pack(index, _panels[index].Span);
        _version = _store.Version;
    }

    /// <summary>The panels of that number in the store.</summary>
    public ReadOnlySpan<float> Of(int index) => _panels[index].Span;
}
