namespace Equipoise.Advice;

/// <summary>Where one value of a config stands in its text.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">Behind its last character; of a map or list in lines, that of its last value.</param>
/// <param name="Kind">What it is.</param>
internal sealed record ConfigPlace(int Start, int End, PlaceKind Kind)
{
    /// <summary>Where its key begins; −1 for items of lists.</summary>
    public int KeyStart { get; init; } = -1;

    /// <summary>Where its key ends.</summary>
    public int KeyEnd { get; init; } = -1;

    /// <summary>The paths of its values in order, if it is a map or a list.</summary>
    public IReadOnlyList<string> Children { get; init; } = [];

    /// <summary>Whether another place of the text uses it too (anchors), so that a change here would change more.</summary>
    public bool IsShared { get; init; }
}
