using Equipoise.Engine.Kernels;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Adafactor: keeps row and column means of the squared gradient in place of all of it, and steps in proportion to the parameter's size.</summary>
/// <remarks>
/// ρ = min(rate, 1/√t) (the rate alone, if it is a schedule or relative steps are off); α = max(ε2, rms(w)) × ρ; β = 1 − t^decay; s = g² + ε1.
/// Rank 2 and more: r, c = β r, c + (1 − β) × means of s over the last and last but one dimension, v = r / mean(r) × c; else v = β v + (1 − β) s.
/// u = g / √v; u /= max(1, rms(u) / clip); w −= α u.
/// Source: Keras 3.16, Adafactor; Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", 2018, algorithms 4 and 5.
/// </remarks>
/// <param name="LearningRate">Greatest relative step; 0.001 if left out.</param>
/// <param name="Beta2Decay">Exponent of the decay, below 0.</param>
/// <param name="Epsilon1">Added to the squared gradient, above 0.</param>
/// <param name="Epsilon2">Least size that a parameter counts as, above 0.</param>
/// <param name="ClipThreshold">Greatest root mean square of a step, above 0.</param>
/// <param name="RelativeStep">Whether the rate is at most 1/√t.</param>
public sealed record Adafactor(Schedule? LearningRate = null, double Beta2Decay = -0.8, double Epsilon1 = 1e-30, double Epsilon2 = 1e-3, double ClipThreshold = 1, bool RelativeStep = true)
    : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require.That(Beta2Decay < 0 && double.IsFinite(Beta2Decay), nameof(Adafactor), nameof(Beta2Decay), Beta2Decay, "below 0 and finite");
        Require.Above(nameof(Adafactor), nameof(Epsilon1), Epsilon1, 0);
        Require.Above(nameof(Adafactor), nameof(Epsilon2), Epsilon2, 0);
        Require.Above(nameof(Adafactor), nameof(ClipThreshold), ClipThreshold, 0);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new Running(this, layout);

    private sealed class Running : BlockwiseOptimizer
    {
        private readonly Adafactor _adafactor;
        private readonly float[] _rows;         // row means of all blocks of rank 2 and more, one after the other
        private readonly float[] _columns;      // their column means
        private readonly float[] _squares;      // mean squares of the other blocks
        private readonly double[] _sums;        // of one matrix's columns
        private readonly (int Matrices, int Rows, int Columns, int RowOffset, int ColumnOffset, int SquareOffset)[] _places;

        public Running(Adafactor settings, ParameterLayout layout) : base(settings, layout)
        {
            _adafactor = settings;
            _places = new (int, int, int, int, int, int)[layout.Blocks.Count];
            int rows = 0, columns = 0, squares = 0;
            for (int i = 0; i < _places.Length; i++)
            {
                var block = layout.Blocks[i];
                bool factored = block.Shape.Count >= 2 && block.Length > 0;
                int height = factored ? block.Shape[^2] : 0, width = factored ? block.Shape[^1] : 0, matrices = factored ? block.Length / (height * width) : 0;
                _places[i] = (matrices, height, width, rows, columns, squares);
                rows += matrices * height;
                columns += matrices * width;
                if (!factored) squares += block.Length;
            }
            _sums = new double[_places.Max(place => (int?)place.Columns) ?? 0];
            _rows = AddState("row_mean", rows);
            _columns = AddState("column_mean", columns);
            _squares = AddState("velocity", squares);
        }

        protected override double Direct(int block, double rate, double norm, Span<float> direction)
        {
            double relative = _adafactor.RelativeStep && _adafactor.LearningRate is ConstantSchedule ? Math.Min(rate, 1 / Math.Sqrt(Updates)) : rate;
            double take = Math.Pow(Updates, _adafactor.Beta2Decay);
            var place = _places[block];
            if (place.Matrices == 0)
            {
                Divide(direction, _squares.AsSpan(place.SquareOffset, direction.Length), take);
            }
            else
            {
                int size = place.Rows * place.Columns;
                for (int k = 0; k < place.Matrices; k++)
                {
                    DivideFactored(direction.Slice(k * size, size), _rows.AsSpan(place.RowOffset + (k * place.Rows), place.Rows),
                        _columns.AsSpan(place.ColumnOffset + (k * place.Columns), place.Columns), take);
                }
            }
            double count = direction.Length;
            double step = Math.Sqrt(Reductions.SumOfSquaresDouble(direction) / count);
            double alpha = Math.Max(_adafactor.Epsilon2, norm / Math.Sqrt(count)) * relative;
            return alpha / Math.Max(1, step / _adafactor.ClipThreshold);
        }

        private void Divide(Span<float> g, Span<float> v, double take)
        {
            for (int i = 0; i < g.Length; i++)
            {
                v[i] = (float)(((1 - take) * v[i]) + (take * (((double)g[i] * g[i]) + _adafactor.Epsilon1)));
                g[i] = (float)(g[i] / Math.Sqrt(v[i]));
            }
        }

        private void DivideFactored(Span<float> g, Span<float> r, Span<float> c, double take)
        {
            int rows = r.Length, columns = c.Length;
            double total = 0;
            for (int i = 0; i < rows; i++)
            {
                double mean = (Reductions.SumOfSquaresDouble(g.Slice(i * columns, columns)) / columns) + _adafactor.Epsilon1;
                r[i] = (float)(((1 - take) * r[i]) + (take * mean));
                total += r[i];
            }
            var sums = _sums.AsSpan(0, columns);
            sums.Clear();
            for (int i = 0; i < rows; i++)
            {
                var row = g.Slice(i * columns, columns);
                for (int j = 0; j < row.Length; j++) sums[j] += (double)row[j] * row[j];
            }
            for (int j = 0; j < columns; j++) c[j] = (float)(((1 - take) * c[j]) + (take * ((sums[j] / rows) + _adafactor.Epsilon1)));
            for (int i = 0; i < rows; i++)
            {
                double share = Math.Sqrt(r[i] / (total / rows));
                var row = g.Slice(i * columns, columns);
                for (int j = 0; j < row.Length; j++) row[j] = (float)(row[j] / (share * MathF.Sqrt(c[j])));
            }
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>adafactor</summary>
    public static readonly Entry<Optimizer> Adafactor = Add("adafactor", "row and column means of squares: little memory", new Adafactor(),
        Setting<Optimizer>.Number<Adafactor>("beta2_decay", "exponent of the decay", x => x.Beta2Decay, (x, v) => x with { Beta2Decay = v }, below: 0),
        Setting<Optimizer>.Number<Adafactor>("epsilon1", "added to the squared gradient", x => x.Epsilon1, (x, v) => x with { Epsilon1 = v }, above: 0),
        Setting<Optimizer>.Number<Adafactor>("epsilon2", "least size that a parameter counts as", x => x.Epsilon2, (x, v) => x with { Epsilon2 = v }, above: 0),
        Setting<Optimizer>.Number<Adafactor>("clip_threshold", "greatest root mean square of a step", x => x.ClipThreshold, (x, v) => x with { ClipThreshold = v }, above: 0),
        Setting<Optimizer>.Flag<Adafactor>("relative_step", "rate at most 1/√t", x => x.RelativeStep, (x, v) => x with { RelativeStep = v }));
}
