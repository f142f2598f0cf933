using Equipoise.Engine.Compilation;

namespace Equipoise.Engine.Tests.Compilation;

public sealed class ReachSetTests
{
    [Fact]
    public void Empty_holds_nothing()
    {
        Assert.Equal(0, ReachSet.Empty.Count);
        Assert.False(ReachSet.Empty.Contains(0));
        Assert.False(ReachSet.Empty.IsShared);
        Assert.Equal("{}", ReachSet.Empty.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(200)]
    public void One_output_is_private(int output)
    {
        var set = ReachSet.Of(output);
        Assert.Equal(1, set.Count);
        Assert.False(set.IsShared);
        Assert.True(set.Contains(output));
        Assert.False(set.Contains(output + 1));
        Assert.False(set.Contains(output + 64));
    }

    [Fact]
    public void Union_is_the_same_in_any_order_and_over_words()
    {
        var left = ReachSet.Of(2).Union(ReachSet.Of(130)).Union(ReachSet.Of(64));
        var right = ReachSet.Of(64).Union(ReachSet.Of(2).Union(ReachSet.Of(130)));
        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.True(left.IsShared);
        Assert.Equal("{2, 64, 130}", left.ToString());
        Assert.Equal(left, left.Union(ReachSet.Empty));
        Assert.Equal(left, left.Union(ReachSet.Of(2)));
    }
}
