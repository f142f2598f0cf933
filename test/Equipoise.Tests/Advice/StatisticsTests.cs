using Equipoise.Advice;
using Equipoise.Data;

namespace Equipoise.Tests.Advice;

public sealed class StatisticsTests
{
    private static LabelStatistics Number(IEnumerable<double> values)
    {
        var table = new Table(["y"], [[.. values.Select(v => double.IsNaN(v) ? null : v.ToString("R", System.Globalization.CultureInfo.InvariantCulture))]]);
        return LabelStatistics.Of("number", new NumberTargetEncoding().Fit(table, "y"), table);
    }

    [Fact]
    public void Normal_numbers_have_few_outliers_a_light_tail_and_no_skew()
    {
        var s = Number(Enumerable.Range(0, 20000).Select(i => AdviceBox.Normal(i, 1)));
        Assert.InRange(s["outlier_share"], 0, 0.001);
        Assert.InRange(s["tail_index"], 4, 7);
        Assert.InRange(s["skew"], -0.05, 0.05);
        Assert.InRange(s["robust_deviation"], 0.97, 1.03);
        Assert.True(double.IsNaN(s["log_skew"]), "numbers below 0 have no logarithm");
    }

    // P(|x| > t) = t^-a for t > 1 has the tail index a; each value comes with both signs, so that the median is 0.
    [Theory]
    [InlineData(1.5)]
    [InlineData(3)]
    public void Tail_index_of_pareto_numbers_is_their_exponent(double exponent)
    {
        var s = Number(Enumerable.Range(0, 50000).Select(i => (i % 2 == 0 ? 1 : -1) * Math.Pow(1 - AdviceBox.Uniform(i / 2, 3), -1 / exponent)));
        Assert.InRange(s["tail_index"], 0.93 * exponent, 1.07 * exponent);
    }

    [Fact]
    public void Skew_of_an_exponential_is_two_and_of_its_logarithm_below_zero()
    {
        var s = Number(Enumerable.Range(0, 50000).Select(i => -Math.Log(1 - AdviceBox.Uniform(i, 5))));
        Assert.InRange(s["skew"], 1.9, 2.1);
        Assert.InRange(s["log_skew"], -1.3, -1.0); // −1.14 for the Gumbel distribution that ln x has
    }

    [Fact]
    public void Known_values_by_hand()
    {
        var s = Number([1, 2, 3, 4, double.NaN, 100, 0, 0]);
        Assert.Equal(8, s["rows"]);
        Assert.Equal(1.0 / 8, s["missing_share"], 12);
        Assert.Equal(2, s["median"]);
        Assert.Equal(2.0 / 7, s["zero_share"], 12);
        // Distances from the median: 0 1 1 2 2 2 98, the middle one 2.
        Assert.Equal(2 * 1.4826, s["robust_deviation"], 12);
        Assert.Equal(1.0 / 7, s["outlier_share"], 12);
        Assert.Equal(6, s["distinct"]);
        Assert.True(double.IsNaN(s["tail_index"]), "seven numbers have no tail");
        Assert.True(double.IsNaN(s["nonsense"]));
    }

    [Fact]
    public void Equal_numbers_have_neither_outliers_nor_skew()
    {
        var s = Number(Enumerable.Repeat(0.1, 300));
        Assert.Equal(0, s["outlier_share"]);
        Assert.Equal(0, s["skew"]);
        Assert.True(double.IsNaN(s["tail_index"]));
    }

    [Fact]
    public void Classes_are_counted_without_those_that_training_lacks()
    {
        var table = new Table(["y"], [["a", "a", "a", "b", null]]);
        var s = LabelStatistics.Of("category", new CategoryTargetEncoding { Labels = ["a", "b", "c"] }.Fit(table, "y"), table);
        Assert.Equal(2, s["classes"]);
        Assert.Equal(0.75, s["largest_share"]);
        Assert.Equal(3, s["imbalance"]);
        Assert.Equal(0.2, s["missing_share"], 12);
        Assert.Equal([("a", 3), ("b", 1), ("c", 0)], s.Labels);
    }

    [Fact]
    public void Sets_are_counted_by_row_and_by_label()
    {
        var table = new Table(["y"], [["a b", "a", null, "a b c", "a"]]);
        var s = LabelStatistics.Of("set", new SetTargetEncoding().Fit(table, "y"), table);
        Assert.Equal(7.0 / 5, s["labels_per_row"], 12);
        Assert.Equal(0.4, s["several_share"], 12);
        Assert.Equal(0.4, s["one_share"], 12);
        Assert.Equal(0.2, s["empty_share"], 12);
        Assert.Equal(7.0 / 15, s["present_share"], 12);
        Assert.Equal(1, s["rarest_rows"]);
    }

    [Theory]
    [InlineData("high,low,medium", "low,medium,high")]
    [InlineData("Good,Fair,Very Good,Ideal,Premium", "Fair,Good,Very Good,Premium,Ideal")]
    [InlineData("L,S,XL,M", "S,M,L,XL")]
    [InlineData("10-19,0-9,20+", "0-9,10-19,20+")]
    [InlineData(">30,<10,10-30", "<10,10-30,>30")]
    [InlineData("1,2,3", "")]
    [InlineData("1,2,3,4+,none", "")]
    [InlineData("red,green,blue", "")]
    [InlineData("yes,no", "")]
    [InlineData("low,lower,high", "")]
    public void Order_of_classes_by_their_names(string classes, string order) => Assert.Equal(order, string.Join(',', ClassOrder.Find(classes.Split(','))));

    [Fact]
    public void Only_training_rows_count()
    {
        string table = "split,y\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"train,{i % 7}.5\n")) + string.Concat(Enumerable.Range(0, 100).Select(i => $"test,{1000 * i}\n"));
        var report = DataAdvice.Of(TableReader.ReadText(table), ["y"]);
        Assert.Equal(100, report.Outputs[0].Statistics["rows"]);
        Assert.Equal(6.5, report.Outputs[0].Statistics["most"]);
        Assert.Equal("mean_squared_error", report.Outputs[0].Losses[0].Name);
    }
}
