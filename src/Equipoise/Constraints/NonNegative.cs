using Equipoise.Catalogs;

namespace Equipoise.Constraints;

/// <summary>Sets negative weights to 0, so that no input can lower an output.</summary>
/// <remarks>max(w, 0); −0 becomes 0, NaN stays. Source: Keras 3, NonNeg.</remarks>
public sealed record NonNegative : Constraint
{
    /// <inheritdoc/>
    public override void Apply(Span<float> w, ReadOnlySpan<int> shape, Span<float> memory)
    {
        foreach (ref float number in w)
        {
            if (number <= 0) number = 0;
        }
    }
}

public static partial class ConstraintCatalog
{
    /// <summary>non_negative</summary>
    public static readonly Entry<Constraint> NonNegative = Add("non_negative", "no weight below 0", new NonNegative()).Alias("non_neg");
}
