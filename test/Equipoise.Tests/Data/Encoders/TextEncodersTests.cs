using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class TextEncodersTests
{
    private static readonly Table Documents = TableReader.ReadText("title,body\n\"The cat sat, the CAT ran\",x\na dog  ran home,y\nÜber cat-dog 3x,\n");

    private static string[] Terms(BagEncoding encoding, params string[] columns) => [.. encoding.Fit(Documents, columns).Features];

    [Fact]
    public void Sequence_gives_the_most_frequent_token_the_first_index()
    {
        var encoder = new TextEncoding { Length = 4 }.Fit(Documents, "title");
        Assert.Equal(["(padding)", "(unknown)", "cat", "dog", "ran", "the", "3x", "a", "home", "sat", "über"], encoder.Features);
        Assert.Equal([5, 2, 9, 5, 7, 3, 4, 8, 10, 2, 3, 6], ((IndicesColumn)encoder.Encode(Documents)).Values);
    }

    [Fact]
    public void Unknown_tokens_are_1_and_short_texts_are_padded()
    {
        var later = TableReader.ReadText("title,body\nthe zebra,q\n,\n");
        Assert.Equal([5, 1, 0, 0, 0, 0], ((IndicesColumn)new TextEncoding { Length = 3 }.Fit(Documents, "title").Encode(later)).Values);
        Assert.Equal([0, 5, 1, 0, 0, 0], ((IndicesColumn)new TextEncoding { Length = 3, Padding = TextPadding.Left }.Fit(Documents, "title").Encode(later)).Values);
    }

    [Fact]
    public void Vocabulary_and_minimum_keep_the_frequent_tokens()
    {
        Assert.Equal(["(padding)", "(unknown)", "cat", "dog"], new TextEncoding { Vocabulary = 4 }.Fit(Documents, "title").Features);
        Assert.Equal(["(padding)", "(unknown)", "cat", "dog", "ran", "the"], new TextEncoding { Minimum = 2 }.Fit(Documents, "title").Features);
        Assert.Contains("The", new TextEncoding { Lowercase = false }.Fit(Documents, "title").Features);
    }

    [Fact]
    public void Length_is_found_so_that_95_percent_of_the_rows_fit()
    {
        var table = TableReader.ReadText("w\n" + string.Concat(Enumerable.Range(1, 20).Select(i => new string('a', i) + "\n")));
        Assert.Equal(19, new TextEncoding { Tokens = TextTokens.Characters }.Fit(table, "w").Width);
    }

    [Fact]
    public void Characters_are_code_points_and_ngrams_overlap()
    {
        var table = TableReader.ReadText("w\na😀b\nx\n");
        Assert.Equal(["a", "b", "x", "😀"], new TextEncoding { Tokens = TextTokens.Characters }.Fit(table, "w").Features.Skip(2));
        Assert.Equal(["a😀", "x", "😀b"], new TextEncoding { Tokens = TextTokens.Ngrams, Size = 2 }.Fit(table, "w").Features.Skip(2).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Columns_are_joined_by_a_space()
    {
        var encoder = new TextEncoding { Length = 8 }.Fit(Documents, "title", "body");
        Assert.Equal(["the", "cat", "sat", "the", "cat", "ran", "x", "(padding)"], ((IndicesColumn)encoder.Encode(Documents)).Row(0).ToArray().Select(index => encoder.Features[index]));
    }

    // Terms as scikit-learn's documentation defines its analyzers, worked out by hand.
    [Fact]
    public void Word_terms_run_over_words_of_two_characters_or_more()
    {
        Assert.Equal(["3x", "cat", "dog", "home", "ran", "sat", "the", "über"], Terms(new BagEncoding { Minimum = 1 }, "title"));
        Assert.Equal(["cat dog", "cat ran", "cat sat", "dog 3x", "dog ran", "ran home", "sat the", "the cat", "über cat"], Terms(new BagEncoding { Minimum = 1, Words = [2, 2] }, "title"));
        Assert.Equal(["cat", "dog", "ran"], Terms(new BagEncoding(), "title"));
        Assert.Equal(["cat", "dog"], Terms(new BagEncoding { Minimum = 1, Vocabulary = 2 }, "title"));
    }

    [Fact]
    public void Character_terms_stay_within_words_or_run_over_the_text()
    {
        var table = TableReader.ReadText("w\nab  c\n");
        Assert.Equal([" a", " ab", " c", " c ", "ab", "ab ", "b ", "c "], Terms(table, new BagEncoding { Words = [], Characters = [2, 3], Minimum = 1 }));
        Assert.Equal([" ab ", " c "], Terms(table, new BagEncoding { Words = [], Characters = [4, 5], Minimum = 1 }));
        Assert.Equal([" c", "ab", "ab ", "b ", "b c"], Terms(table, new BagEncoding { Words = [], Characters = [2, 3], Minimum = 1, WithinWords = false }));

        static string[] Terms(Table table, BagEncoding encoding) => [.. encoding.Fit(table, "w").Features];
    }

    [Fact]
    public void Tf_idf_follows_the_formula()
    {
        var encoder = new BagEncoding { Minimum = 1 }.Fit(Documents, "title");
        var bag = (BagColumn)encoder.Encode(Documents);
        // Row 0: cat 2 times (in 2 of 3 rows), ran 1 (2), sat 1 (1), the 2 (1).
        double common = Math.Log(4 / 3.0) + 1;
        double rare = Math.Log(4 / 2.0) + 1;
        double twice = 1 + Math.Log(2);
        double[] wanted = [twice * common, common, rare, twice * rare];
        double length = Math.Sqrt(wanted.Sum(w => w * w));
        Assert.Equal([1, 4, 5, 6], bag.RowIndices(0).ToArray());
        for (int i = 0; i < 4; i++) Assert.Equal((float)(wanted[i] / length), bag.RowWeights(0)[i]);
    }

    [Fact]
    public void Counts_and_presence_are_plain()
    {
        Assert.Equal([2, 1, 1, 2], ((BagColumn)new BagEncoding { Minimum = 1, Weights = BagWeights.Count }.Fit(Documents, "title").Encode(Documents)).RowWeights(0).ToArray());
        Assert.Equal([1, 1, 1, 1], ((BagColumn)new BagEncoding { Minimum = 1, Weights = BagWeights.Binary }.Fit(Documents, "title").Encode(Documents)).RowWeights(0).ToArray());
    }

    [Fact]
    public void Word_and_character_terms_are_two_blocks_of_length_1()
    {
        var encoder = new BagEncoding { Minimum = 1, Characters = [2, 4] }.Fit(Documents, "title");
        var bag = (BagColumn)encoder.Encode(Documents);
        for (int row = 0; row < 3; row++)
        {
            double squares = 0;
            foreach (float weight in bag.RowWeights(row)) squares += weight * weight;
            Assert.Equal(2, squares, 1e-5);
            Assert.Equal(bag.RowIndices(row).ToArray().Order(), bag.RowIndices(row).ToArray());
        }
    }

    [Fact]
    public void Row_without_known_terms_is_empty()
    {
        var bag = (BagColumn)new BagEncoding { Minimum = 1 }.Fit(Documents, "title").Encode(TableReader.ReadText("title,body\nzebra,\n,x\ncat,y\n"));
        Assert.Equal([0, 0, 0, 1], bag.Offsets);
        Assert.Equal([1f], bag.Weights);
    }

    [Fact]
    public void Wrong_settings_are_refused()
    {
        Assert.Throws<DataException>(() => new BagEncoding { Words = [2, 1] }.Fit(Documents, "title"));
        Assert.Throws<DataException>(() => new BagEncoding { Words = [] }.Fit(Documents, "title"));
        Assert.Throws<DataException>(() => new BagEncoding { Minimum = 9 }.Fit(Documents, "title"));
        Assert.Throws<DataException>(() => new TextEncoding().Fit(Documents.Select([2]), "body"));
    }
}
