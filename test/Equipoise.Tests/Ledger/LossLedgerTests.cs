using Equipoise.Ledger;

namespace Equipoise.Tests.Ledger;

public sealed class LossLedgerTests
{
    [Fact]
    public void Equation_is_as_a_person_would_write_it()
    {
        var ledger = Ledger();
        Record(ledger, 1.27228, [0.7062, 2.8304], [1, 0.2], rows: 32);
        Assert.Equal("1.2723 = 1 × 0.7062 + 0.2 × 2.8304", ledger.Last.Equation());
        Assert.Equal("1.2723 = 1 × 0.7062 (priority) + 0.2 × 2.8304 (department)", ledger.Last.Equation(names: true));
    }

    [Theory]
    [InlineData(0, "0.0000")]
    [InlineData(0.01, "0.0100")]
    [InlineData(0.0012345678, "0.0012346")]
    [InlineData(1e-9, "1E-09")]
    [InlineData(99999, "99999.0000")]
    [InlineData(123456789, "1.2346E+08")]
    [InlineData(-1.5, "-1.5000")]
    [InlineData(double.NaN, "NaN")]
    public void Numbers_have_four_decimals_or_five_digits(double value, string text) => Assert.Equal(text, LedgerEntry.Number(value));

    [Fact]
    public void An_account_that_does_not_add_up_is_refused()
    {
        var ledger = Ledger();
        var problem = Assert.Throws<LedgerException>(() => Record(ledger, 3.001, [1, 2], [1, 1], rows: 1));
        Assert.Contains("3.001", problem.Message, StringComparison.Ordinal);
        Assert.Equal(0, ledger.StepCount);
        Record(ledger, 3 * (1 + 5e-7), [1, 2], [1, 1], rows: 1);
        Assert.Throws<LedgerException>(() => Record(ledger, double.NaN, [1, 2], [1, 1], rows: 1));
    }

    [Fact]
    public void Terms_that_cancel_are_measured_by_their_size()
    {
        var ledger = Ledger();
        Assert.Throws<LedgerException>(() => Record(ledger, 1e-7, [0, 0], [1, 1], rows: 1));
        Record(ledger, 1e-7, [0, 0], [1, 1], rows: 1, size: 2);
        Assert.Equal(1, ledger.StepCount);
    }

    [Fact]
    public void A_weight_that_did_not_move_is_its_own_mean_to_the_bit()
    {
        var ledger = Ledger();
        for (int step = 1; step <= 300; step++) Record(ledger, (0.3 * step) + (0.7 / step), [step, 1.0 / step], [0.3, 0.7], rows: 128 - (step % 5));
        var mean = ledger.Mean(0, 300);
        Assert.Equal((0.3, 0.7), (mean["priority"].Weight, mean["department"].Weight));
    }

    [Fact]
    public void A_mean_weighs_steps_by_rows_and_still_adds_up()
    {
        var ledger = Ledger();
        Record(ledger, (1 * 2) + (0.5 * 4), [2, 4], [1, 0.5], rows: 30);
        Record(ledger, (1 * 5) + (2 * 1), [5, 1], [1, 2], rows: 10);
        var mean = ledger.Mean(0, 2);
        Assert.Equal(40, mean.Rows);
        Assert.Equal(((30 * 4) + (10 * 7)) / 40.0, mean.Total, 1e-12);
        Assert.Equal(((30 * 2) + (10 * 5)) / 40.0, mean["priority"].RawLoss, 1e-12);
        Assert.Equal(1, mean["priority"].Weight, 1e-12);
        // A weight that moved: the one that makes the equation of the means true.
        Assert.Equal(((30 * 2) + (10 * 2)) / 40.0, mean["department"].Contribution, 1e-12);
        Assert.Equal(mean.Total, mean.Outputs.Sum(o => o.Weight * o.RawLoss), 1e-9);
        Assert.Throws<ArgumentException>(() => mean["nothing"]);
    }

    [Fact]
    public void Recording_allocates_nothing_once_announced()
    {
        var ledger = Ledger();
        ledger.Announce(100);
        double[] raw = [1, 2], weights = [1, 1];
        Record(ledger, 3, raw, weights, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 90; i++) Record(ledger, 3, raw, weights, 1);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_ledger_comes_back_from_its_file()
    {
        var ledger = new LossLedger(["priority", "department"], [("dense", "l2 of kernel")]);
        ledger.Record(new StepAccount { Epoch = 1, Step = 1, Rows = 7, LearningRate = 0.001, Total = 1.0 / 3, RawLosses = [0.1, 0.2], Weights = [1, 1], Labelled = [7, 5], Divisors = [7, 5], Penalties = [(1.0 / 3) - 0.1 - 0.2] });
        ledger.Record(new StepAccount { Epoch = 1, Step = 2, Rows = 7, LearningRate = 0.002, Total = 3, RawLosses = [1, 2], Weights = [1, 1], Labelled = [7, 0], Divisors = [7, 0], Penalties = [0] });
        var epoch = new EpochEntry(1, ledger.Mean(0, 2), [new MetricValue("priority", "mae", 0.5, false)], ledger.Last with { LearningRate = double.NaN }, [new MetricValue("priority", "mae", double.NaN, false)], 1.5);
        using var writer = new StringWriter();
        LedgerFile.AppendSteps(writer, ledger, 0, 2);
        LedgerFile.AppendEpoch(writer, epoch);

        var read = LedgerFile.Read(new StringReader(writer.ToString())).ToArray();

        Assert.Equal(["step", "step", "epoch", "validation"], read.Select(r => r.Part));
        Same(ledger.Step(0), read[0].Entry);
        Same(ledger.Step(1), read[1].Entry);
        Same(epoch.Training, read[2].Entry);
        Same(epoch.Validation!, read[3].Entry);
    }

    [Fact]
    public void A_file_cut_short_is_good_up_to_its_last_whole_line()
    {
        var ledger = Ledger();
        for (int i = 0; i < 3; i++) Record(ledger, 3, [1, 2], [1, 1], rows: 1);
        using var writer = new StringWriter();
        LedgerFile.AppendSteps(writer, ledger, 0, 3);
        string text = writer.ToString();
        int secondEnd = text.IndexOf('\n', text.IndexOf('\n', StringComparison.Ordinal) + 1) + 1;
        for (int length = secondEnd; length < text.TrimEnd().Length; length++) Assert.Equal(2, LedgerFile.Read(new StringReader(text[..length])).Count());

        string damaged = text.Insert(3, "x");
        Assert.Contains("line 1", Assert.Throws<FormatException>(() => LedgerFile.Read(new StringReader(damaged)).Count()).Message, StringComparison.Ordinal);
    }

    private static LossLedger Ledger() => new(["priority", "department"], []);

    private static void Record(LossLedger ledger, double total, double[] raw, double[] weights, int rows, double size = 0)
        => ledger.Record(new StepAccount { Epoch = 1, Step = ledger.StepCount + 1, Rows = rows, LearningRate = 0.1, Total = total, Size = size, RawLosses = raw, Weights = weights, Labelled = weights, Divisors = weights, Penalties = [] });

    private static void Same(LedgerEntry want, LedgerEntry have)
    {
        Assert.Equal(want.Outputs, have.Outputs);
        Assert.Equal(want.Penalties, have.Penalties);
        Assert.Equal(want with { Outputs = [], Penalties = [] }, have with { Outputs = [], Penalties = [] });
    }
}
