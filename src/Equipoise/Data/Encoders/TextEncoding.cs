using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A text as an input: a sequence of indices of its words, characters or character runs, for an embedding.</summary>
/// <remarks>Several columns are joined by a space. See <see cref="TextEncoder"/>.</remarks>
public sealed record TextEncoding : InputEncoding
{
    /// <summary>What the text is cut into.</summary>
    public TextTokens Tokens { get; init; }

    /// <summary>Tokens a row; longer texts lose their end. 0: so many that 95 % of the training rows fit.</summary>
    public int Length { get; init; }

    /// <summary>At most so many indices, with those of padding and unknown; the most frequent tokens get them.</summary>
    public int Vocabulary { get; init; } = 10_000;

    /// <summary>A token that comes less often in training is unknown.</summary>
    public int Minimum { get; init; } = 1;

    /// <summary>Characters in a run, for <see cref="TextTokens.Ngrams"/>.</summary>
    public int Size { get; init; } = 3;

    /// <summary>Whether case is dropped.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>The end at which short texts are filled up with 0.</summary>
    public TextPadding Padding { get; init; }

    /// <inheritdoc/>
    public override InputEncoder Fit(Table train, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (columns.Count == 0) throw new DataException("A text input needs at least one column.");
        if (Length < 0 || Vocabulary < 3 || Size < 1) throw new DataException($"A text needs a length of at least 0, a vocabulary of at least 3 and a size of at least 1; there are {Length}, {Vocabulary} and {Size}.");
        TableColumn[] read = [.. columns.Select(name => train[name])];
        var scanner = new TokenScanner(Lowercase);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var lengths = new List<int>(train.Rows);
        for (int row = 0; row < train.Rows; row++)
        {
            if (!scanner.Load(read, row)) continue;
            TextEncoder.Cut(scanner, Tokens, Size);
            if (scanner.Count > 0) lengths.Add(scanner.Count);
            for (int i = 0; i < scanner.Count; i++) System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(lookup, scanner[i], out _)++;
        }
        if (counts.Count == 0) throw Cells.NoValue(read[0], "text");
        lengths.Sort();
        int length = Length > 0 ? Length : lengths[(int)Math.Ceiling(0.95 * lengths.Count) - 1];
        string[] vocabulary = [.. counts.Where(pair => pair.Value >= Minimum)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(Vocabulary - 2).Select(pair => pair.Key)];
        return new TextEncoder(columns, Tokens, length, vocabulary, Size, Lowercase, Padding);
    }

    internal override InputEncoder Load(JsonObject json) => TextEncoder.Read(json);
}

public static partial class InputEncodingCatalog
{
    /// <summary>A text as a sequence.</summary>
    public static readonly Entry<InputEncoding> Text = Add("text", "a text as a sequence of indices of its words, characters or character runs, for an embedding", new TextEncoding(),
        Setting<InputEncoding>.Choice<TextEncoding, TextTokens>("tokens", "what the text is cut into: words, characters, or ngrams (overlapping runs of 'size' characters)", x => x.Tokens, (x, v) => x with { Tokens = v }),
        Setting<InputEncoding>.Integer<TextEncoding>("length", "tokens a row; longer texts lose their end; 0: so many that 95 % of the training rows fit", x => x.Length, (x, v) => x with { Length = v }, minimum: 0),
        Setting<InputEncoding>.Integer<TextEncoding>("vocabulary", "largest number of indices, with those of padding (0) and unknown (1)", x => x.Vocabulary, (x, v) => x with { Vocabulary = v }, minimum: 3),
        Setting<InputEncoding>.Integer<TextEncoding>("minimum", "times that a token must come in training to be known", x => x.Minimum, (x, v) => x with { Minimum = v }, minimum: 1),
        Setting<InputEncoding>.Integer<TextEncoding>("size", "characters in a run, for ngrams", x => x.Size, (x, v) => x with { Size = v }, minimum: 1),
        Setting<InputEncoding>.Flag<TextEncoding>("lowercase", "whether case is dropped", x => x.Lowercase, (x, v) => x with { Lowercase = v }),
        Setting<InputEncoding>.Choice<TextEncoding, TextPadding>("padding", "the end at which short texts are filled up with 0", x => x.Padding, (x, v) => x with { Padding = v })).Alias("sequence");
}
