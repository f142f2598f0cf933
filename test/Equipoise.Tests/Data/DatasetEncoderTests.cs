using System.Text.Json.Nodes;
using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class DatasetEncoderTests
{
    private static readonly Table Train = TableReader.ReadText("size,name,price,kind,tags,known,weight\n1,red box,10,a,x y,1,2\n3,blue box,20,b,,0,1\n");

    private static readonly DatasetInput[] Inputs = [new("size", new NumberEncoding(), "size"), new("text", new TextEncoding { Length = 3 }, "name", "kind")];

    private static readonly DatasetTarget[] Targets =
    [
        new("price", new NumberTargetEncoding(TargetTransform.Standardise), "price", Weights: "weight"),
        new("kind", new CategoryTargetEncoding(), "kind"),
        new("tags", new SetTargetEncoding { Mask = "known" }, "tags"),
    ];

    [Fact]
    public void Table_becomes_a_data_set()
    {
        var data = DatasetEncoder.Fit(Train, Inputs, Targets, rowWeights: "known").Encode(Train);
        Assert.Equal([-1, 1], ((NumbersColumn)data.Inputs["size"]).Values);
        Assert.Equal([6, 2, 3, 5, 2, 4], ((IndicesColumn)data.Inputs["text"]).Values);
        Assert.Equal([-1, 1], data.Targets["price"].Values);
        Assert.Equal([2f, 1], data.Targets["price"].Weights!);
        Assert.Equal([1, 1, float.NaN, float.NaN], data.Targets["tags"].Values);
        Assert.Equal([1f, 0], data.RowWeights!);
    }

    [Fact]
    public void For_prediction_labels_may_be_absent()
    {
        var encoder = DatasetEncoder.Fit(Train, Inputs, Targets, rowWeights: "known");
        var table = TableReader.ReadText("size,name,kind,tags\n2,red,b,x\n");
        var data = encoder.Encode(table, labels: false);
        Assert.Equal(["kind"], data.Targets.Keys); // tags is there, but not its mask
        Assert.Null(data.RowWeights);
        Assert.Equal(["data.csv: there is no column 'price'. Known: size, name, kind, tags.", "data.csv: there is no column 'known'. Known: size, name, kind, tags.", "data.csv: there is no column 'known'. Known: size, name, kind, tags."],
            Assert.Throws<DataException>(() => encoder.Encode(table)).Mistakes);
    }

    [Fact]
    public void Mistakes_of_all_columns_are_told_at_once()
    {
        var bad = TableReader.ReadText("size,name,price,kind,tags,known,weight\nbig,red,cheap,a,x,1,-2\n");
        var fault = Assert.Throws<DataException>(() => DatasetEncoder.Fit(bad, Inputs, Targets));
        Assert.Equal(4, fault.Mistakes.Count);
        Assert.Contains("the weight '-2' is not a finite number of at least 0", fault.Message);
        Assert.Contains("Two inputs are called 'size'", Assert.Throws<DataException>(() => DatasetEncoder.Fit(Train, [Inputs[0], Inputs[0]], [])).Message);
    }

    [Fact]
    public void Saved_encoders_encode_to_the_same_bits()
    {
        var encoder = DatasetEncoder.Fit(Train, Inputs, Targets, rowWeights: "weight");
        var restored = DatasetEncoder.Read((JsonObject)JsonNode.Parse(encoder.ToJson().ToJsonString())!);
        Assert.Equal(encoder.ToJson().ToJsonString(), restored.ToJson().ToJsonString());
        var (a, b) = (encoder.Encode(Train), restored.Encode(Train));
        Assert.Equal(((NumbersColumn)a.Inputs["size"]).Values, ((NumbersColumn)b.Inputs["size"]).Values);
        Assert.Equal(a.Targets["price"].Values, b.Targets["price"].Values);
        Assert.Equal(a.Targets["price"].Weights!, b.Targets["price"].Weights!);
        Assert.Equal(a.RowWeights!, b.RowWeights!);
        Assert.Contains("damaged", Assert.Throws<DataException>(() => DatasetEncoder.Read([])).Message);
    }

    [Fact]
    public void Training_part_without_rows_is_refused() => Assert.Throws<DataException>(() => DatasetEncoder.Fit(Train.Select([]), Inputs, Targets));
}
