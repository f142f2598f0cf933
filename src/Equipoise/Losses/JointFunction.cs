namespace Equipoise.Losses;

/// <summary>A loss over several outputs as a function of one's own, from C#.</summary>
/// <remarks>
/// The function gives the value of a row and fills in its slopes; finite differences tell whether they are right. NaN and zero are its own affair. It has no name in a config.
/// <para>Example, which keeps the first output below the second: <c>new JointFunction((in row) => { float over = row.Prediction(0)[0] - row.Prediction(1)[0]; if (over &lt;= 0) return 0; row.Slope(0)[0] = 1; row.Slope(1)[0] = -1; return over; })</c>.</para>
/// </remarks>
/// <param name="Formula">The function.</param>
/// <param name="LooksAtLabels">Whether it looks at labels; then rows with a missing one are left out.</param>
public sealed record JointFunction(JointFormula Formula, bool LooksAtLabels = false) : JointLoss
{
    /// <inheritdoc/>
    public override bool NeedsLabels => LooksAtLabels;

    /// <inheritdoc/>
    public override void Check(IReadOnlyList<int> widths) => ArgumentNullException.ThrowIfNull(Formula);

    /// <inheritdoc/>
    public override float Evaluate(in JointRow row) => Formula(in row);
}
