using System.IO.Compression;

namespace Equipoise.Cli.Tests;

/// <summary>Data files that cannot be used: each gives a clear message with file and place, exit code 4, and no run folder.</summary>
public sealed class BrokenDataTests
{
    public static TheoryData<string, string, string> Files => new()
    {
        // what is wrong, what the message says, the remedy
        { "too many fields", "line 12", "has 8 fields, but the header names 7 columns" },
        { "too few fields", "line 12", "has 6 fields, but the header names 7 columns" },
        { "empty", "the file is empty", "Its first line should name the columns" },
        { "header only", "no row below", "stones.csv" },
        { "column twice", "columns 2 and 3 are both called 'x'", "Rename" },
        { "not a number", "line 12, column 'x': 'wide' is not a number", "" },
        { "price not a number", "line 12, column 'price': '12 EUR' is not a number", "Remove units" },
        { "one class", "column 'kind' holds only 'even' in the training rows", "Leave the output out" },
        { "no labels", "column 'price' has no label in the 192 training rows", "" },
        { "three values", "column 'sold' has 3 distinct values", "" },
        { "no train", "gives no row to training", "Write 'train'" },
        { "unknown part", "line 12, column 'split': 'trian' names no part", "Write train, valid or test" },
        { "not UTF-8", "line 12 is not UTF-8", "Save the file as UTF-8" },
        { "open quote", "never closed", "Close it" },
        { "cut gzip", "cut off or damaged", "Copy or download it again" },
        { "missing", "there is no such file", "stones.csv" },
    };

    [Theory, MemberData(nameof(Files))]
    public void Fault_is_told_with_its_place(string wrong, string message, string remedy)
    {
        using var box = new Sandbox();
        Break(box, wrong);
        Assert.True(box.Train(Sandbox.GoodConfig) == 4, $"{box.Error}");
        Assert.Contains(message, box.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, box.Error, StringComparison.Ordinal);
        Assert.Empty(box.Output);
        Assert.False(Directory.Exists(box.Runs));
    }

    [Fact]
    public void Label_that_the_loss_cannot_take_is_told_with_its_line()
    {
        using var box = new Sandbox();
        Assert.Equal(4, box.Train(Sandbox.GoodConfig.Replace("name: price, type: number", "name: price, type: number, loss: poisson", StringComparison.Ordinal)));
        Assert.Contains("column 'price': the label", box.Error, StringComparison.Ordinal);
        Assert.Contains("poisson", box.Error, StringComparison.Ordinal);
        Assert.Matches("stones.csv: line [0-9]+,", box.Error);
        Assert.False(Directory.Exists(box.Runs));
    }

    [Fact]
    public void Best_epoch_cannot_be_kept_by_an_output_without_labels_in_validation()
    {
        using var box = new Sandbox();
        box.Write("stones.csv", Sandbox.Table((i, line) => i % 10 == 8 ? string.Join(",", line.Split(',').Select((c, k) => k == 3 ? "" : c)) : line));
        Assert.Equal(3, box.Train(Sandbox.GoodConfig.Replace("seed: 7", "seed: 7, keep: price.rmse", StringComparison.Ordinal)));
        Assert.Contains("no label in the validation part", box.Error, StringComparison.Ordinal);
        Assert.Equal(0, box.Train(Sandbox.GoodConfig));
        Assert.Contains("warning: Output 'price' has no label in the validation part", box.Error, StringComparison.Ordinal);
    }

    private static void Break(Sandbox box, string wrong)
    {
        const int Row = 10; // line 12 of the file
        string Change(Func<string[], string[]> change) => Sandbox.Table((i, line) => i == Row ? string.Join(",", change(line.Split(','))) : line);
        string All(Func<string[], string[]> change) => Sandbox.Table((_, line) => string.Join(",", change(line.Split(','))));
        string good = Sandbox.Table();
        switch (wrong)
        {
            case "cut gzip":
                using (var memory = new MemoryStream())
                {
                    using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(System.Text.Encoding.UTF8.GetBytes(good));
                    File.WriteAllBytes(box.In("stones.csv"), memory.ToArray()[..(int)(memory.Length / 2)]);
                }
                return;
            case "not UTF-8":
                byte[] bytes = System.Text.Encoding.Latin1.GetBytes(Change(c => [.. c[..6], "größe"]));
                File.WriteAllBytes(box.In("stones.csv"), bytes);
                return;
            case "missing":
                File.Delete(box.In("stones.csv"));
                return;
        }
        box.Write("stones.csv", wrong switch
        {
            "too many fields" => Change(c => [.. c, "more"]),
            "too few fields" => Change(c => c[..6]),
            "empty" => "",
            "header only" => good[..(good.IndexOf('\n', StringComparison.Ordinal) + 1)],
            "column twice" => good.Replace("split,x,y,", "split,x,x,", StringComparison.Ordinal),
            "not a number" => Change(c => [c[0], "wide", .. c[2..]]),
            "price not a number" => Change(c => [.. c[..3], "12 EUR", .. c[4..]]),
            "one class" => All(c => [.. c[..4], "even", .. c[5..]]),
            "no labels" => All(c => [.. c[..3], "", .. c[4..]]),
            "three values" => Change(c => [.. c[..5], "maybe", c[6]]),
            "no train" => good.Replace("train,", "valid,", StringComparison.Ordinal),
            "unknown part" => Change(c => ["trian", .. c[1..]]),
            "open quote" => Change(c => [.. c[..6], "\"old"]),
            _ => throw new ArgumentOutOfRangeException(nameof(wrong)),
        });
    }
}
