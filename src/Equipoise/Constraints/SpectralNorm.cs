using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;

namespace Equipoise.Constraints;

/// <summary>Spectral normalisation: divides a kernel by its largest singular value, so that the layer stretches no input by more than a bound.</summary>
/// <remarks>
/// w · bound / σ, with σ of the kernel as a matrix [all axes but the last, last], estimated by power iteration: v = W·u / |W·u|, u = Wᵀ·v / |Wᵀ·v|, σ = |Wᵀ·v|. u goes on from update to update, so one iteration each is
/// enough once training runs; until then σ is too small an estimate and the kernel somewhat too long. A kernel of zeros stays. Something of one axis is brought to the length of the bound.
/// Source: Miyato and others, "Spectral normalization for generative adversarial networks", 2018, algorithm 1; Keras 3, SpectralNormalization, which also assigns the quotient to the kernel.
/// Differs from the paper: the kernel itself is divided after each update, so no gradient flows through σ.
/// </remarks>
/// <param name="Bound">Largest singular value, above 0.</param>
/// <param name="Iterations">Power iterations at each update, at least 1.</param>
public sealed record SpectralNorm(double Bound = 1, int Iterations = 1) : Constraint
{
    /// <inheritdoc/>
    public override int MemorySize(ReadOnlySpan<int> shape)
    {
        int size = 1;
        foreach (int length in shape) size *= length;
        int units = Units(shape);
        return units + (size / Math.Max(units, 1));
    }

    /// <inheritdoc/>
    public override void Apply(Span<float> w, ReadOnlySpan<int> shape, Span<float> memory)
    {
        int units = Units(shape);
        if (w.Length == 0) return;
        Span<float> u = memory[..units], v = memory[units..];
        if (!u.ContainsAnyExcept(0))
        {
            // A start that no kernel is likely to be orthogonal to.
            var random = new RandomStream(1);
            for (int c = 0; c < units; c++) u[c] = (float)random.Normal((ulong)c);
        }
        double sigma = 0;
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            for (int row = 0; row < v.Length; row++) v[row] = Reductions.Dot(w.Slice(row * units, units), u);
            if (!Normalize(v, out _)) return;
            u.Clear();
            for (int row = 0; row < v.Length; row++) Elementwise.AddScaled(w.Slice(row * units, units), v[row], u);
            if (!Normalize(u, out sigma)) return;
        }
        Elementwise.Scale((float)(Bound / sigma), w);
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.Above(nameof(SpectralNorm), nameof(Bound), Bound, 0);
        Require.AtLeast(nameof(SpectralNorm), nameof(Iterations), Iterations, 1);
    }

    // False, and all 0, if there is no direction.
    private static bool Normalize(Span<float> x, out double length)
    {
        length = Math.Sqrt(Reductions.SumOfSquaresDouble(x));
        if (!(length > 0) || !double.IsFinite(length))
        {
            x.Clear();
            return false;
        }
        Elementwise.Scale((float)(1 / length), x);
        return true;
    }
}

public static partial class ConstraintCatalog
{
    /// <summary>spectral_norm</summary>
    public static readonly Entry<Constraint> SpectralNorm = Add("spectral_norm", "largest singular value of a kernel at a bound", new SpectralNorm(),
        Setting<Constraint>.Number<SpectralNorm>("bound", "largest singular value", x => x.Bound, (x, v) => x with { Bound = v }, above: 0),
        Setting<Constraint>.Integer<SpectralNorm>("iterations", "power iterations at each update", x => x.Iterations, (x, v) => x with { Iterations = v }, minimum: 1));
}
