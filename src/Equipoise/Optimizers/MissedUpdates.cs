namespace Equipoise.Optimizers;

/// <summary>How many updates each row of a table has missed, which are made up when the row is next visited.</summary>
/// <remarks>Nothing is counted before the first update by rows. Threads may catch up different rows at the same time.</remarks>
internal sealed class MissedUpdates(int rows)
{
    /// <summary>After so many updates all rows should catch up, lest the numbers overflow.</summary>
    public const int Most = 1 << 30;
    private readonly int[] _seen = new int[rows];              // of the updates counted, by row

    /// <summary>How many rows.</summary>
    public int Rows => _seen.Length;

    /// <summary>Whether updates are counted, as rows may be left out.</summary>
    public bool Counts { get; private set; }

    /// <summary>Updates counted since all rows had caught up.</summary>
    public int Updates { get; private set; }

    /// <summary>Held by those who cannot be sure that no other thread has one of their rows.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Counts from the next update on.</summary>
    public void Start()
    {
        if (!Counts) Counts = true;                            // many threads say so: write no more than needed
    }

    /// <summary>An update begins, whether or not it will leave out rows.</summary>
    public void Begin() => Updates++;

    /// <summary>How many updates before this one a row has to make up for, if any; from then on it has seen this one too.</summary>
    public int CatchUp(int row)
    {
        int missed = Updates - 1 - _seen[row];
        _seen[row] = Updates;
        return missed;
    }

    /// <summary>Tells that no row has missed anything.</summary>
    public void Reset()
    {
        Array.Clear(_seen);
        Updates = 0;
    }
}
