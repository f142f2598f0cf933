using System.Text;
using Equipoise.Audits;
using Equipoise.Audits.Readers;

namespace Equipoise.Tests.Audits.Readers;

public sealed class ReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keras_lines_give_the_last_line_of_each_epoch_and_validation_apart()
    {
        var text = new StringBuilder();
        for (int e = 1; e <= 6; e++)
        {
            text.Append($"Epoch {e}/6\n");
            text.Append("  1/100 [..............................] - ETA: 10s - loss: 9.0000 - a_loss: 5.0000 - b_loss: 4.0000\b\b\b\r");
            text.Append($"100/100 [==============================] - 3s 30ms/step - loss: {e}.2500 - a_loss: 1.25e-02 - b_loss: 0.5000 - val_loss: 0.7500 - val_a_loss: 0.2500 - val_b_loss: 0.5000\n");
        }
        var log = Read(text.ToString(), "keras_lines");
        Assert.Equal(["train", "valid"], log.Tables.Select(t => t.Part));
        Assert.Equal(["loss", "a_loss", "b_loss"], log.Tables[1].Columns);
        Assert.Equal(6, log.Tables[0].Rows.Count);
        Assert.Equal([3.25, 0.0125, 0.5], log.Tables[0].Rows[2].Values);
        Assert.Equal("line 6 (epoch 3)", log.Tables[0].Rows[2].Place);
        Assert.Equal(0.00005, log.Tables[0].Rows[2].Halves[0], 1e-5);
        Assert.Equal(0.00005, log.Tables[0].Rows[2].Halves[1], 1e-6);
    }

    [Fact]
    public void Keras_3_and_quiet_lines_are_read()
    {
        var log = Read("Epoch 1/2\n\x1b[1m100/100\x1b[0m \x1b[32m━━━━━━━━━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m3s\x1b[0m 30ms/step - a_loss: 0.5000 - loss: 1.5000\nEpoch 2/2\n - 3s - loss: 1.2000 - a_loss: 0.4000\n", "keras_lines");
        Assert.Equal(2, log.Tables[0].Rows.Count);
        Assert.Equal(1.2, log.Tables[0].Rows[1].Values[log.Tables[0].IndexOf("loss")]);
    }

    [Fact]
    public void Csv_logger_counts_epochs_from_zero()
    {
        var log = Read("epoch,a_loss,loss,val_loss\n0,0.50000001,1.25,2\n1,0.4,1.2,NA\n", "keras_csv");
        Assert.Equal(2, log.Tables[0].Rows[1].Epoch);
        Assert.Single(log.Tables[1].Rows);
    }

    [Fact]
    public void Lightning_lines_of_one_step_are_one_row()
    {
        var log = Read("epoch,step,train_loss_step,train_a_step,val_loss,val_a\n0,9,1.5,0.5,,\n0,19,1.25,0.25,,\n0,19,,,0.75,0.25\n", "lightning_csv");
        Assert.Equal(["valid", "train_steps"], log.Tables.Select(t => t.Part));
        Assert.Equal(2, log.Tables[1].Rows.Count);
        Assert.Equal([0.75, 0.25], log.Tables[0].Rows[0].Values);
    }

    [Theory]
    [InlineData("Step 50/1000; loss_a: 0.9 + loss_b: 1.5 = total: 2.4", "loss_a=0.9 loss_b=1.5 total=2.4", 50)]
    [InlineData("Epoch: [3][10/500]\tTime 0.512 (0.498)\tLoss 2.31 (2.45)\tAcc@1 3.12 (2.99)", "Time=0.512 Time (mean)=0.498 Loss=2.31 Loss (mean)=2.45 Acc@1=3.12 Acc@1 (mean)=2.99", 10)]
    [InlineData("{'loss': 0.5, 'loss_a': 1e-3, 'epoch': 1.0}", "loss=0.5 loss_a=0.001", 0)]
    [InlineData("2024-01-02 12:30:11,123 INFO trainer: step=7 kl=-0.25 total_loss=1.75, 12.5 it/s, eta 0:10:05", "kl=-0.25 total_loss=1.75", 7)]
    [InlineData("Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.300000", "Loss=2.3", 640)]
    public void Printed_lines_of_many_forms_are_read(string line, string figures, long step)
    {
        var log = Read(line + "\n", null);
        Assert.Equal("printed_lines", log.Format);
        var table = Assert.Single(log.Tables);
        Assert.Equal(figures, string.Join(" ", table.Columns.Zip(table.Rows[0].Values, (c, v) => FormattableString.Invariant($"{c}={v}"))));
        Assert.Equal(step, table.Rows[0].Step);
    }

    [Fact]
    public void Printed_lines_tell_validation_by_its_word()
    {
        var log = Read("Epoch 1 train loss: 0.5 a_loss: 0.2\nValidation: loss: 0.75 a_loss: 0.25\nEpoch 2 train loss: 0.4 a_loss: 0.1\n", "printed_lines");
        Assert.Equal(["train", "valid"], log.Tables.Select(t => t.Part));
        Assert.Equal(2, log.Tables[0].Rows.Count);
        Assert.Equal([0.75, 0.25], log.Tables[1].Rows[0].Values);
    }

    [Theory]
    [InlineData("[1.5, 1.25]")]
    [InlineData("[[0, 10, 1.5], [1, 20, 1.25]]")]
    [InlineData("""[{"epoch": 0, "step": 10, "value": 1.5}, {"epoch": 1, "step": 20, "value": 1.25}]""")]
    public void Ludwig_statistics_of_all_versions_are_read(string list)
    {
        var log = Read($$"""{"training": {"combined": {"loss": {{list}} }, "stars": {"loss": [0.5, 0.25], "accuracy": [0.1, 0.2]} }, "evaluation_frequency": {"frequency": 1} }""", "ludwig");
        var table = Assert.Single(log.Tables);
        Assert.Equal("combined.loss", table.Total);
        Assert.Equal(["stars.loss"], table.Terms);
        Assert.Equal([1.25, 0.25, 0.2], table.Rows[1].Values);
    }

    [Fact]
    public void Checksums_agree_with_known_ones()
    {
        // The check value of CRC-32C; and 32 zero bytes, from RFC 3720, B.4.
        Assert.Equal(0xE3069283u, EventRecords.Crc("123456789"u8));
        Assert.Equal(0x8A9136AAu, EventRecords.Crc(new byte[32]));
        Assert.Equal(0xA282EAD8u, EventRecords.Masked([]));
    }

    [Fact]
    public void Event_files_in_folders_are_parts_and_damage_is_told()
    {
        // Two records byte by byte: the header (wall time 1700000000), and the scalar 'loss/price' = 0.5 at step 7.
        byte[] events = Convert.FromHexString("1800000000000000a37f4b220900000040fc54d9411a0d627261696e2e4576656e743a32eced8f9d200000000000000029eda9500900004040fc54d94110072a130a110a0a6c6f73732f7072696365150000003fc319bc4d");
        foreach (string part in (string[])["train", "validation"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, part));
            File.WriteAllBytes(Path.Combine(_folder, part, "events.out.tfevents.1700000000.host"), events);
        }
        var log = TrainingLog.Read(_folder);
        Assert.Equal("tensorboard", log.Format);
        Assert.Equal(["train", "valid"], log.Tables.Select(t => t.Part));
        Assert.Equal(["loss/price"], log.Tables[1].Columns);
        Assert.Equal((7, 0.5), (log.Tables[1].Rows[0].Step, log.Tables[1].Rows[0].Values[0]));

        events[^6] ^= 1;
        string file = Path.Combine(_folder, "events.out.tfevents.damaged");
        File.WriteAllBytes(file, events);
        Assert.Contains("record 2", Assert.Throws<AuditException>(() => TrainingLog.Read(file)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(file, events[..^5]);
        Assert.Throws<AuditException>(() => TrainingLog.Read(file));                   // cut short: only the header is whole, and it has no figures
    }

    [Theory]
    [InlineData("2.230 0.500 12.001", 0.0005, 0.0005)]
    [InlineData("2.23 0.5 12.01 3.14", 0.005, 0.005)]                // trailing zeros dropped
    [InlineData("0.01234 1.234 12.34 123.4", 0.000005, 0.05)]         // four digits
    [InlineData("0.123456789 0.5 12.3456789", 0, 0)]                   // a float in full
    public void Digits_of_a_column_tell_its_rounding(string figures, double first, double last)
    {
        PrintedNumber[] column = [.. figures.Split(' ').Select(f => PrintedNumber.TryParse(f, out var n) ? n : throw new FormatException(f))];
        double[] halves = ColumnRounding.Halves(column);
        Assert.Equal(first, halves[0], (0.01 * first) + 1e-5);
        Assert.Equal(last, halves[^1], (0.01 * last) + 2e-5);
    }

    [Fact]
    public void What_is_no_log_is_told_with_the_known_forms()
    {
        string file = Path.Combine(_folder, "x.txt");
        File.WriteAllText(file, "nothing to see here\n");
        Assert.Contains("keras_lines", Assert.Throws<AuditException>(() => TrainingLog.Read(file)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => TrainingLog.Read(file + "x"));
    }

    private TrainingLog Read(string text, string? format)
    {
        string file = Path.Combine(_folder, "log.txt");
        File.WriteAllText(file, text);
        var log = TrainingLog.Read(file);
        if (format is not null) Assert.Equal(format, log.Format);
        return log;
    }
}
