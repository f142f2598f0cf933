namespace Equipoise.Data;

/// <summary>Collects the mistakes of one input, so that they are told at once; after twenty it only counts.</summary>
internal sealed class Mistakes
{
    private const int Limit = 20;
    private readonly List<string> _told = [];
    private int _further;

    public bool Any => _told.Count > 0;

    public void Add(string mistake)
    {
        if (_told.Count < Limit) _told.Add(mistake);
        else _further++;
    }

    /// <summary>Takes over the mistakes of a part.</summary>
    public void Add(DataException fault)
    {
        foreach (string mistake in fault.Mistakes) Add(mistake);
        _further += fault.Further;
    }

    /// <summary>Takes over the mistakes of a part.</summary>
    public void Add(Mistakes others)
    {
        foreach (string mistake in others._told) Add(mistake);
        _further += others._further;
    }

    public void ThrowIfAny()
    {
        if (Any) throw new DataException(_told, _further);
    }
}
