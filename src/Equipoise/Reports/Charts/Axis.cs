namespace Equipoise.Reports.Charts;

/// <summary>Maps values to places on a chart, with round marks.</summary>
/// <remarks>Marks are 1, 2 or 5 × a power of ten apart, 3 to 6 of them; on a logarithmic axis the powers of ten, with 2 and 5 between where they are few.</remarks>
internal sealed class Axis
{
    private const double Room = 0.04;                          // beyond the least and greatest value, of the range
    private readonly double _from;
    private readonly double _to;
    private readonly bool _log;

    /// <summary>An axis that holds all values.</summary>
    /// <param name="values">The values; those that are no numbers are left out, and on a logarithmic axis those not above 0.</param>
    /// <param name="begin">Place of the low end.</param>
    /// <param name="end">Place of the high end.</param>
    /// <param name="logarithmic">Whether equal factors are equally far apart.</param>
    /// <param name="zero">Whether 0 is on the axis in any case.</param>
    /// <param name="tight">Whether the axis ends at the least and greatest value.</param>
    public Axis(IEnumerable<double> values, double begin, double end, bool logarithmic = false, bool zero = false, bool tight = false)
    {
        Begin = begin;
        End = end;
        _log = logarithmic;
        double[] there = [.. values.Where(v => double.IsFinite(v) && (!logarithmic || v > 0)).Select(v => logarithmic ? Math.Log10(v) : v)];
        double low = there.Length == 0 ? 0 : there.Min(), high = there.Length == 0 ? 1 : there.Max();
        if (zero) (low, high) = (Math.Min(0, low), Math.Max(0, high));
        if (high - low <= 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)))
        {
            double half = logarithmic || low == 0 ? 0.5 : Math.Abs(low) / 2;
            (low, high) = (low - half, high + half);
        }
        double room = tight ? 0 : Room * (high - low);
        _from = zero && low == 0 ? 0 : low - room;
        _to = zero && high == 0 ? 0 : high + room;
    }

    /// <summary>Place of the low end.</summary>
    public double Begin { get; }

    /// <summary>Place of the high end.</summary>
    public double End { get; }

    /// <summary>The place of a value; beyond the ends for values outside.</summary>
    public double this[double value] => Begin + ((End - Begin) * (((_log ? Math.Log10(value) : value) - _from) / (_to - _from)));

    /// <summary>Round values within the axis.</summary>
    public IReadOnlyList<double> Marks()
    {
        if (_log)
        {
            double[] steps = _to - _from > 2 ? [1] : [1, 2, 5];
            int every = Math.Max(1, (int)Math.Ceiling((_to - _from) / 6));
            var marks = new List<double>();
            for (int power = (int)Math.Floor(_from); power <= Math.Ceiling(_to); power += every)
                marks.AddRange(steps.Select(s => s * Math.Pow(10, power)).Where(m => Math.Log10(m) >= _from && Math.Log10(m) <= _to));
            if (marks.Count > 1) return marks;
            return [.. Linear(Math.Pow(10, _from), Math.Pow(10, _to)).Where(m => m > 0)];
        }
        return Linear(_from, _to);
    }

    private static List<double> Linear(double from, double to)
    {
        double rough = (to - from) / 5, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        var marks = new List<double>();
        for (double k = Math.Ceiling((from / step) - 1e-9); k * step <= to + (1e-9 * step); k++) marks.Add(k == 0 ? 0 : k * step);
        return marks;
    }
}
