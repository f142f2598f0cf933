namespace Equipoise.Optimizers;

/// <summary>How the flat vector of all parameters is cut into blocks.</summary>
public sealed class ParameterLayout
{
    private readonly int[] _offsets;

    /// <summary>A layout of blocks in ascending order; gaps between them (for alignment) are allowed and never touched.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="length">Length of the flat vector; the end of the last block if left out.</param>
    /// <exception cref="ArgumentException">Blocks overlap, are out of order, or do not fit their shape or the length.</exception>
    public ParameterLayout(IReadOnlyList<ParameterBlock> blocks, int? length = null)
    {
        Blocks = [.. blocks];
        _offsets = [.. Blocks.Select(b => b.Offset)];
        int end = 0;
        foreach (var block in Blocks)
        {
            if (block.Offset < end) throw new ArgumentException($"Parameter '{block.Name}' begins at {block.Offset}, but the one before it ends at {end}.", nameof(blocks));
            if (block.Shape.Aggregate(1L, (product, n) => product * n) != block.Length)
            {
                throw new ArgumentException($"Parameter '{block.Name}' has {block.Length} numbers, but its shape is [{string.Join(", ", block.Shape)}].", nameof(blocks));
            }
            Require.AtLeast(block.Name, nameof(ParameterBlock.LearningRateScale), block.LearningRateScale, 0);
            end = checked(block.Offset + block.Length);
        }
        Length = length ?? end;
        if (Length < end) throw new ArgumentException($"The flat vector has {Length} numbers, but the blocks need {end}.", nameof(length));
    }

    /// <summary>The blocks, by ascending offset.</summary>
    public IReadOnlyList<ParameterBlock> Blocks { get; }

    /// <summary>Length of the flat vector.</summary>
    public int Length { get; }

    /// <summary>A layout of trainable parameters one after the other.</summary>
    public static ParameterLayout Of(params IEnumerable<(string Name, int[] Shape)> parameters)
    {
        var blocks = new List<ParameterBlock>();
        int offset = 0;
        foreach (var (name, shape) in parameters)
        {
            int length = shape.Aggregate(1, (product, n) => checked(product * n));
            blocks.Add(new ParameterBlock(name, offset, length, shape));
            offset += length;
        }
        return new ParameterLayout(blocks);
    }

    /// <summary>Index of the first block that ends after a place of the flat vector; the number of blocks if none does.</summary>
    internal int BlockAfter(int place)
    {
        int index = Array.BinarySearch(_offsets, place);
        if (index >= 0)
        {
            while (index > 0 && _offsets[index - 1] == place) index--;      // empty blocks share an offset
            return index;
        }
        index = ~index;                                                     // first block that begins after the place
        return index > 0 && Blocks[index - 1].Offset + Blocks[index - 1].Length > place ? index - 1 : index;
    }
}
