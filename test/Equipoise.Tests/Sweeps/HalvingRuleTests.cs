using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

public sealed class HalvingRuleTests
{
    private static readonly double[][] Others = [[0, 1], [1, 0], [0.4, 0.4], [0.9, 0.9]];

    [Fact]
    public void A_trial_that_is_clearly_worse_in_everything_is_ended() => Assert.Equal(2, HalvingRule.Better([1, 1], Others, 0.1));

    [Fact]
    public void A_trial_that_is_best_in_one_thing_goes_on() => Assert.Null(HalvingRule.Better([2, -0.1], Others, 0.1));

    [Fact]
    public void A_trial_that_is_worse_by_less_than_the_margin_goes_on()
    {
        double[][] others = [[0.4, 0.4], [0.41, 0.39], [0.39, 0.41], [1, 1.4]];
        Assert.Equal(0, HalvingRule.Better([0.5, 0.5], others, 0));
        Assert.Null(HalvingRule.Better([0.5, 0.5], others, 0.2));
    }

    [Fact]
    public void The_better_half_goes_on_though_dominated()
    {
        double[][] others = [[0, 0], [1, 1], [2, 2], [3, 3]];
        Assert.Null(HalvingRule.Better([0.5, 0.5], others, 0.01));
        Assert.Equal(0, HalvingRule.Better([2.5, 2.5], others, 0.01));
    }

    [Fact]
    public void Nothing_is_ended_by_few_trials_nor_by_what_is_no_number()
    {
        Assert.Null(HalvingRule.Better([9, 9], [[0, 0], [1, 1]], 0.1));
        Assert.Null(HalvingRule.Better([9, 9], [[0, 0], [1, 1], [double.NaN, 0]], 0.1));
        Assert.Null(HalvingRule.Better([double.NaN, 9], Others, 0.1));
    }

    [Fact]
    public void Rungs_are_a_quarter_and_a_half()
    {
        Assert.Equal([5, 10], Enumerable.Range(1, 20).Where(e => HalvingRule.IsRung(e, 20)));
        Assert.Equal([1], Enumerable.Range(1, 3).Where(e => HalvingRule.IsRung(e, 3)));
        Assert.False(HalvingRule.IsRung(1, 1));
    }
}
