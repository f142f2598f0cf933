using Equipoise.Catalogs;

namespace Equipoise.Constraints;

/// <summary>What a parameter is brought back to after each update: a norm within bounds, numbers of one sign.</summary>
/// <remarks>
/// Norms are taken over the weights that go into one unit: over all axes but the last, so a dense kernel [in, units] and a convolution's [height, width, channels, filters] have one norm for each unit or filter;
/// a bias, or anything else of one axis, has one norm. Differs from Keras, whose default (axis 0) is the same for dense kernels only.
/// The update before is not corrected for it: momentum goes on as if the constraint were not there, as in Keras. NaN stays NaN.
/// </remarks>
public abstract record Constraint
{
    private protected const double Epsilon = 1e-7;
    private const int ColumnsAtOnce = 64;

    /// <summary>Floats of memory of its own for a parameter; they begin as zeros and are kept from update to update.</summary>
    public virtual int MemorySize(ReadOnlySpan<int> shape) => 0;

    /// <summary>Brings a parameter back. Allocates nothing.</summary>
    /// <param name="w">The parameter, row by row.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="memory">As long as <see cref="MemorySize"/>.</param>
    public abstract void Apply(Span<float> w, ReadOnlySpan<int> shape, Span<float> memory);

    /// <summary>Refuses settings outside their range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; the message names it, its value and the range.</exception>
    public virtual void Check()
    {
    }

    /// <summary>How many units a parameter has: 1 if it has one axis, else its last axis.</summary>
    private protected static int Units(ReadOnlySpan<int> shape) => shape.Length < 2 ? 1 : shape[^1];

    /// <summary>Multiplies the weights of each unit with what a rule makes of their norm.</summary>
    private protected static void ScaleUnits<TRule>(Span<float> w, ReadOnlySpan<int> shape, TRule rule) where TRule : struct, INormRule
    {
        int units = Units(shape);
        Span<double> norms = stackalloc double[ColumnsAtOnce];
        for (int first = 0; first < units; first += ColumnsAtOnce)
        {
            var some = norms[..Math.Min(ColumnsAtOnce, units - first)];
            some.Clear();
            for (int row = first; row < w.Length; row += units)
            {
                for (int c = 0; c < some.Length; c++) some[c] += (double)w[row + c] * w[row + c];
            }
            foreach (ref double norm in some) norm = rule.Factor(Math.Sqrt(norm));
            for (int row = first; row < w.Length; row += units)
            {
                for (int c = 0; c < some.Length; c++) w[row + c] = (float)(w[row + c] * some[c]);
            }
        }
    }

    /// <summary>What a unit's weights are multiplied with, by their norm.</summary>
    private protected interface INormRule
    {
        /// <summary>The factor.</summary>
        public double Factor(double norm);
    }
}

/// <summary>Constraints by name.</summary>
public static partial class ConstraintCatalog
{
    private static Catalog<Constraint>? _catalog;        // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>The catalogue.</summary>
    public static Catalog<Constraint> Catalog => _catalog!;

    private static Entry<Constraint> Add<T>(string name, string summary, T @default, params Setting<Constraint>[] settings) where T : Constraint
        => (_catalog ??= new("constraint")).Add(name, summary, @default, settings);
}
