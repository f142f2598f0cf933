namespace Equipoise.Engine.Execution;

/// <summary>Packs panels of parameters that changed, some at a time.</summary>
internal sealed class PackingWork(ParameterStore store) : ITeamWork
{
    private const int FloatsPerItem = 8 * 1024;
    private readonly List<(int Index, int First, int Count)> _items = new(64);

    public int Count => _items.Count;

    public void Clear() => _items.Clear();

    public void Add(int index, int panels, int inner)
    {
        int step = Math.Max(1, FloatsPerItem / (inner * Kernels.MatMul.PanelWidth));
        for (int first = 0; first < panels; first += step) _items.Add((index, first, Math.Min(step, panels - first)));
    }

    public void Do(int item, int worker)
    {
        var (index, first, count) = _items[item];
        store.PackPanels(index, first, count);
    }
}
