using Equipoise.Configs;

namespace Equipoise.Tests.Configs;

public sealed class WiringTests
{
    private const string Good = """
        data: words.csv
        inputs: [ {name: word, type: text}, {name: size, type: number} ]
        branches:
          - { name: frames, from: word, layers: [ {dense: 8} ] }
          - { name: heard, from: sounds, layers: [ softmax ] }
        trunk: [ {dense: 4} ]
        outputs: [ {name: sounds, type: set, from: frames}, {name: stress, type: category}, {name: kinds, column: kind, type: set, from: [heard, size]} ]
        """;

    [Fact]
    public void Parts_are_read_by_name_and_the_trunk_joins_the_rest()
    {
        var config = Config.Read(Good.Replace("[heard, size]", "[heard]", StringComparison.Ordinal));
        Assert.Equal(["word"], config.Branches[0].From);
        Assert.Single(config.Branches[0].Layers);
        Assert.Equal(["frames"], config.Outputs[0].From);
        Assert.Empty(config.Outputs[1].From);
        Assert.Equal(["size"], Wiring.IntoTrunk(config));
    }

    [Theory]
    [InlineData("from: word,", "from: wrd,", 4, "There is no input, branch or output called 'wrd'. Known: word, size, frames, heard, sounds, stress, kinds. Did you mean 'word'?")]
    [InlineData("name: heard", "name: size", 5, "'size' is an input too.")]
    [InlineData("name: heard", "name: frames", 5, "Two branches are called 'frames'")]
    [InlineData("from: sounds", "from: kinds", 5, "reads itself: heard reads kinds reads heard.")]
    [InlineData(", type: category", ", type: category, from: frames", 6, "no output uses the trunk")]
    [InlineData("[heard, size]", "[heard, heard]", 7, "'heard' is read 2 times.")]
    [InlineData("from: word, ", "", 4, "A branch needs 'from'")]
    [InlineData("name: heard, ", "", 5, "The 'name' of the branch is missing.")]
    [InlineData("[heard, size]", "[heard, size, word]", 4, "nothing is left for the trunk")]
    [InlineData("inputs: [ {name: word, type: text}, {name: size, type: number} ]", "name: nothing", 4, "declare the 'inputs'")]
    public void Mistakes_are_told_with_their_line(string right, string wrong, int line, string message)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        var fault = Assert.Throws<ConfigException>(() => Config.Read(Good.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(fault.Problems, p => p.Mark.Line == line && p.Message.Contains(message, StringComparison.Ordinal));
    }
}
