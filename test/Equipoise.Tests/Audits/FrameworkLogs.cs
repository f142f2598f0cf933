using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Equipoise.Audits.Readers;

namespace Equipoise.Tests.Audits;

/// <summary>Logs as other frameworks write them, of one training: total = 1 × price + 0.25 × kind, perhaps + a penalty that is not printed. Forms as their documentation shows them.</summary>
internal static class FrameworkLogs
{
    public const int Epochs = 14, Steps = 20;
    public const double KindWeight = 0.25;

    /// <summary>The losses after a step of an epoch; those of validation are a little higher. A penalty falls slowly and evenly.</summary>
    public static (double Total, double Price, double Kind) Epoch(int epoch, bool validation = false, double penalty = 0, int step = Steps)
    {
        double t = epoch + ((double)step / Steps), wave = Math.Sin((7.3 * epoch) + step + (validation ? 2 : 0));
        double price = (2.4 * Math.Exp(-0.25 * t)) + 0.12 + (0.03 * wave) + (validation ? 0.1 : 0), kind = (1.6 * Math.Exp(-0.06 * t)) + (0.02 * Math.Cos(3.1 * (epoch + step + wave))) + (validation ? 0.05 : 0);
        return (price + (KindWeight * kind) + (penalty * (1.3 - (0.015 * t))), price, kind);
    }

    /// <summary>Progress bars of Keras 2 (carriage returns, backspaces) or 3 (colours): each update overwrites the one before, the last comes again with validation.</summary>
    public static string KerasBars(int version, double penalty)
    {
        var text = new StringBuilder("2026-01-05 10:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This binary is optimized\n");
        for (int e = 0; e < Epochs; e++)
        {
            text.Append(CultureInfo.InvariantCulture, $"Epoch {e + 1}/{Epochs}\n");
            for (int s = 1; s <= Steps + 1; s++)
            {
                int step = Math.Min(s, Steps);
                var (total, price, kind) = Epoch(e, penalty: penalty, step: step);
                string figures = version == 2 ? Text($"loss: {total:0.0000} - price_loss: {price:0.0000} - kind_loss: {kind:0.0000} - kind_accuracy: {1 - (kind / 3):0.0000}") : Text($"kind_accuracy: {1 - (kind / 3):0.0000} - kind_loss: {kind:0.0000} - loss: {total:0.0000} - price_loss: {price:0.0000}");
                if (s > Steps)
                {
                    var valid = Epoch(e, validation: true, penalty);
                    figures += Text($" - val_loss: {valid.Total:0.0000} - val_price_loss: {valid.Price:0.0000} - val_kind_loss: {valid.Kind:0.0000} - val_kind_accuracy: 0.4000");
                }
                if (version == 2)
                {
                    string bar = step == Steps ? new string('=', 30) : new string('=', step) + ">" + new string('.', 29 - step);
                    text.Append('\b', s == 1 ? 0 : 40).Append('\r').Append(CultureInfo.InvariantCulture, $"{step,2}/{Steps} [{bar}] - {(step == Steps ? "1s 12ms/step" : "ETA: 0s")} - {figures}");
                }
                else
                {
                    string filled = new('━', step), empty = new('━', Steps - step);
                    text.Append('\r').Append(CultureInfo.InvariantCulture, $"\u001b[1m{step,2}/{Steps}\u001b[0m \u001b[32m{filled}\u001b[0m\u001b[37m{empty}\u001b[0m \u001b[1m{(step == Steps ? "1s" : "0s")}\u001b[0m 12ms/step - {figures}");
                }
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>metrics.csv of Lightning: figures of steps every few steps, of epochs and of validation in lines of their own with the same step, all else empty.</summary>
    public static string Lightning()
    {
        var text = new StringBuilder("epoch,lr-Adam,step,train_kind_epoch,train_kind_step,train_loss_epoch,train_loss_step,train_price_epoch,train_price_step,val_kind,val_loss,val_price\n");
        for (int e = 0; e < Epochs; e++)
        {
            for (int s = 5; s <= Steps; s += 5)
            {
                var (total, price, kind) = Epoch(e, step: s);
                text.Append(CultureInfo.InvariantCulture, $",0.001,{(e * Steps) + s - 1},,,,,,,,,\n");
                text.Append(CultureInfo.InvariantCulture, $"{e},,{(e * Steps) + s - 1},,{(float)kind},,{(float)total},,{(float)price},,,\n");
            }
            var (validTotal, validPrice, validKind) = Epoch(e, validation: true);
            text.Append(CultureInfo.InvariantCulture, $"{e},,{((e + 1) * Steps) - 1},,,,,,,{(float)validKind},{(float)validTotal},{(float)validPrice}\n");
            var (trainTotal, trainPrice, trainKind) = Epoch(e);
            text.Append(CultureInfo.InvariantCulture, $"{e},,{((e + 1) * Steps) - 1},{(float)trainKind},,{(float)trainTotal},,{(float)trainPrice},,,,\n");
        }
        return text.ToString();
    }

    /// <summary>training_statistics.json of Ludwig.</summary>
    public static string Ludwig(double penalty)
    {
        string Part(bool validation)
        {
            var epochs = Enumerable.Range(0, Epochs).Select(e => Epoch(e, validation, penalty)).ToArray();
            string List(Func<(double Total, double Price, double Kind), double> figure) => $"[{string.Join(", ", epochs.Select(e => figure(e).ToString("R", CultureInfo.InvariantCulture)))}]";
            return $$$"""{"combined": {"loss": {{{List(e => e.Total)}}}}, "price": {"loss": {{{List(e => e.Price)}}}, "mean_absolute_error": {{{List(e => e.Price / 2)}}}, "r2": {{{List(e => 1 - (e.Price / 3))}}}}, "kind": {"loss": {{{List(e => e.Kind)}}}, "accuracy": {{{List(e => 1 - (e.Kind / 3))}}}}}""";
        }
        return $$"""{"evaluation_frequency": {"frequency": 1, "period": "epoch"}, "test": {{Part(true)}}, "training": {{Part(false)}}, "validation": {{Part(true)}}}""";
    }

    /// <summary>What the Trainer of Transformers prints: a dict a line between progress bars; from version 5 on with figures as texts.</summary>
    public static string HuggingFace(bool asTexts)
    {
        var text = new StringBuilder();
        string Dict(params (string Name, string Value)[] figures) => $"{{{string.Join(", ", figures.Select(f => asTexts ? $"'{f.Name}': '{f.Value}'" : $"'{f.Name}': {f.Value}"))}}}\n";
        for (int e = 0; e < Epochs; e++)
        {
            for (int s = 10; s <= Steps; s += 10)
            {
                int done = (e * Steps) + s, all = Epochs * Steps;
                text.Append(CultureInfo.InvariantCulture, $"\r {100 * done / all,2}%|{new string('█', 10 * done / all),-10}| {done}/{all} [00:{done % 60:00}<01:30,  5.00it/s]\n");
                var (total, price, kind) = Epoch(e, step: s);
                text.Append(Dict(("loss", Text($"{total:0.0000}")), ("loss_price", Text($"{price:0.0000}")), ("loss_kind", Text($"{kind:0.0000}")), ("grad_norm", Text($"{1.5 + (price / 2):0.000000}")), ("learning_rate", Text($"{5e-5 * (1 - (done / (double)all)):0.###e-00}")), ("epoch", Text($"{e + ((double)s / Steps):0.00}"))));
            }
            var valid = Epoch(e, validation: true);
            text.Append(Dict(("eval_loss", Text($"{valid.Total:0.000000}")), ("eval_loss_price", Text($"{valid.Price:0.000000}")), ("eval_loss_kind", Text($"{valid.Kind:0.000000}")), ("eval_runtime", "1.2345"), ("eval_samples_per_second", "810.1"), ("eval_steps_per_second", "50.6"), ("epoch", Text($"{e + 1.0:0.0}"))));
        }
        return text.Append(Dict(("train_runtime", "123.4"), ("train_samples_per_second", "40.1"), ("train_steps_per_second", "2.5"), ("train_loss", "0.8123"), ("epoch", "14.0"))).ToString();
    }

    /// <summary>The table that fastai's Learner shows, or its CSVLogger writes: losses of both parts, then metrics of the validation part.</summary>
    public static string Fastai(bool csv)
    {
        string[] header = ["epoch", "train_loss", "valid_loss", "price_loss", "kind_loss", "time"];
        string Line(IEnumerable<string> cells) => csv ? string.Join(',', cells) + "\n" : string.Concat(cells.Select((c, i) => c.PadRight(Math.Max(10, header[i].Length + 2)))) + "\n";
        var text = new StringBuilder(Line(header));
        for (int e = 0; e < Epochs; e++)
        {
            var valid = Epoch(e, validation: true);
            text.Append(Line([Text($"{e}"), Text($"{Epoch(e).Total:0.000000}"), Text($"{valid.Total:0.000000}"), Text($"{valid.Price:0.000000}"), Text($"{valid.Kind:0.000000}"), "00:12"]));
        }
        return text.ToString();
    }

    /// <summary>results.csv of Ultralytics: fields padded to columns; the parts of the loss, and no total.</summary>
    public static string Ultralytics()
    {
        string[] header = ["epoch", "train/box_loss", "train/cls_loss", "train/dfl_loss", "metrics/precision(B)", "metrics/mAP50-95(B)", "val/box_loss", "val/cls_loss", "val/dfl_loss", "lr/pg0"];
        var text = new StringBuilder(string.Join(',', header.Select(h => h.PadLeft(23)))).Append('\n');
        for (int e = 0; e < Epochs; e++)
        {
            var (_, box, cls) = Epoch(e);
            var valid = Epoch(e, validation: true);
            text.Append(string.Join(',', new[] { e + 1, box, cls, 1.1, 0.5, 0.3, valid.Price, valid.Kind, 1.2, 0.01 }.Select(v => v.ToString("G5", CultureInfo.InvariantCulture).PadLeft(23)))).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A TensorBoard event file with these scalars: as TensorFlow 2 writes them, in tensors, or as PyTorch does, as simple values.</summary>
    public static byte[] Events(IEnumerable<(long Step, string Tag, double Value)> scalars, bool tensors)
    {
        var file = new MemoryStream();
        Record(file, [.. Double(1, 1.7e9), .. Bytes(3, "brain.Event:2"u8.ToArray())]);
        foreach (var (step, tag, value) in scalars)
        {
            byte[] number = new byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(number, (float)value);
            byte[] scalar = [.. Bytes(1, Encoding.UTF8.GetBytes(tag)), .. tensors ? Bytes(8, [0x08, 0x01, .. Bytes(2, []), .. Bytes(4, number)]) : [0x15, .. number]];
            Record(file, [.. Double(1, 1.7e9 + step), 0x10, .. Varint((ulong)step), .. Bytes(5, Bytes(1, scalar))]);
        }
        return file.ToArray();
    }

    private static void Record(MemoryStream file, byte[] message)
    {
        byte[] head = new byte[8], check = new byte[4];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)message.Length);
        foreach (byte[] part in (byte[][])[head, message])
        {
            file.Write(part);
            BinaryPrimitives.WriteUInt32LittleEndian(check, EventRecords.Masked(part));
            file.Write(check);
        }
    }

    private static byte[] Bytes(int field, byte[] bytes) => [(byte)((field << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Double(int field, double value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return [(byte)((field << 3) | 1), .. bytes];
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
