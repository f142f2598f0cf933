namespace Equipoise.Audits;

/// <summary>How a part went down.</summary>
/// <param name="Part">Name of the part.</param>
/// <param name="First">Median of the first lines (a tenth of them, one at least).</param>
/// <param name="Last">Median of the last lines.</param>
/// <param name="LastShare">Effective weight × last value ÷ the total at the end; NaN if there is no fixed weight.</param>
public sealed record PartConvergence(string Part, double First, double Last, double LastShare)
{
    /// <summary>How many times smaller it is at the end; below 1 if it grew; NaN where a sign makes that meaningless.</summary>
    public double Factor => First > 0 && Last > 0 ? First / Last : double.NaN;
}
