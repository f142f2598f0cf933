namespace Equipoise.Sweeps;

/// <summary>How much of the space of costs some points dominate, up to a reference point: one number for how good a front is, greater being better.</summary>
/// <remarks>
/// The volume of ∪ over points p of the box from p to the reference, exactly. Less is better in each cost; a point that is not below the reference in every cost adds nothing. The unit is the product of the costs' units.
/// With two costs a sum over steps, O(n log n); with more, each point's box less what the points after it cover of it, recursively ("WFG"), whose time grows quickly beyond some hundred points in six costs.
/// Source: While, Bradstreet and Barone, "A fast way of calculating exact hypervolumes", 2012, algorithm 1.
/// </remarks>
public static class Hypervolume
{
    /// <summary>The volume that points dominate; 0 for none.</summary>
    /// <param name="costs">The points, finite; dominated ones do no harm.</param>
    /// <param name="reference">The worst that counts, one number a cost.</param>
    public static double Of(IReadOnlyList<double[]> costs, IReadOnlyList<double> reference)
    {
        ArgumentNullException.ThrowIfNull(costs);
        ArgumentNullException.ThrowIfNull(reference);
        double[] corner = [.. reference];
        var inside = costs.Where(p => p.Zip(corner).All(c => c.First < c.Second)).ToList();
        return Volume(Front(inside), corner);
    }

    private static double Volume(List<double[]> front, double[] corner)
    {
        if (front.Count == 0) return 0;
        if (front.Count == 1) return Box(front[0], corner);
        if (corner.Length == 1) return corner[0] - front.Min(p => p[0]);
        if (corner.Length == 2) return Steps(front, corner);
        // The worst in the last cost first: then what limits a point has its value there, and most of it drops out.
        var order = front.OrderByDescending(p => p[^1]).ToList();
        double sum = 0;
        for (int i = 0; i < order.Count; i++)
        {
            double[] point = order[i];
            var limited = order.Skip(i + 1).Select(o => (double[])[.. o.Zip(point, Math.Max)]).ToList();
            sum += Box(point, corner) - Volume(Front(limited), corner);
        }
        return sum;
    }

    private static double Steps(List<double[]> front, double[] corner)
    {
        double sum = 0, above = corner[1];
        foreach (double[] p in front.OrderBy(p => p[0]).ThenBy(p => p[1]))
        {
            if (p[1] >= above) continue;
            sum += (corner[0] - p[0]) * (above - p[1]);
            above = p[1];
        }
        return sum;
    }

    private static double Box(double[] point, double[] corner)
    {
        double volume = 1;
        for (int c = 0; c < corner.Length; c++) volume *= corner[c] - point[c];
        return volume;
    }

    // Without dominated points, and of equal ones only the first.
    private static List<double[]> Front(List<double[]> points)
    {
        var front = new List<double[]>();
        for (int i = 0; i < points.Count; i++)
        {
            bool kept = true;
            for (int o = 0; o < points.Count && kept; o++)
            {
                if (o == i) continue;
                kept = !ParetoFront.Dominates(points[o], points[i]) && !(o < i && points[o].AsSpan().SequenceEqual(points[i]));
            }
            if (kept) front.Add(points[i]);
        }
        return front;
    }
}
