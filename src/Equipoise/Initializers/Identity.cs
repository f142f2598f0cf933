using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>A number on the diagonal of a matrix, zero elsewhere.</summary>
/// <remarks>Wants rank 2; the matrix need not be square.</remarks>
/// <param name="Gain">The number on the diagonal.</param>
public sealed record Identity(double Gain = 1) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random)
    {
        Check();
        if (shape.Length != 2) throw new ArgumentException($"The identity initialiser wants a matrix, but the shape is [{string.Join(", ", shape.ToArray())}].", nameof(shape));
        values.Clear();
        for (int i = 0; i < Math.Min(shape[0], shape[1]); i++) values[(i * shape[1]) + i] = (float)Gain;
    }

    /// <inheritdoc/>
    public override void Check() => Require.Finite(nameof(Identity), nameof(Gain), Gain);
}

public static partial class InitializerCatalog
{
    /// <summary>identity</summary>
    public static readonly Entry<Initializer> Identity = Add("identity", "a number on the diagonal, zero elsewhere", new Identity(),
        Setting<Initializer>.Number<Identity>("gain", "the number on the diagonal", x => x.Gain, (x, v) => x with { Gain = v }))
        .Alias("eye");
}
