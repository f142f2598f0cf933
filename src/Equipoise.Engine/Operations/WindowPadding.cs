namespace Equipoise.Engine.Operations;

/// <summary>What happens at the edges of a convolution or a pooling.</summary>
public enum WindowPadding
{
    /// <summary>Windows stay inside: the output is shorter.</summary>
    Valid,

    /// <summary>The input is padded so that the output has ceil(length / stride) positions; an odd element of padding stands at the end.</summary>
    Same,

    /// <summary>Padded at the start only, so that no position sees a later one. Sequences only.</summary>
    Causal,
}
