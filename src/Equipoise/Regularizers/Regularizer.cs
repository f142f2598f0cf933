using Equipoise.Catalogs;

namespace Equipoise.Regularizers;

/// <summary>A penalty on numbers, usually a parameter: a term of the total loss without a target.</summary>
/// <remarks>Added once a step, whatever the batch. NaN gives NaN; nothing at all gives 0.</remarks>
public abstract record Regularizer
{
    /// <summary>The penalty, summed in double.</summary>
    /// <param name="w">The numbers, row by row.</param>
    /// <param name="shape">Their shape; the product is the length of <paramref name="w"/>.</param>
    public abstract double Value(ReadOnlySpan<float> w, ReadOnlySpan<int> shape);

    /// <summary>gradient += scale × ∂penalty/∂w.</summary>
    /// <param name="w">The numbers, row by row.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="scale">What the penalty is multiplied with.</param>
    /// <param name="gradient">Added to, as long as <paramref name="w"/>.</param>
    public abstract void AddGradient(ReadOnlySpan<float> w, ReadOnlySpan<int> shape, float scale, Span<float> gradient);

    /// <summary>The penalty of numbers whose shape does not matter.</summary>
    public double Value(ReadOnlySpan<float> w) => Value(w, [w.Length]);

    /// <summary>gradient += scale × ∂penalty/∂w, for numbers whose shape does not matter.</summary>
    public void AddGradient(ReadOnlySpan<float> w, float scale, Span<float> gradient) => AddGradient(w, [w.Length], scale, gradient);

    /// <summary>Refuses settings outside their range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; the message names it, its value and the range.</exception>
    public abstract void Check();

    private protected static void CheckLengths(ReadOnlySpan<float> w, ReadOnlySpan<float> gradient)
    {
        if (w.Length != gradient.Length) throw new ArgumentException($"There are {w.Length} numbers but room for {gradient.Length} gradients.", nameof(gradient));
    }
}

/// <summary>Regularisers by name.</summary>
public static partial class RegularizerCatalog
{
    private static Catalog<Regularizer>? _catalog;        // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>The catalogue.</summary>
    public static Catalog<Regularizer> Catalog => _catalog!;

    private static Entry<Regularizer> Add<T>(string name, string summary, T @default, params Setting<Regularizer>[] settings) where T : Regularizer
        => (_catalog ??= new("regularizer")).Add(name, summary, @default, settings);
}
