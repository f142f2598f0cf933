namespace Equipoise.Data;

/// <summary>An array as an IDX file holds it: images, labels.</summary>
/// <remarks>The first size counts the items (images); the rest is the shape of one. Values are numbers of any IDX type, widened to float (whole numbers beyond 2²⁴ are rounded) or kept as bytes.</remarks>
public sealed class IdxArray
{
    private readonly byte[]? _bytes;
    private readonly float[]? _floats;

    internal IdxArray(string source, int[] shape, byte[]? bytes, float[]? floats, Fingerprint fingerprint)
    {
        Source = source;
        Shape = shape;
        _bytes = bytes;
        _floats = floats;
        Fingerprint = fingerprint;
        Width = 1;
        for (int i = 1; i < shape.Length; i++) Width *= shape[i];
    }

    /// <summary>The file, for messages.</summary>
    public string Source { get; }

    /// <summary>All sizes; the first is the number of items.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>How many items there are.</summary>
    public int Rows => Shape[0];

    /// <summary>How many numbers an item has.</summary>
    public int Width { get; }

    /// <summary>The fingerprint of the file.</summary>
    public Fingerprint Fingerprint { get; }

    /// <summary>Number i of all, item after item.</summary>
    public float this[int i] => _bytes is not null ? _bytes[i] : _floats![i];

    /// <summary>The items as an input of shape <see cref="Shape"/> without its first size; a single number an item has shape [1].</summary>
    /// <param name="scale">What each number is multiplied with; 1/255 brings grey values to 0 to 1.</param>
    /// <param name="channel">Whether a last size of 1 is added, as convolutions want of grey images: [36, 36, 1].</param>
    public NumbersColumn ToInput(float scale = 1, bool channel = false)
    {
        var values = new float[Rows * Width];
        for (int i = 0; i < values.Length; i++) values[i] = this[i] * scale;
        int[] shape = Shape.Count == 1 ? [1] : channel ? [.. Shape.Skip(1), 1] : [.. Shape.Skip(1)];
        return new NumbersColumn(values, shape);
    }

    /// <summary>Class labels: number <paramref name="place"/> of each item, as two labels an image are in a file of shape [n, 2].</summary>
    /// <exception cref="DataException">A number is negative or not whole.</exception>
    public TargetColumn ToClasses(int place = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)place, (uint)Width, nameof(place));
        var labels = new float[Rows];
        for (int row = 0; row < labels.Length; row++)
        {
            labels[row] = this[(row * Width) + place];
            if (!(labels[row] >= 0 && labels[row] == MathF.Floor(labels[row]))) throw new DataException($"{Source}: item {row} holds {labels[row]} at place {place}, but a class is a whole number from 0.");
        }
        return new TargetColumn(labels);
    }
}
