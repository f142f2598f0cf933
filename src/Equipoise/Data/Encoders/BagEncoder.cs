using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A text as a sparse bag of terms, with the vocabulary and document frequencies of training.</summary>
/// <remarks>
/// Weight of term t in row r: binary 1; count c = times of t in r; TF-IDF tf × idf, with tf = 1 + ln c (or c) and idf = ln((1 + n) ÷ (1 + n_t)) + 1,
/// n training rows, n_t of them with t; then divided by √Σ weight². Word terms and character terms are two blocks, each normalised on its own, words first,
/// terms in order of character codes. A row without known terms is empty.
/// Source: the defaults and formulas of scikit-learn's TfidfVectorizer (analyzers word, char and char_wb, smooth_idf) and FeatureUnion for two blocks.
/// Differs: terms that tie for the last places of a limited vocabulary are taken in order of character codes.
/// </remarks>
public sealed class BagEncoder : InputEncoder
{
    private readonly BagEncoding _settings;
    private readonly IReadOnlyList<Block> _blocks;

    internal BagEncoder(IReadOnlyList<string> columns, BagEncoding settings, IReadOnlyList<Block> blocks) : base("bag", columns)
    {
        _settings = settings;
        _blocks = blocks;
        Features = [.. blocks.SelectMany(block => block.Terms)];
    }

    /// <inheritdoc/>
    public override InputForm Form => InputForm.Bag;

    /// <summary>The number of terms.</summary>
    public override int Width => Features.Count;

    /// <inheritdoc/>
    public override int Vocabulary => Features.Count;

    /// <summary>The terms.</summary>
    public override IReadOnlyList<string> Features { get; }

    /// <inheritdoc/>
    public override InputColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        TableColumn[] read = [.. Columns.Select(name => table[name])];
        var scanner = new TokenScanner(_settings.Lowercase);
        var lookups = _blocks.Select(block => Cells.Index(block.Terms)).ToArray();
        var offsets = new int[table.Rows + 1];
        var indices = new List<int>();
        var weights = new List<float>();
        var times = new int[_blocks.Max(block => block.Terms.Length)];
        var found = new List<int>();
        for (int row = 0; row < table.Rows; row++)
        {
            int first = 0;
            bool any = scanner.Load(read, row);
            for (int b = 0; b < _blocks.Count && any; first += _blocks[b].Terms.Length, b++)
            {
                var block = _blocks[b];
                var lookup = lookups[b].GetAlternateLookup<ReadOnlySpan<char>>();
                found.Clear();
                block.Source.Cut(scanner, _settings.Shortest, _settings.WithinWords);
                for (int i = 0; i < scanner.Count; i++)
                    if (lookup.TryGetValue(scanner[i], out int term) && times[term]++ == 0) found.Add(term);
                found.Sort();
                double squares = 0;
                foreach (int term in found)
                {
                    double weight = Weight(times[term], block.Rarity[term]);
                    squares += weight * weight;
                }
                double length = _settings.Weights == BagWeights.TfIdf && _settings.Normalise ? Math.Sqrt(squares) : 1;
                foreach (int term in found)
                {
                    indices.Add(first + term);
                    weights.Add((float)(Weight(times[term], block.Rarity[term]) / length));
                    times[term] = 0;
                }
            }
            offsets[row + 1] = indices.Count;
        }
        return new BagColumn(offsets, [.. indices], [.. weights], Width);
    }

    internal static BagEncoder Read(JsonObject json)
    {
        var settings = new BagEncoding
        {
            WithinWords = EncoderJson.Flag(json, "within_words"),
            Weights = EncoderJson.Choice<BagWeights>(json, "weights"),
            Sublinear = EncoderJson.Flag(json, "sublinear"),
            Normalise = EncoderJson.Flag(json, "normalise"),
            Lowercase = EncoderJson.Flag(json, "lowercase"),
            Shortest = EncoderJson.Integer(json, "shortest"),
        };
        var blocks = new List<Block>();
        foreach (var node in json["blocks"] as JsonArray ?? throw EncoderJson.Damaged("blocks"))
        {
            var block = node as JsonObject ?? throw EncoderJson.Damaged("blocks");
            var source = new Source(EncoderJson.Flag(block, "words"), (EncoderJson.Integer(block, "smallest"), EncoderJson.Integer(block, "largest")));
            blocks.Add(new Block(source, EncoderJson.Texts(block, "terms"), EncoderJson.Numbers(block, "rarity")));
            if (blocks[^1].Terms.Length != blocks[^1].Rarity.Length) throw EncoderJson.Damaged("rarity");
        }
        return new BagEncoder(EncoderJson.Texts(json, "columns"), settings, blocks);
    }

    private protected override void Write(JsonObject json)
    {
        json["within_words"] = _settings.WithinWords;
        json["weights"] = _settings.Weights.ToString();
        json["sublinear"] = _settings.Sublinear;
        json["normalise"] = _settings.Normalise;
        json["lowercase"] = _settings.Lowercase;
        json["shortest"] = _settings.Shortest;
        var blocks = new JsonArray();
        foreach (var block in _blocks)
        {
            blocks.Add((JsonNode)new JsonObject
            {
                ["words"] = block.Source.OfWords,
                ["smallest"] = block.Source.Range.Smallest,
                ["largest"] = block.Source.Range.Largest,
                ["terms"] = EncoderJson.Array(block.Terms),
                ["rarity"] = EncoderJson.Array(block.Rarity),
            });
        }
        json["blocks"] = blocks;
    }

    private double Weight(int times, double rarity) => _settings.Weights switch
    {
        BagWeights.Binary => 1,
        BagWeights.Count => times,
        _ => (_settings.Sublinear ? 1 + Math.Log(times) : times) * rarity,
    };

    /// <summary>Where terms come from: words or characters, and how many make a term.</summary>
    internal readonly record struct Source(bool OfWords, (int Smallest, int Largest) Range)
    {
        public void Cut(TokenScanner scanner, int shortest, bool withinWords)
        {
            if (OfWords) scanner.WordNgrams(shortest, Range.Smallest, Range.Largest);
            else scanner.CharacterNgrams(Range.Smallest, Range.Largest, withinWords);
        }
    }

    /// <summary>The terms of one source, in order of character codes, and their inverse document frequencies.</summary>
    internal sealed record Block(Source Source, string[] Terms, double[] Rarity);
}
