using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A text as a bag of terms: word runs, character runs, or both, each with a weight. Sparse; feeds a wide linear layer or an embedding bag.</summary>
/// <remarks>Several columns are joined by a space. See <see cref="BagEncoder"/> for the formulas.</remarks>
public sealed record BagEncoding : InputEncoding
{
    /// <summary>Smallest and largest number of words in a term; empty: no word terms.</summary>
    public IReadOnlyList<int> Words { get; init; } = [1, 1];

    /// <summary>Smallest and largest number of characters in a term; empty: no character terms.</summary>
    public IReadOnlyList<int> Characters { get; init; } = [];

    /// <summary>Whether character terms stay within words, each word between two spaces.</summary>
    public bool WithinWords { get; init; } = true;

    /// <summary>The weight of a term.</summary>
    public BagWeights Weights { get; init; }

    /// <summary>Whether the term frequency is 1 + ln(count) in place of the count.</summary>
    public bool Sublinear { get; init; } = true;

    /// <summary>Whether each row's weights are divided by their length (root of the sum of squares), word and character terms each on their own.</summary>
    public bool Normalise { get; init; } = true;

    /// <summary>A term that is in fewer training rows is left out.</summary>
    public int Minimum { get; init; } = 2;

    /// <summary>At most so many word terms and so many character terms, those that come most often. 0: no limit.</summary>
    public int Vocabulary { get; init; }

    /// <summary>Whether case is dropped.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>A shorter word is passed over in word terms.</summary>
    public int Shortest { get; init; } = 2;

    /// <inheritdoc/>
    public override InputEncoder Fit(Table train, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (columns.Count == 0) throw new DataException("A bag input needs at least one column.");
        List<BagEncoder.Source> sources = [];
        if (Words.Count > 0) sources.Add(new BagEncoder.Source(OfWords: true, Range(Words, "words")));
        if (Characters.Count > 0) sources.Add(new BagEncoder.Source(OfWords: false, Range(Characters, "characters")));
        if (sources.Count == 0) throw new DataException("A bag needs terms: give 'words', 'characters' or both as [smallest, largest].");
        TableColumn[] read = [.. columns.Select(name => train[name])];
        var blocks = new List<BagEncoder.Block>();
        foreach (var source in sources) blocks.Add(FitSource(source, read, train.Rows));
        if (blocks.Sum(block => block.Terms.Length) == 0)
            throw new DataException($"{train.Source}: column '{columns[0]}' has no term in at least {Minimum} of the {Cells.Count(train.Rows)} training rows. Lower 'minimum', or leave the column out.");
        return new BagEncoder(columns, this, blocks);
    }

    internal override InputEncoder Load(JsonObject json) => BagEncoder.Read(json);

    private BagEncoder.Block FitSource(BagEncoder.Source source, TableColumn[] read, int rows)
    {
        var scanner = new TokenScanner(Lowercase);
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = index.GetAlternateLookup<ReadOnlySpan<char>>();
        var terms = new List<(int Rows, int Times, int LastRow)>();
        for (int row = 0; row < rows; row++)
        {
            if (!scanner.Load(read, row)) continue;
            source.Cut(scanner, Shortest, WithinWords);
            for (int i = 0; i < scanner.Count; i++)
            {
                if (!lookup.TryGetValue(scanner[i], out int place))
                {
                    place = terms.Count;
                    lookup.TryAdd(scanner[i], place);
                    terms.Add((0, 0, -1));
                }
                var (inRows, times, lastRow) = terms[place];
                terms[place] = (lastRow == row ? inRows : inRows + 1, times + 1, row);
            }
        }
        var kept = index.Where(pair => terms[pair.Value].Rows >= Minimum);
        if (Vocabulary > 0) kept = kept.OrderByDescending(pair => terms[pair.Value].Times).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(Vocabulary);
        var sorted = kept.ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        double[] rarity = [.. sorted.Select(pair => Math.Log((1.0 + rows) / (1.0 + terms[pair.Value].Rows)) + 1)];
        return new BagEncoder.Block(source, [.. sorted.Select(pair => pair.Key)], rarity);
    }

    private static (int Smallest, int Largest) Range(IReadOnlyList<int> range, string name)
        => range.Count <= 2 && range[0] >= 1 && range[^1] >= range[0] ? (range[0], range[^1])
            : throw new DataException($"'{name}' is [{string.Join(", ", range)}], but it should be [smallest, largest] with 1 ≤ smallest ≤ largest.");
}

public static partial class InputEncodingCatalog
{
    /// <summary>A text as a bag.</summary>
    public static readonly Entry<InputEncoding> Bag = Add("bag", "a text as a sparse bag of word runs, character runs or both, weighted by TF-IDF, count or presence", new BagEncoding(),
        Setting<InputEncoding>.Integers<BagEncoding>("words", "smallest and largest number of words in a term; an empty list: no word terms", x => x.Words, (x, v) => x with { Words = v }, minimum: 1),
        Setting<InputEncoding>.Integers<BagEncoding>("characters", "smallest and largest number of characters in a term; an empty list: no character terms", x => x.Characters, (x, v) => x with { Characters = v }, minimum: 1),
        Setting<InputEncoding>.Flag<BagEncoding>("within_words", "whether character terms stay within words, each word between two spaces", x => x.WithinWords, (x, v) => x with { WithinWords = v }),
        Setting<InputEncoding>.Choice<BagEncoding, BagWeights>("weights", "tf_idf, count, or binary", x => x.Weights, (x, v) => x with { Weights = v }),
        Setting<InputEncoding>.Flag<BagEncoding>("sublinear", "whether tf_idf takes 1 + ln(count) in place of the count", x => x.Sublinear, (x, v) => x with { Sublinear = v }),
        Setting<InputEncoding>.Flag<BagEncoding>("normalise", "whether tf_idf weights of a row are divided by their length, word and character terms each on their own", x => x.Normalise, (x, v) => x with { Normalise = v }),
        Setting<InputEncoding>.Integer<BagEncoding>("minimum", "training rows that a term needs", x => x.Minimum, (x, v) => x with { Minimum = v }, minimum: 1),
        Setting<InputEncoding>.Integer<BagEncoding>("vocabulary", "largest number of word terms and of character terms, the most frequent; 0: no limit", x => x.Vocabulary, (x, v) => x with { Vocabulary = v }, minimum: 0),
        Setting<InputEncoding>.Flag<BagEncoding>("lowercase", "whether case is dropped", x => x.Lowercase, (x, v) => x with { Lowercase = v }),
        Setting<InputEncoding>.Integer<BagEncoding>("shortest", "characters that a word needs to count in word terms", x => x.Shortest, (x, v) => x with { Shortest = v }, minimum: 1)).Alias("bag_of_words");
}
