namespace Equipoise.Cli.Tests;

public sealed class WarmUpTests
{
    [Fact]
    public void It_comes_to_its_end() => Assert.Null(Record.Exception(WarmUp.Run));
}
