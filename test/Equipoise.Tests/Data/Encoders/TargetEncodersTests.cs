using System.Text.Json.Nodes;
using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class TargetEncodersTests
{
    private static readonly Table Train = TableReader.ReadText("price,class,grade,sold,tags,known\n1,10,low,no,a b,1\n10,9,high,yes,b,1\n100,9,low,,,1\n,,,yes,c,0\n");
    private static readonly Table Later = TableReader.ReadText("price,class,grade,sold,tags,known\n1000,11,middle,maybe,z a,1\n");

    [Theory]
    [InlineData(TargetTransform.None, false)]
    [InlineData(TargetTransform.Standardise, false)]
    [InlineData(TargetTransform.Log1p, false)]
    [InlineData(TargetTransform.Log10, true)]
    [InlineData(TargetTransform.Log, true)]
    public void Number_decodes_to_its_own_unit(TargetTransform transform, bool standardise)
    {
        var encoder = (NumberTargetEncoder)new NumberTargetEncoding(transform, standardise).Fit(Train, "price");
        float[] labels = encoder.Encode(Train).Values.ToArray();
        var values = new float[labels.Length];
        encoder.Decode(labels, values);
        for (int i = 0; i < 3; i++) Assert.Equal(Math.Pow(10, i), values[i], Math.Pow(10, i) * 1e-5); // float labels through exp: a few units of 1e-7, times the logarithm
        Assert.True(float.IsNaN(values[3]));
    }

    [Fact]
    public void Number_is_transformed_as_declared()
    {
        Assert.Equal([0, 1, 2, float.NaN], new NumberTargetEncoding(TargetTransform.Log10).Fit(Train, "price").Encode(Train).Values);
        Assert.Equal(-1.2247449f, new NumberTargetEncoding(TargetTransform.Log10, true).Fit(Train, "price").Encode(Train).Values[0], 1e-6f);
        Assert.Equal(MathF.Log(11), new NumberTargetEncoding(TargetTransform.Log1p).Fit(Train, "price").Encode(Train).Values[1], 1e-6f);
        Assert.Contains("line 2, column 'x': '0' has no logarithm", Assert.Throws<DataException>(() => new NumberTargetEncoding(TargetTransform.Log).Fit(TableReader.ReadText("x\n0\n"), "x")).Message);
    }

    [Fact]
    public void Small_log1p_keeps_its_digits()
    {
        var table = TableReader.ReadText("x\n1e-9\n1e-4\n");
        var encoder = (NumberTargetEncoder)new NumberTargetEncoding(TargetTransform.Log1p).Fit(table, "x");
        float[] labels = encoder.Encode(table).Values.ToArray();
        Assert.Equal(1e-9f, encoder.Decode(labels[0]), 1e-15f);
        Assert.Equal(1e-4f, encoder.Decode(labels[1]), 1e-10f);
    }

    [Fact]
    public void Classes_are_sorted_by_number_and_counted()
    {
        var encoder = (CategoryTargetEncoder)new CategoryTargetEncoding().Fit(Train, "class");
        Assert.Equal(["9", "10"], encoder.Labels);
        Assert.Equal([2, 1], encoder.Counts);
        Assert.Equal([1, 0, 0, float.NaN], encoder.Encode(Train).Values);
        Assert.Equal("10", encoder.Decode(1));
        Assert.Equal((1, 2), (encoder.TargetWidth, encoder.PredictionWidth));
    }

    [Fact]
    public void Sequence_keeps_order_and_repeats_after_the_blank()
    {
        var warnings = new List<string>();
        var encoder = (SequenceTargetEncoder)new SequenceTargetEncoding().Fit(Train, "tags");
        Assert.Equal(["a", "b", "c"], encoder.Labels);
        Assert.Equal(4, encoder.PredictionWidth);
        var target = encoder.Encode(TableReader.ReadText("tags\nb a b\nc\n\"\"\nb z\n"), warnings);
        Assert.Equal([3], target.Shape);
        Assert.Equal([2, 1, 2, 3, -1, -1, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN], target.Values);
        Assert.Contains("'z'", Assert.Single(warnings));
        Assert.Equal(["b", "a", "a"], encoder.Decode([0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]));
        Assert.Equal(target.Values, EncoderFile.ReadTarget((JsonObject)JsonNode.Parse(encoder.ToJson().ToJsonString())!).Encode(TableReader.ReadText("tags\nb a b\nc\n\"\"\nb z\n")).Values);
    }

    [Fact]
    public void Sequence_loses_the_characters_that_are_left_out()
    {
        var table = TableReader.ReadText("said\nAH0 B AH1\n2 B\n");
        var encoder = (SequenceTargetEncoder)new SequenceTargetEncoding { Without = "012" }.Fit(table, "said");
        Assert.Equal(["AH", "B"], encoder.Labels);
        Assert.Equal([1, 2, 1, 2, -1, -1], encoder.Encode(table).Values);
        Assert.Equal([1, 2, 1, 2, -1, -1], EncoderFile.ReadTarget((JsonObject)JsonNode.Parse(encoder.ToJson().ToJsonString())!).Encode(table).Values);
    }

    [Fact]
    public void Class_never_seen_in_training_is_missing_with_a_warning()
    {
        var warnings = new List<string>();
        Assert.True(float.IsNaN(new CategoryTargetEncoding().Fit(Train, "class").Encode(Later, warnings).Values[0]));
        Assert.Contains("'11'", Assert.Single(warnings));
        Assert.Equal([2f], new CategoryTargetEncoding { Labels = ["9", "10", "11"] }.Fit(Train, "class").Encode(Later, warnings).Values);
        Assert.Single(warnings);
    }

    [Fact]
    public void Single_class_is_refused()
        => Assert.Contains("nothing to tell apart", Assert.Throws<DataException>(() => new CategoryTargetEncoding().Fit(Train.Select([1, 2]), "class")).Message);

    [Fact]
    public void Ordered_classes_keep_their_order()
    {
        var encoder = (CategoryTargetEncoder)new OrderedCategoryTargetEncoding { Order = ["low", "middle", "high"] }.Fit(Train, "grade");
        Assert.Equal([0, 2, 0, float.NaN], encoder.Encode(Train).Values);
        Assert.True(encoder.IsOrdered);
        Assert.Equal([2, 0, 1], encoder.Counts);
        Assert.Contains("Did you mean 'Low'?", Assert.Throws<DataException>(() => new OrderedCategoryTargetEncoding { Order = ["Low", "high"] }.Fit(TableReader.ReadText("g\nlow\n"), "g")).Message);
    }

    [Fact]
    public void Binary_reads_the_usual_spellings_and_counts()
    {
        var encoder = (BinaryTargetEncoder)new BinaryTargetEncoding().Fit(Train, "sold");
        Assert.Equal([0, 1, float.NaN, 1], encoder.Encode(Train).Values);
        Assert.Equal(["no", "yes"], encoder.Labels);
        Assert.Equal([1, 2], encoder.Counts);
        var warnings = new List<string>();
        Assert.True(float.IsNaN(encoder.Encode(Later, warnings).Values[0]));
        Assert.Single(warnings);
        Assert.Equal([0, 1, 1, 0], new BinaryTargetEncoding().Fit(TableReader.ReadText("x\n False\nTRUE\ntrue\nfalse\n"), "x").Encode(TableReader.ReadText("x\n False\nTRUE\ntrue\nfalse\n")).Values);
        Assert.Contains("Known: no, yes.", Assert.Throws<DataException>(() => new BinaryTargetEncoding("sold").Fit(Train, "sold")).Message);
    }

    [Fact]
    public void Empty_set_is_no_label_or_a_missing_one()
    {
        float nan = float.NaN;
        Assert.Equal([1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1], new SetTargetEncoding().Fit(Train, "tags").Encode(Train).Values);
        Assert.Equal([1, 1, 0, 0, 1, 0, nan, nan, nan, 0, 0, 1], new SetTargetEncoding { Empty = EmptySet.Missing }.Fit(Train, "tags").Encode(Train).Values);
    }

    [Fact]
    public void Mask_column_hides_rows_whose_labels_are_not_known()
    {
        var encoder = (SetTargetEncoder)new SetTargetEncoding { Mask = "known" }.Fit(Train, "tags");
        Assert.Equal(["a", "b"], encoder.Labels); // c is only in a row that does not count
        Assert.Equal([1, 2], encoder.Counts);
        Assert.Equal([1, 1, 0, 1, 0, 0, float.NaN, float.NaN], encoder.Encode(Train).Values);
        Assert.Contains("'maybe' in a mask column", Assert.Throws<DataException>(() => new SetTargetEncoding { Mask = "sold" }.Fit(Later, "tags")).Message);
    }

    [Fact]
    public void Unknown_labels_of_a_set_are_passed_over_with_a_warning()
    {
        var encoder = (SetTargetEncoder)new SetTargetEncoding { Minimum = 1 }.Fit(Train, "tags");
        var warnings = new List<string>();
        Assert.Equal([1, 0, 0], encoder.Encode(Later, warnings).Values);
        Assert.Contains("1 labels of 1 kinds are not among the 3", Assert.Single(warnings));
        Assert.Equal(["a", "c"], encoder.Decode([0.5f, 0.4f, 0.9f]));
        Assert.Equal(["b"], new SetTargetEncoding { Minimum = 2 }.Fit(Train, "tags").Labels);
        Assert.Equal(["x,y", "z"], new SetTargetEncoding { Separator = ";" }.Fit(TableReader.ReadText("t,u\n\"x,y; z\",1\n"), "t").Labels);
    }

    public static TheoryData<string, string> Encodings() => new()
    {
        { "number: {transform: log10, standardise: true}", "price" }, { "category", "class" }, { "ordered_category: {order: [low, high]}", "grade" },
        { "binary", "sold" }, { "binary: {one: no}", "sold" }, { "set: {mask: known, empty: missing}", "tags" },
    };

    [Theory, MemberData(nameof(Encodings))]
    public void Saved_encoder_encodes_to_the_same_bits(string settings, string column)
    {
        var problems = new Equipoise.Catalogs.Problems();
        var encoding = TargetEncodingCatalog.Catalog.Read(SettingText.Parse(settings), "outputs[0]", problems)!;
        Assert.Empty(problems.All);
        var encoder = encoding.Fit(Train, column);
        var restored = EncoderFile.ReadTarget((JsonObject)JsonNode.Parse(encoder.ToJson().ToJsonString())!);
        Assert.Equal(encoder.Labels, restored.Labels);
        Assert.Equal(encoder.Counts, restored.Counts);
        Assert.Equal(encoder.ToJson().ToJsonString(), restored.ToJson().ToJsonString());
        Assert.Equal(encoder.Encode(Train).Values, restored.Encode(Train).Values);
        Assert.Equal(encoder.Encode(Later).Values, restored.Encode(Later).Values);
    }
}
