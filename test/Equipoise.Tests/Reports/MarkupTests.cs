using System.Xml.Linq;
using Equipoise.Reports;

namespace Equipoise.Tests.Reports;

public sealed class MarkupTests
{
    [Theory]
    [InlineData("<script>alert('x')</script>")]
    [InlineData("a & b &amp; \"c\" 'd'")]
    [InlineData("]]> <!-- -->")]
    [InlineData("tab\tline\nend 😀 ñ")]
    [InlineData("")]
    public void Texts_and_attributes_come_back_as_they_were(string text)
    {
        var read = XElement.Parse(new Markup().Open("p").Element("b", text, ("title", text)).Close().ToString());
        Assert.Equal(text, read.Element("b")!.Value);
        // In attributes XML reads tabs and line ends as spaces.
        Assert.Equal(text.Replace('\t', ' ').Replace('\n', ' '), read.Element("b")!.Attribute("title")!.Value);
    }

    [Fact]
    public void Characters_that_xml_does_not_know_are_replaced()
    {
        string text = new Markup().Element("p", "a\0b\u0007c\uD800d\uDC00e\uFFFFf").ToString();
        Assert.Equal("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf", XElement.Parse(text).Value);
    }

    [Fact]
    public void An_element_left_open_is_told() => Assert.Contains("'p'", Assert.Throws<InvalidOperationException>(() => new Markup().Open("p").ToString()).Message, StringComparison.Ordinal);
}
