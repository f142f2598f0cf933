using System.Numerics;

namespace Equipoise.Engine.Compilation;

/// <summary>The set of outputs that a node can influence. More than one: shared; exactly one: private. Found at compile time, never declared.</summary>
public sealed class ReachSet : IEquatable<ReachSet>
{
    private readonly ulong[] _bits;

    private ReachSet(ulong[] bits) => _bits = bits;

    /// <summary>No output.</summary>
    public static ReachSet Empty { get; } = new([]);

    /// <summary>How many outputs.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _bits) count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>Whether more than one output.</summary>
    public bool IsShared => Count > 1;

    /// <summary>The set of one output.</summary>
    public static ReachSet Of(int output)
    {
        var bits = new ulong[(output / 64) + 1];
        bits[output / 64] = 1UL << (output % 64);
        return new ReachSet(bits);
    }

    /// <summary>Whether the output belongs to it.</summary>
    public bool Contains(int output) => output / 64 < _bits.Length && (_bits[output / 64] >> (output % 64) & 1) != 0;

    /// <summary>Both sets together.</summary>
    public ReachSet Union(ReachSet other)
    {
        var (longer, shorter) = _bits.Length >= other._bits.Length ? (_bits, other._bits) : (other._bits, _bits);
        var bits = (ulong[])longer.Clone();
        for (int i = 0; i < shorter.Length; i++) bits[i] |= shorter[i];
        return new ReachSet(bits);
    }

    /// <inheritdoc/>
    public bool Equals(ReachSet? other) => other is not null && _bits.AsSpan().SequenceEqual(other._bits);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReachSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _bits.Length == 0 ? 0 : HashCode.Combine(_bits[0], _bits.Length);

    /// <summary>As <c>{0, 2}</c>.</summary>
    public override string ToString() => $"{{{string.Join(", ", Enumerable.Range(0, _bits.Length * 64).Where(Contains))}}}";
}
