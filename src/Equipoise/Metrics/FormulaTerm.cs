namespace Equipoise.Metrics;

/// <summary>A part of a formula: its value from the numbers of one item, in a column, and from the sums over all items.</summary>
internal abstract class FormulaTerm
{
    public abstract double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int column, ReadOnlySpan<double> sums);

    public sealed class Number(double number) : FormulaTerm
    {
        public override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int column, ReadOnlySpan<double> sums) => number;
    }

    /// <summary>A prediction or a target, of the column at hand or of a fixed one.</summary>
    public sealed class Entry(bool ofTarget, int? index) : FormulaTerm
    {
        public override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int column, ReadOnlySpan<double> sums)
        {
            int at = index ?? column;
            return ofTarget ? Labels.Of(prediction, target, at) : prediction[at];
        }
    }

    /// <summary>A number by its place: outside a sum over all items, within it a further column of the row.</summary>
    public sealed class Sum(int place) : FormulaTerm
    {
        public override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int column, ReadOnlySpan<double> sums) => sums[place];
    }

    /// <summary>Something done to one or two terms. x / 0 is 0.</summary>
    public sealed class Operation(string name, FormulaTerm first, FormulaTerm? second) : FormulaTerm
    {
        public override double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int column, ReadOnlySpan<double> sums)
        {
            double x = first.Value(prediction, target, column, sums), y = second?.Value(prediction, target, column, sums) ?? 0;
            return name switch
            {
                "+" => x + y,
                "-" => x - y,
                "*" => x * y,
                "/" => Labels.Ratio(x, y),
                "^" => Math.Pow(x, y),
                "min" => Math.Min(x, y),
                "max" => Math.Max(x, y),
                "above" => x > y ? 1 : 0,
                "abs" => Math.Abs(x),
                "sqrt" => Math.Sqrt(x),
                "log" => Math.Log(x),
                _ => Math.Exp(x),
            };
        }
    }
}
