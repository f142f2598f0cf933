using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A text as a sequence of indices, with the vocabulary of training.</summary>
/// <remarks>
/// Shape [length]: 0 padding, 1 a token that is not in the vocabulary, then the tokens of training, the most frequent first. A missing or empty text is all padding.
/// </remarks>
public sealed class TextEncoder : InputEncoder
{
    private readonly TextTokens _tokens;
    private readonly string[] _vocabulary;
    private readonly Dictionary<string, int> _index;
    private readonly int _size;
    private readonly bool _lowercase;
    private readonly TextPadding _padding;

    internal TextEncoder(IReadOnlyList<string> columns, TextTokens tokens, int length, string[] vocabulary, int size, bool lowercase, TextPadding padding) : base("text", columns)
    {
        _tokens = tokens;
        Width = length;
        _vocabulary = vocabulary;
        _index = Cells.Index(vocabulary);
        _size = size;
        _lowercase = lowercase;
        _padding = padding;
        Features = ["(padding)", "(unknown)", .. vocabulary];
    }

    /// <inheritdoc/>
    public override InputForm Form => InputForm.Indices;

    /// <summary>Tokens a row.</summary>
    public override int Width { get; }

    /// <inheritdoc/>
    public override int Vocabulary => _vocabulary.Length + 2;

    /// <summary>The token of each index.</summary>
    public override IReadOnlyList<string> Features { get; }

    /// <inheritdoc/>
    public override InputColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        TableColumn[] read = [.. Columns.Select(name => table[name])];
        var scanner = new TokenScanner(_lowercase);
        var lookup = _index.GetAlternateLookup<ReadOnlySpan<char>>();
        var encoded = new int[checked(table.Rows * Width)];
        for (int row = 0; row < table.Rows; row++)
        {
            if (!scanner.Load(read, row)) continue;
            Cut(scanner, _tokens, _size);
            int count = Math.Min(scanner.Count, Width);
            int start = (row * Width) + (_padding == TextPadding.Left ? Width - count : 0);
            for (int i = 0; i < count; i++) encoded[start + i] = lookup.TryGetValue(scanner[i], out int index) ? index + 2 : 1;
        }
        return new IndicesColumn(encoded, Width);
    }

    internal static void Cut(TokenScanner scanner, TextTokens tokens, int size)
    {
        if (tokens == TextTokens.Words) scanner.Words(shortest: 1);
        else scanner.Characters(tokens == TextTokens.Characters ? 1 : size);
    }

    internal static TextEncoder Read(JsonObject json) => new(EncoderJson.Texts(json, "columns"), EncoderJson.Choice<TextTokens>(json, "tokens"), EncoderJson.Integer(json, "length"),
        EncoderJson.Texts(json, "vocabulary"), EncoderJson.Integer(json, "size"), EncoderJson.Flag(json, "lowercase"), EncoderJson.Choice<TextPadding>(json, "padding"));

    private protected override void Write(JsonObject json)
    {
        json["tokens"] = _tokens.ToString();
        json["length"] = Width;
        json["vocabulary"] = EncoderJson.Array(_vocabulary);
        json["size"] = _size;
        json["lowercase"] = _lowercase;
        json["padding"] = _padding.ToString();
    }
}
