namespace Equipoise.Sweeps;

/// <summary>How much a further point would add to a front.</summary>
internal sealed class FrontGain
{
    private readonly double[] _corner;
    private List<double[]> _front;
    private double _volume;

    /// <summary>The front of some points.</summary>
    /// <param name="costs">The points, finite; at least one.</param>
    /// <param name="beyond">The reference: the worst of the front and this share of the front's range beyond, in each cost; where the front has no range, that of all points.</param>
    public FrontGain(IReadOnlyList<double[]> costs, double beyond)
    {
        _front = [.. ParetoFront.Of(costs).Select(i => costs[i])];
        _corner = [.. Enumerable.Range(0, costs[0].Length).Select(c =>
        {
            double worst = _front.Max(p => p[c]), range = worst - _front.Min(p => p[c]);
            if (range <= 0) range = costs.Max(p => p[c]) - worst;
            return worst + (beyond * (range > 0 ? range : 1));
        })];
        _volume = Hypervolume.Of(_front, _corner);
    }

    /// <summary>Whether a point of those it was made from is on the front.</summary>
    public bool Contains(double[] costs) => _front.Contains(costs);

    /// <summary>Takes a point in.</summary>
    public void Add(double[] costs)
    {
        if (_front.Any(p => ParetoFront.Dominates(p, costs))) return;
        _front = [.. _front.Where(p => !ParetoFront.Dominates(costs, p)), costs];
        _volume = Hypervolume.Of(_front, _corner);
    }

    /// <summary>The volume that a point would add; if it adds none, less the distance by which each of its costs would have to fall before it did.</summary>
    public double Of(double[] costs)
    {
        double lack = 0;
        for (int c = 0; c < costs.Length; c++) lack = Math.Max(lack, costs[c] - _corner[c]);
        foreach (double[] p in _front)
        {
            double least = double.PositiveInfinity;
            for (int c = 0; c < costs.Length; c++) least = Math.Min(least, costs[c] - p[c]);
            lack = Math.Max(lack, least);
        }
        return lack > 0 ? -lack : Hypervolume.Of([.. _front, costs], _corner) - _volume;
    }
}
