using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Which keys each query of one row sees.</summary>
internal readonly ref struct AttentionSight
{
    private readonly bool _causal;
    private readonly int _keys;
    private readonly ReadOnlySpan<float> _keyMask;             // [keys] or empty
    private readonly ReadOnlySpan<float> _mask;                // [queries, keys] or empty

    private AttentionSight(bool causal, int queries, int keys, int row, ReadOnlySpan<float> keyMask, ReadOnlySpan<float> mask)
    {
        _causal = causal;
        _keys = keys;
        _keyMask = keyMask.IsEmpty ? [] : keyMask.Slice(row * keys, keys);
        _mask = mask.IsEmpty ? [] : mask.Slice(row * queries * keys, queries * keys);
    }

    /// <summary>Of a forward pass whose masks are the inputs from <paramref name="first"/> on.</summary>
    public static AttentionSight Of(in ForwardPass pass, int row, bool causal, bool hasKeyMask, bool hasMask, int first)
        => new(causal, pass.Shapes.Inputs[0][0], pass.Shapes.Inputs[1][0], row, hasKeyMask ? pass.Input(first) : [], hasMask ? pass.Input(hasKeyMask ? first + 1 : first) : []);

    /// <summary>Of a backward pass.</summary>
    public static AttentionSight Of(in BackwardPass pass, int row, bool causal, bool hasKeyMask, bool hasMask, int first)
        => new(causal, pass.Shapes.Inputs[0][0], pass.Shapes.Inputs[1][0], row, hasKeyMask ? pass.Input(first) : [], hasMask ? pass.Input(hasKeyMask ? first + 1 : first) : []);

    /// <summary>Of all rows of a parameter pass.</summary>
    public static AttentionSight Of(in ParameterPass pass, int row, bool causal, bool hasKeyMask, bool hasMask, int first)
        => new(causal, pass.Shapes.Inputs[0][0], pass.Shapes.Inputs[1][0], row, hasKeyMask ? pass.Input(first) : [], hasMask ? pass.Input(hasKeyMask ? first + 1 : first) : []);

    /// <summary>Whether key j is no padding and not later than query i may look.</summary>
    public bool IsThere(int i, int j) => !(_causal && j > i) && (_keyMask.IsEmpty || _keyMask[j] != 0);

    /// <summary>Whether query i sees key j.</summary>
    public bool Sees(int i, int j) => IsThere(i, j) && (_mask.IsEmpty || _mask[(i * _keys) + j] != 0);

    /// <summary>Whether the mask hides from query i all keys that are there. It then takes their plain mean, as in Keras.</summary>
    public bool IsBlind(int i)
    {
        if (_mask.IsEmpty) return false;
        for (int j = 0; j < _keys; j++)
        {
            if (Sees(i, j)) return false;
        }
        return true;
    }
}
