using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Runs;
using Xunit;

namespace Equipoise.Benchmarks.Tests;

public class StartFilesTests
{
    [Fact]
    public void The_table_holds_the_rows_of_the_workload_and_the_config_makes_its_network()
    {
        using var files = new StartFiles(batches: 2);
        var read = RunData.Read(Config.Load(files.Config));
        var workload = Workload.Of("W1", 256, 2);
        Assert.Equal(512, read.Train.Rows + read.Valid!.Rows + read.Test!.Rows);
        Assert.Equal(((NumbersColumn)workload.Data.Inputs["x"]).Width, ((NumbersColumn)read.Train.Inputs["x"]).Width);
        foreach (var (name, target) in workload.Data.Targets) Assert.Equal(target.Width, read.Train.Targets[name].Width);

        var run = TrainingRun.Start(read, new RunOptions { Root = files.Runs });
        int numbers = (int)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(run.Folder!, "environment.json")))!["trained_numbers"]!;
        Assert.Equal(workload.Build().TrainableCount, numbers);
    }
}
