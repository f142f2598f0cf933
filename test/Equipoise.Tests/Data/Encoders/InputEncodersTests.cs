using System.Text.Json.Nodes;
using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class InputEncodersTests
{
    private const float Tolerance = 1e-6f; // one rounding to float of values near 1

    private static readonly Table Train = TableReader.ReadText(
        """
        number,other,name,grade,flag,tags
        1,10,red,low,yes,a b
        2,,blue,high,no,b
        3,1000,red,low,yes,
        ,100,,middle,,c b
        """.Replace("\r", "", StringComparison.Ordinal));

    private static readonly Table Later = TableReader.ReadText("number,other,name,grade,flag,tags\n4,1,green,high,no,d a\n,,,,,\n");

    private static float[] Numbers(InputEncoder encoder, Table table) => ((NumbersColumn)encoder.Encode(table)).Values.ToArray();

    private static void Near(float[] wanted, float[] found)
    {
        Assert.Equal(wanted.Length, found.Length);
        for (int i = 0; i < wanted.Length; i++) Assert.True(Math.Abs(wanted[i] - found[i]) <= Tolerance, $"element {i}: {found[i]}, wanted {wanted[i]}");
    }

    [Fact]
    public void Numbers_are_standardised_by_training_and_missing_ones_are_the_mean_with_an_indicator()
    {
        var encoder = new NumberEncoding().Fit(Train, "number");
        float step = (float)Math.Sqrt(1.5); // values 1, 2, 3: deviation √(2/3)
        Near([-step, 0, 0, 0, step, 0, 0, 1], Numbers(encoder, Train));
        Near([2 * step, 0, 0, 1], Numbers(encoder, Later));
        Assert.Equal(["number", "number is missing"], encoder.Features);
    }

    [Fact]
    public void Several_number_columns_come_before_their_indicators()
    {
        var encoder = new NumberEncoding(NumberScaling.None).Fit(Train, "number", "other");
        Assert.Equal(4, encoder.Width);
        Near([1, 10, 0, 0, 2, 370, 0, 1, 3, 1000, 0, 0, 2, 100, 1, 0], Numbers(encoder, Train));
    }

    [Fact]
    public void Logarithm_is_taken_before_standardising()
        => Near([-1.2247449f, 0, 0, 1, 1.2247449f, 0, 0, 0], Numbers(new NumberEncoding(NumberScaling.Log10).Fit(Train, "other"), Train));

    [Fact]
    public void Clipping_draws_far_values_in()
        => Near([-1.2247449f, 0, 0, 0, 1.2247449f, 0, 0, 1, 1.5f, 0], Numbers(new NumberEncoding(Clip: 1.5).Fit(Train, "number"), TableReader.ReadText("number\n1\n2\n3\n\n99\n".Replace("\n\n", "\n\"\"\n", StringComparison.Ordinal))));

    [Fact]
    public void Smallest_and_largest_become_0_and_1_and_a_constant_is_only_shifted()
    {
        Near([0, 0, 0.5f, 0, 1, 0, 0.5f, 1], Numbers(new NumberEncoding(NumberScaling.MinMax).Fit(Train, "number"), Train));
        var constant = TableReader.ReadText("x\n0.1\n0.1\n0.1\n");
        Near([0, 0, 0], Numbers(new NumberEncoding().Fit(constant, "x"), constant));
    }

    [Fact]
    public void Without_missing_values_in_training_there_is_no_indicator()
    {
        var encoder = new NumberEncoding(NumberScaling.None).Fit(Later.Select([0]), "number");
        Near([4, 4], Numbers(encoder, Later));
    }

    [Fact]
    public void Every_wrong_number_is_named_with_line_and_column()
    {
        var fault = Assert.Throws<DataException>(() => new NumberEncoding().Fit(TableReader.ReadText("price\n1\nabc\n\"1,234\"\n5 kg\nNaN\n", "x.csv"), "price"));
        Assert.Equal(4, fault.Mistakes.Count);
        Assert.StartsWith("x.csv: line 3, column 'price': 'abc' is not a number.", fault.Mistakes[0], StringComparison.Ordinal);
        Assert.Contains("thousands separators", fault.Mistakes[1]);
        Assert.Contains("line 6", fault.Mistakes[3]);
        Assert.Contains("has no logarithm", Assert.Throws<DataException>(() => new NumberEncoding(NumberScaling.Log10).Fit(TableReader.ReadText("x\n1\n0\n"), "x")).Message);
    }

    [Fact]
    public void Column_without_values_is_refused()
        => Assert.Contains("column 'number' has no value", Assert.Throws<DataException>(() => new NumberEncoding().Fit(Train.Select([3]), "number")).Message);

    [Fact]
    public void Categories_are_one_hot_with_features_only_for_what_training_had()
    {
        var encoder = new CategoryEncoding().Fit(Train, "name");
        Assert.Equal(["name = blue", "name = red", "name is missing"], encoder.Features);
        Assert.Equal([0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1], Numbers(encoder, Train));
        var warnings = new List<string>();
        Assert.Equal([0, 0, 0, 0, 0, 1], ((NumbersColumn)encoder.Encode(Later, warnings)).Values);
        Assert.Contains("1 of 2 rows have values that the training part does not have ('green')", Assert.Single(warnings));
    }

    [Fact]
    public void Rare_categories_join_other()
    {
        var encoder = new CategoryEncoding(Minimum: 2).Fit(Train, "name");
        Assert.Equal(["name = red", "name is other", "name is missing"], encoder.Features);
        Assert.Equal([0, 1, 0, 0, 0, 1], Numbers(encoder, Later));
        Assert.Equal(encoder.Features, new CategoryEncoding(Maximum: 1).Fit(Train, "name").Features);
    }

    [Fact]
    public void Category_index_keeps_0_for_missing_and_1_for_other()
    {
        var encoder = new CategoryEncoding(CategoryForm.Index).Fit(Train, "name");
        Assert.Equal(4, encoder.Vocabulary);
        Assert.Equal([3, 2, 3, 0], ((IndicesColumn)encoder.Encode(Train)).Values);
        Assert.Equal([1, 0], ((IndicesColumn)encoder.Encode(Later)).Values);
    }

    [Fact]
    public void Ordered_category_is_its_rank_or_a_thermometer()
    {
        string[] order = ["low", "middle", "high"];
        var number = new OrderedCategoryEncoding { Order = order }.Fit(Train, "grade");
        float deviation = (float)Math.Sqrt(0.6875); // ranks 0, 2, 0, 1: mean 0.75
        Near([-0.75f / deviation, 1.25f / deviation, -0.75f / deviation, 0.25f / deviation], Numbers(number, Train));
        var thermometer = new OrderedCategoryEncoding { Order = order, Form = OrderedForm.Thermometer }.Fit(Train, "grade");
        Assert.Equal([0, 0, 1, 1, 0, 0, 1, 0], Numbers(thermometer, Train));
        Assert.Equal(["grade ≥ middle", "grade ≥ high"], thermometer.Features);
    }

    [Fact]
    public void Order_must_name_every_value_and_may_be_left_out_for_numbers()
    {
        Assert.Contains("line 5, column 'grade': 'middle' is not in the order. Known: low, high.", Assert.Throws<DataException>(() => new OrderedCategoryEncoding { Order = ["low", "high"] }.Fit(Train, "grade")).Message);
        Assert.Contains("Give 'order' from lowest to highest: [high, low, middle]", Assert.Throws<DataException>(() => new OrderedCategoryEncoding().Fit(Train, "grade")).Message);
        var ages = TableReader.ReadText("age\n10\n9\n100\n");
        Near([0, -1.2247449f, 1.2247449f], Numbers(new OrderedCategoryEncoding().Fit(ages, "age"), ages));
    }

    [Fact]
    public void Binary_tells_which_value_is_one()
    {
        var encoder = (BinaryEncoder)new BinaryEncoding().Fit(Train, "flag");
        Near([1, 0, 0, 0, 1, 0, 2f / 3, 1], Numbers(encoder, Train));
        Assert.Equal("'yes' is 1, 'no' is 0", encoder.Told);
        Assert.Equal("red", ((BinaryEncoder)new BinaryEncoding().Fit(Train, "name")).One);
        Assert.Equal("blue", ((BinaryEncoder)new BinaryEncoding("blue").Fit(Train, "name")).One);
        Assert.Contains("has 3 distinct values", Assert.Throws<DataException>(() => new BinaryEncoding().Fit(Train, "grade")).Message);
        Assert.Equal([0, 1, 0, 0], Numbers(new BinaryEncoding("high").Fit(Train, "grade"), Train));
    }

    [Fact]
    public void Set_is_a_feature_a_label()
    {
        var encoder = new SetEncoding().Fit(Train, "tags");
        Assert.Equal([1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1], Numbers(encoder, Train));
        Assert.Equal([1, 0, 0, 0, 0, 0], Numbers(encoder, Later));
        Assert.Equal(["tags has b"], new SetEncoding(Minimum: 2).Fit(Train, "tags").Features);
        Assert.Throws<DataException>(() => new SetEncoding(Minimum: 9).Fit(Train, "tags"));
    }

    [Fact]
    public void Kinds_of_one_column_refuse_several()
        => Assert.Contains("type category reads one column, but 2 are given", Assert.Throws<DataException>(() => new CategoryEncoding().Fit(Train, "name", "grade")).Message);

    public static TheoryData<string, string> Encodings() => new()
    {
        { "number", "number,other" }, { "number: {scaling: log1p, clip: 2}", "other" }, { "category", "name" }, { "category: {form: index}", "name" },
        { "ordered_category: {order: [low, middle, high], form: thermometer}", "grade" }, { "binary", "flag" }, { "set", "tags" },
        { "text", "name,tags" }, { "text: {tokens: ngrams, size: 2, padding: left}", "grade" }, { "bag: {minimum: 1, characters: [2, 3]}", "tags,name" },
    };

    [Theory, MemberData(nameof(Encodings))]
    public void Saved_encoder_encodes_to_the_same_bits(string settings, string columns)
    {
        var encoder = Read(settings).Fit(Train, columns.Split(','));
        var restored = EncoderFile.ReadInput((JsonObject)JsonNode.Parse(encoder.ToJson().ToJsonString())!);
        Assert.Equal(encoder.Features, restored.Features);
        Assert.Equal((encoder.Form, encoder.Width, encoder.Vocabulary), (restored.Form, restored.Width, restored.Vocabulary));
        Assert.Equal(encoder.Columns, restored.Columns);
        foreach (var table in new[] { Train, Later })
        {
            switch (encoder.Encode(table), restored.Encode(table))
            {
                case (NumbersColumn a, NumbersColumn b):
                    Assert.Equal(a.Values, b.Values);
                    Assert.Equal(encoder.Width, a.Width);
                    break;
                case (IndicesColumn a, IndicesColumn b):
                    Assert.Equal(a.Values, b.Values);
                    Assert.True(a.Values.Max() < encoder.Vocabulary);
                    break;
                case (BagColumn a, BagColumn b):
                    Assert.Equal(a.Indices, b.Indices);
                    Assert.Equal(a.Weights, b.Weights);
                    break;
                default: throw new InvalidOperationException("The restored encoder makes another kind of column.");
            }
        }
    }

    [Fact]
    public void Damaged_encoder_is_refused()
    {
        Assert.Contains("'kind'", Assert.Throws<DataException>(() => EncoderFile.ReadInput([])).Message);
        Assert.Contains("Did you mean 'number'?", Assert.Throws<DataException>(() => EncoderFile.ReadInput(new JsonObject { ["kind"] = "numbr" })).Message);
        Assert.Contains("'columns'", Assert.Throws<DataException>(() => EncoderFile.ReadInput(new JsonObject { ["kind"] = "set" })).Message);
    }

    // A settings text of one level: name, or name: {setting: value, ...}; lists in brackets.
    internal static InputEncoding Read(string text)
    {
        var problems = new Equipoise.Catalogs.Problems();
        var read = InputEncodingCatalog.Catalog.Read(SettingText.Parse(text), "inputs[0]", problems);
        Assert.Empty(problems.All);
        return read!;
    }
}
