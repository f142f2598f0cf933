namespace Equipoise.Engine.Graphs;

/// <summary>Matrices of the same height that lie side by side in common panels. Equal if they are the same parameters in the same order.</summary>
/// <param name="kernels">The matrices, from the first column on.</param>
public sealed class PackedStack(IReadOnlyList<Parameter> kernels) : IEquatable<PackedStack>
{
    /// <summary>The matrices.</summary>
    public IReadOnlyList<Parameter> Kernels { get; } = kernels;

    /// <summary>Columns of all together.</summary>
    public int Columns { get; } = kernels.Sum(k => k.Shape.Width);

    /// <inheritdoc/>
    public bool Equals(PackedStack? other) => other is not null && Kernels.SequenceEqual(other.Kernels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PackedStack);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kernels.Count, Kernels[0]);
}
