namespace Equipoise.Audits;

/// <summary>The figures that a log gives for one moment of the training.</summary>
/// <param name="Line">Line of the file, from 1; of binary files the number of the record.</param>
/// <param name="Epoch">Epoch, as the log counts; 0 if it does not say.</param>
/// <param name="Step">Step, as the log counts; 0 if it does not say.</param>
/// <param name="Values">A figure for each column of the table; NaN where the log has none.</param>
/// <param name="Halves">Half the width of the interval that each printed figure stands for.</param>
public sealed record LogRow(int Line, long Epoch, long Step, IReadOnlyList<double> Values, IReadOnlyList<double> Halves)
{
    /// <summary>Where it is, in words: <c>line 12 (epoch 3, step 50)</c>.</summary>
    public string Place
    {
        get
        {
            string[] counters = [.. new[] { Epoch > 0 ? $"epoch {Epoch}" : "", Step > 0 ? $"step {Step}" : "" }.Where(c => c.Length > 0)];
            return counters.Length == 0 ? $"line {Line}" : $"line {Line} ({string.Join(", ", counters)})";
        }
    }
}
