using Equipoise.Audits;

namespace Equipoise.Tests.Audits;

/// <summary>Logs of other frameworks are read rightly, and what is said of them is right.</summary>
public sealed class FrameworkLogTests : IDisposable
{
    private const double Penalty = 0.2;

    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Progress_bars_of_keras(int version)
    {
        var audit = Audit("train.log", FrameworkLogs.KerasBars(version, Penalty), "keras_lines");
        Check(audit, "train", FrameworkLogs.Epochs, "regularisation", "weights");
        Check(audit, "valid", FrameworkLogs.Epochs, "regularisation", "weights");
        var table = audit.Log.Tables[0];
        Assert.Equal(Math.Round(FrameworkLogs.Epoch(4, penalty: Penalty).Total, 4), table.Rows[4].Values[table.IndexOf("loss")]);
        Assert.Equal(5, table.Rows[4].Epoch);
    }

    [Fact]
    public void Metrics_of_lightning_with_gaps()
    {
        var audit = Audit("metrics.csv", FrameworkLogs.Lightning(), "lightning_csv");
        Check(audit, "train", FrameworkLogs.Epochs, "weights");
        Check(audit, "valid", FrameworkLogs.Epochs, "weights");
        Check(audit, "train_steps", FrameworkLogs.Epochs * FrameworkLogs.Steps / 5, "weights");
        var steps = audit.Log.Tables.Single(t => t.Part == "train_steps");
        Assert.Equal((2L, 25L), (steps.Rows[4].Epoch, steps.Rows[4].Step));
    }

    [Fact]
    public void Statistics_of_ludwig()
    {
        var audit = Audit("training_statistics.json", FrameworkLogs.Ludwig(Penalty), "ludwig");
        foreach (string part in (string[])["train", "valid", "test"]) Check(audit, part, FrameworkLogs.Epochs, "regularisation", "weights");
        Assert.Equal(["price.loss", "kind.loss"], audit.Parts[0].Terms);
    }

    [Fact]
    public void Event_files_as_keras_writes_them()
    {
        foreach (string part in (string[])["train", "validation"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, part));
            var scalars = Enumerable.Range(0, FrameworkLogs.Epochs).SelectMany(e =>
            {
                var (total, price, kind) = FrameworkLogs.Epoch(e, part == "validation");
                return new[] { ((long)e, "epoch_loss", total), (e, "epoch_price_loss", price), (e, "epoch_kind_loss", kind), (e, "epoch_learning_rate", 0.001) };
            });
            File.WriteAllBytes(Path.Combine(_folder, part, "events.out.tfevents.1700000000.host.1.0.v2"), FrameworkLogs.Events(scalars, tensors: true));
        }
        var audit = LogAudit.Of(_folder, new AuditOptions());
        Check(audit, "train", FrameworkLogs.Epochs, "weights");
        Check(audit, "valid", FrameworkLogs.Epochs, "weights");
    }

    [Theory]
    [InlineData("loss/train", "price/train", "kind/train")]
    [InlineData("train/loss", "train/price", "train/kind")]
    [InlineData("Loss/train/total", "Loss/train/price", "Loss/train/kind")]
    public void Event_files_as_pytorch_scripts_write_them(string loss, string first, string second)
    {
        string Valid(string tag) => tag.Replace("train", "val", StringComparison.Ordinal);
        var scalars = Enumerable.Range(0, FrameworkLogs.Epochs).SelectMany(e =>
        {
            var (total, price, kind) = FrameworkLogs.Epoch(e);
            var valid = FrameworkLogs.Epoch(e, validation: true);
            return new[] { ((long)e, loss, total), (e, first, price), (e, second, kind), (e, Valid(loss), valid.Total), (e, Valid(first), valid.Price), (e, Valid(second), valid.Kind) };
        });
        string file = Path.Combine(_folder, "events.out.tfevents.1700000000.host.1.0");
        File.WriteAllBytes(file, FrameworkLogs.Events(scalars, tensors: false));
        var audit = LogAudit.Of(file, new AuditOptions());
        Assert.Equal(["train", "valid"], audit.Parts.Select(p => p.Part));
        Check(audit, "train", FrameworkLogs.Epochs, "weights");
        Check(audit, "valid", FrameworkLogs.Epochs, "weights");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dicts_of_the_trainer_of_transformers(bool asTexts)
    {
        var audit = Audit("trainer.log", FrameworkLogs.HuggingFace(asTexts), "printed_lines");
        Check(audit, "train", 2 * FrameworkLogs.Epochs, "weights");
        Check(audit, "valid", FrameworkLogs.Epochs, "weights");
        Assert.Equal(["loss_price", "loss_kind"], audit.Parts[0].Terms);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tables_of_fastai(bool csv)
    {
        var audit = Audit(csv ? "history.csv" : "train.log", FrameworkLogs.Fastai(csv), "fastai");
        Check(audit, "valid", FrameworkLogs.Epochs, "weights");
        // The parts are of the validation part alone: of training there is only the total.
        Assert.Equal(["loss"], audit.Log.Tables.Single(t => t.Part == "train").Columns);
        Assert.Equal("valid", Assert.Single(audit.Parts).Part);
    }

    [Fact]
    public void Results_of_ultralytics_have_no_total()
    {
        string file = Write("results.csv", FrameworkLogs.Ultralytics());
        var log = TrainingLog.Read(file);
        Assert.Equal("keras_csv", log.Format);
        Assert.Equal(["box_loss", "cls_loss", "dfl_loss"], log.Tables.Single(t => t.Part == "valid").Columns);
        Assert.Equal(1, log.Tables[0].Rows[0].Epoch);
        string message = Assert.Throws<AuditException>(() => LogAudit.Of(file, new AuditOptions())).Message;
        Assert.Contains("none of its figures is called like a total loss", message, StringComparison.Ordinal);
        Assert.Contains("If the log has only the parts, print their total", message, StringComparison.Ordinal);
    }

    private LogAudit Audit(string name, string text, string format)
    {
        var audit = LogAudit.Of(Write(name, text), new AuditOptions());
        Assert.Equal(format, audit.Log.Format);
        return audit;
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    // The cause, and the true weights inside their intervals.
    private static void Check(LogAudit audit, string part, int lines, params string[] causes)
    {
        var answer = audit.Parts.Single(p => p.Part == part);
        Assert.Equal(lines, answer.Lines);
        Assert.Equal(causes, answer.Best.Causes.Order(StringComparer.Ordinal));
        Assert.Equal(2, answer.Best.Weights.Count);
        foreach (var weight in answer.Best.Weights)
        {
            double truth = weight.Part.Contains("kind", StringComparison.Ordinal) ? FrameworkLogs.KindWeight : 1;
            Assert.InRange(truth, weight.Least - 1e-6, weight.Greatest + 1e-6);
        }
    }
}
