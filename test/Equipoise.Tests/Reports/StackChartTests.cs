using System.Globalization;
using System.Xml.Linq;
using Equipoise.Reports;
using Equipoise.Reports.Charts;

namespace Equipoise.Tests.Reports;

public sealed class StackChartTests
{
    [Fact]
    public void Negative_terms_go_down_and_positive_ones_up()
    {
        var bands = Bands([[1, 1], [-2, -1], [3, 2]]);
        Assert.Equal(3, bands.Count);
        // y grows downwards. The first band lies on 0, the second below it, the third on the first.
        Assert.Equal(bands[0].Max(), bands[1].Min());
        Assert.Equal(bands[0].Min(), bands[2].Max());
    }

    [Fact]
    public void A_zero_of_a_negative_term_draws_no_spike_to_the_positive_pile()
    {
        var bands = Bands([[4, 4, 4], [-1, 0, -1]]);
        // The negative band never rises above its own beginning, which is 0, the foot of the positive pile.
        Assert.Equal(bands[0].Max(), bands[1].Min());
    }

    [Fact]
    public void What_is_no_number_has_no_height()
    {
        var bands = Bands([[1, double.NaN, 1]]);
        Assert.All(bands[0], y => Assert.True(double.IsFinite(y)));
    }

    // The y coordinates of each band of the chart of contributions.
    private static List<double[]> Bands(double[][] terms)
    {
        var markup = new Markup();
        markup.Open("div");
        int count = terms[0].Length;
        Figure[] places = [.. Enumerable.Range(1, count).Select(i => new Figure(i, $"{i}"))];
        StackChart.Write(new PageWriter(markup), "stack", "epoch", places, [.. terms.Select((t, k) => new StackChart.Term($"t{k}", $"s{k}", [.. t.Select(Of)], [.. t.Select(Of)]))], [.. Enumerable.Range(0, count).Select(i => Of(terms.Sum(t => t[i])))]);
        var chart = XElement.Parse(markup.Close().ToString()).Descendants("svg").First();
        return [.. chart.Elements("path").Where(p => p.Attribute("class")!.Value.StartsWith("band", StringComparison.Ordinal)).Select(p => p.Attribute("d")!.Value.Trim('M', 'Z').Split('L')
            .Select(xy => double.Parse(xy.Split(' ')[1], CultureInfo.InvariantCulture)).ToArray())];
    }

    private static Figure Of(double value) => double.IsFinite(value) ? new Figure(value, value.ToString("R", CultureInfo.InvariantCulture)) : Figure.None;
}
