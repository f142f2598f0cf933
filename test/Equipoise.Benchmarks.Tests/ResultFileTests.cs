namespace Equipoise.Benchmarks.Tests;

public sealed class ResultFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("results-");

    private string File => Path.Combine(_folder.FullName, "table.md");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_row_measured_again_replaces_the_old_one_and_leaves_the_others()
    {
        Open().Put("W1", "32", "1.0");
        Open().Put("W1", "256", "2.0");
        Open().Put("W1", "32", "3.0");
        Assert.Equal(["| W1 | 32 | 3.0 |", "| W1 | 256 | 2.0 |"], Rows());
    }

    [Fact]
    public void Rows_are_in_the_order_of_their_numbers()
    {
        var file = Open();
        foreach (string batch in (string[])["1024", "32", "256"]) file.Put("W1", batch, "x");
        Assert.Equal(["| W1 | 32 | x |", "| W1 | 256 | x |", "| W1 | 1024 | x |"], Rows());
    }

    [Fact]
    public void A_file_knows_which_rows_it_has()
    {
        Open().Put("W1", "32", "x");
        Assert.True(Open().Has("W1", "32"));
        Assert.False(Open().Has("W1", "256"));
    }

    [Fact]
    public void Rows_of_another_machine_are_left_out()
    {
        Open().Put("W1", "32", "x");
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File).Replace("Machine: ", "Machine: another ", StringComparison.Ordinal));
        Open().Put("W2", "32", "y");
        Assert.Equal(["| W2 | 32 | y |"], Rows());
    }

    [Theory]
    [InlineData("A (family 6, model 207), 2 processors, AVX-512, .NET 10.0.12", "table.md")]
    [InlineData("A (family 6, model 207), 2 processors, AVX-512, .NET 11.0.0", "table.md")]
    [InlineData("B (family 25, model 1), 2 processors, AVX2, .NET 10.0.12", "b-family-25-model-1-2-processors-avx2/table.md")]
    public void Another_kind_of_machine_has_tables_in_a_folder_of_its_own(string machine, string expected)
    {
        System.IO.File.WriteAllText(File, "Machine: A (family 6, model 207), 2 processors, AVX-512, .NET 10.0.12");
        Assert.Equal(Path.Combine(_folder.FullName, expected), ResultFile.Find(_folder.FullName, "table.md", machine));
        Assert.Equal(Path.Combine(_folder.FullName, "new.md"), ResultFile.Find(_folder.FullName, "new.md", machine));
        if (Path.GetDirectoryName(expected) is not { Length: > 0 } own) return;
        _folder.CreateSubdirectory(own);
        Assert.Equal(Path.Combine(_folder.FullName, own, "new.md"), ResultFile.Find(_folder.FullName, "new.md", machine));
    }

    [Fact]
    public void The_peer_stays_named_when_only_we_are_measured_again()
    {
        var file = Open();
        file.Peers = "PyTorch 1.13";
        file.Put("W1", "32", "x");
        Open().Put("W1", "256", "y");
        Assert.Contains("Peer: PyTorch 1.13", System.IO.File.ReadAllLines(File));
    }

    [Fact]
    public void A_summary_of_other_width_is_not_taken_for_rows()
    {
        ResultFile OpenWithSummary() => new(File, "Title", "Words.", ["workload", "batch", "ms"], 2, rows => ResultFile.Lines(["rows"], [[$"{rows.Count}"]]));
        OpenWithSummary().Put("W1", "32", "x");
        OpenWithSummary().Put("W1", "256", "y");
        Assert.Equal(["| rows |", "| 2 |", "| workload | batch | ms |", "| W1 | 32 | x |", "| W1 | 256 | y |"], System.IO.File.ReadAllLines(File).Where(l => l.StartsWith("| ", StringComparison.Ordinal)));
    }

    private ResultFile Open() => new(File, "Title", "Words.", ["workload", "batch", "ms"], 2);

    private IEnumerable<string> Rows() => System.IO.File.ReadAllLines(File).Where(l => l.StartsWith("| W", StringComparison.Ordinal));
}
