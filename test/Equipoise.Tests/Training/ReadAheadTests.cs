using System.Text.Json.Nodes;
using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

public sealed class ReadAheadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-ahead-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Reading_ahead_changes_no_bit()
    {
        var memory = InMemory(3000);
        var mapped = Mapped(memory);
        float[] plain = Train(memory, true).Weights;
        Assert.Equal(plain, Train(mapped, true).Weights);
        Assert.Equal(plain, Train(mapped, false).Weights);
    }

    [Fact]
    public void A_step_over_a_mapped_file_allocates_nothing()
        => Assert.Equal(0, Train(Mapped(InMemory(3000)), true).Allocated);

    [Fact]
    public void Data_in_memory_are_not_read_ahead()
    {
        Assert.Null(ReadAhead.For(InMemory(10)));
        using var ahead = ReadAhead.For(Mapped(InMemory(10)));
        Assert.NotNull(ahead);
        ahead.Announce([9, 0, 3], 1, 2);
    }

    private static (float[] Weights, long Allocated) Train(Dataset data, bool ahead)
    {
        var input = Input.Numbers("x", 64);
        var model = new Model([input], [input.Dense(16, new Relu()).Dense(1).Named("y")]);
        using var trainer = model.Compile(new CompileOptions { Outputs = { ["y"] = new Output(new MeanSquaredError()) }, Seed = 3, Workers = 2 });
        var bytes = new Bytes();
        trainer.Fit(data, new FitOptions { BatchSize = 64, Epochs = 2, ReadAhead = ahead, Callbacks = [bytes] });
        return ([.. model.Store.Values], bytes.Most);
    }

    // Bytes allocated from one step to the next by the thread that trains, after the first epoch.
    private sealed class Bytes : Callback
    {
        private long _last = -1;

        public long Most { get; private set; }

        public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (epoch > 1 && step > 1) Most = Math.Max(Most, now - _last);
            _last = GC.GetAllocatedBytesForCurrentThread();
        }
    }

    private static Dataset InMemory(int rows) => new(
        new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([.. Enumerable.Range(0, rows * 64).Select(i => (i * 7919 % 1013 / 500f) - 1)], 64) },
        new Dictionary<string, TargetColumn> { ["y"] = new TargetColumn([.. Enumerable.Range(0, rows).Select(i => i * 31 % 17 / 17f)]) });

    private Dataset Mapped(Dataset data)
    {
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        using (var file = new ColumnFileWriter(path))
        {
            var part = new DatasetFile(file, data.Rows, new Dictionary<string, int>());
            part.Append(data);
            file.Finish(new JsonObject { ["part"] = part.End() });
        }
        var read = ColumnFile.Open(path)!;
        return DatasetFile.Read(read, read.Description["part"]!.AsObject());
    }
}
