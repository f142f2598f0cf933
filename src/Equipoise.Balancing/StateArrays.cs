namespace Equipoise.Balancing;

/// <summary>What a balancer remembers, as arrays by name. One method names the arrays, for saving and for loading alike.</summary>
public sealed class StateArrays
{
    private readonly Dictionary<string, double[]> _values;
    private readonly bool _loading;

    internal StateArrays(Dictionary<string, double[]> values, bool loading)
    {
        _values = values;
        _loading = loading;
    }

    internal IReadOnlyDictionary<string, double[]> Values => _values;

    /// <summary>An array of fixed length.</summary>
    public void Array(string name, Span<double> values)
    {
        if (!_loading)
        {
            _values.Add(name, values.ToArray());
            return;
        }

        var saved = Find(name);
        if (saved.Length != values.Length) throw new ArgumentException($"The saved state '{name}' of the balancer has {saved.Length} numbers, but {values.Length} are wanted. Was it saved with other settings?");
        saved.CopyTo(values);
    }

    /// <summary>A single number.</summary>
    public void Number(string name, ref double value) => Array(name, new Span<double>(ref value));

    /// <summary>An array whose length is known only when the first gradient was seen; empty before.</summary>
    public void Buffer(string name, ref double[] values)
    {
        if (_loading) values = (double[])Find(name).Clone();
        else _values.Add(name, (double[])values.Clone());
    }

    /// <summary>What belongs to a balancer within a balancer.</summary>
    public void Inner(string name, Balancer inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        string prefix = name + ".";
        if (_loading)
        {
            inner.Load(_values.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(v => v.Key[prefix.Length..], v => v.Value));
            return;
        }

        foreach (var (key, value) in inner.Save()) _values.Add(prefix + key, value);
    }

    private double[] Find(string name) => _values.TryGetValue(name, out var saved) ? saved
        : throw new ArgumentException($"The saved state of the balancer has no '{name}', only {string.Join(", ", _values.Keys.Order(StringComparer.Ordinal))}. Was it saved by another method?");
}
