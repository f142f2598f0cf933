using System.Text;
using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Tests.Training;
using Equipoise.Training;

namespace Equipoise.Tests.Models;

public sealed class ModelFileTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"equipoise-{Guid.NewGuid():N}");

    public static TheoryData<string> Samples => [.. TrainingSamples.Names];

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Theory, MemberData(nameof(Samples))]
    public void A_loaded_model_predicts_the_same_bits(string sample)
    {
        var model = TrainingSamples.Model(sample);
        var data = TrainingSamples.Data(sample);
        using (var trainer = model.Compile(TrainingSamples.Options())) trainer.Fit(data, new FitOptions { BatchSize = 16 });
        model.Save(_folder);
        var loaded = Model.Load(_folder);

        Assert.Equal(model.Describe(), loaded.Describe());
        Assert.Equal(model.Inputs, loaded.Inputs);
        Assert.Equal(model.Outputs, loaded.Outputs);
        Assert.Equal([OutputLink.Identity, OutputLink.Softmax], loaded.OutputLinks);
        Assert.Equal(model.Parameters.Select(p => p.Name), loaded.Parameters.Select(p => p.Name));
        Assert.All(model.Parameters, p => Assert.Equal(model.GetWeight(p.Name), loaded.GetWeight(p.Name)));
        var want = model.Predict(data, 10);
        foreach (var (name, values) in loaded.Predict(data, 33)) Assert.Equal(want[name], values);
        Assert.Empty(Directory.GetFiles(_folder, "*.writing"));
    }

    [Theory, MemberData(nameof(Samples))]
    public void A_loaded_model_trains_on_as_the_saved_one(string sample)
    {
        var model = TrainingSamples.Model(sample);
        model.Save(_folder);
        var loaded = Model.Load(_folder);
        var data = TrainingSamples.Data(sample);
        using (var trainer = model.Compile(TrainingSamples.Options())) trainer.Fit(data, new FitOptions { BatchSize = 16 });
        using (var trainer = loaded.Compile(TrainingSamples.Options())) trainer.Fit(data, new FitOptions { BatchSize = 16 });
        Assert.All(model.Parameters, p => Assert.Equal(model.GetWeight(p.Name), loaded.GetWeight(p.Name)));
    }

    [Fact]
    public void Outputs_are_found_even_if_another_node_has_the_same_name()
    {
        // A named layer used twice: the first use is an output, the second stands within.
        var x = Input.Numbers("x", 3);
        var layer = new Dense(3) { Name = "twice" };
        var first = layer.Apply(x);
        var model = new Model([x], [first, layer.Apply(first).Dense(1).Named("end")]);
        model.Save(_folder);
        var loaded = Model.Load(_folder);
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([1, 2, 3], 3) }, new Dictionary<string, TargetColumn>());
        Assert.Equal(model.Predict(data)["twice"], loaded.Predict(data)["twice"]);
        Assert.Equal(model.Predict(data)["end"], loaded.Predict(data)["end"]);
    }

    [Fact]
    public void Weights_are_safetensors()
    {
        var model = TrainingSamples.Model("dense");
        model.Save(_folder);
        byte[] bytes = File.ReadAllBytes(Path.Combine(_folder, "model.safetensors"));
        int header = (int)BitConverter.ToUInt64(bytes, 0);
        Assert.Equal(0, header % 8);
        var tensors = JsonNode.Parse(Encoding.UTF8.GetString(bytes, 8, header))!.AsObject();
        Assert.Equal(model.Parameters.Select(p => p.Name), tensors.Select(t => t.Key));
        long end = 0;
        foreach (var parameter in model.Parameters)
        {
            var tensor = tensors[parameter.Name]!;
            Assert.Equal("F32", (string)tensor["dtype"]!);
            Assert.Equal(parameter.Shape.Dimensions, tensor["shape"]!.AsArray().Select(d => (int)d!));
            Assert.Equal(end, (long)tensor["data_offsets"]![0]!);
            end = (long)tensor["data_offsets"]![1]!;
            float[] values = [.. Enumerable.Range(0, parameter.Length).Select(i => BitConverter.ToSingle(bytes, 8 + header + (int)(long)tensor["data_offsets"]![0]! + (4 * i)))];
            Assert.Equal(model.GetWeight(parameter.Name), values);
        }
        Assert.Equal(bytes.Length, 8 + header + end);
    }

    [Fact]
    public void Weights_of_another_model_are_refused_with_every_difference()
    {
        TrainingSamples.Model("dense").Save(_folder);
        var problem = Assert.Throws<DataException>(() => TrainingSamples.Model("recurrent").LoadWeights(Path.Combine(_folder, "model.safetensors")));
        Assert.Contains("weight 'lstm/kernel' [3, 48] is missing", problem.Message, StringComparison.Ordinal);
        Assert.Contains("weight 'number/kernel' is [32, 1] in the file but [12, 1] in the model", problem.Message, StringComparison.Ordinal);
        Assert.Contains("weight 'dense/kernel' is in the file but not in the model", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_weights_are_refused_and_leave_the_model_as_it_was()
    {
        var model = Small();
        model.Save(_folder);
        string file = Path.Combine(_folder, "model.safetensors");
        byte[] good = File.ReadAllBytes(file);
        float[] before = model.GetWeight("y/kernel");
        for (int length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(file, good[..length]);
            var problem = Assert.Throws<DataException>(() => model.LoadWeights(file));
            Assert.Contains(file, problem.Message, StringComparison.Ordinal);
            Assert.Equal(before, model.GetWeight("y/kernel"));
        }
        var random = new RandomStream(1);
        int header = 8 + (int)BitConverter.ToUInt64(good, 0);
        for (int i = 0; i < 400; i++)
        {
            byte[] bytes = [.. good];
            bytes[random.Below((ulong)(2 * i), header)] = (byte)random.Below((ulong)((2 * i) + 1), 256);
            File.WriteAllBytes(file, bytes);
            // A header may be changed and still be right (a space for a space); never may anything but a DataException come out.
            var problem = Record.Exception(() => model.LoadWeights(file));
            if (problem is not null) Assert.IsType<DataException>(problem);
        }
    }

    [Fact]
    public void Damaged_layers_are_refused_with_the_name_of_the_file()
    {
        Small().Save(_folder);
        string file = Path.Combine(_folder, "model.json");
        string good = File.ReadAllText(file);
        var random = new RandomStream(2);
        for (int i = 0; i < 400; i++)
        {
            int at = random.Below((ulong)(3 * i), good.Length);
            char other = "0129-{}[]\",:x "[random.Below((ulong)((3 * i) + 1), 14)];
            string text = (i % 3) switch { 0 => good[..at], 1 => good.Remove(at, 1), _ => good[..at] + other + good[(at + 1)..] };
            File.WriteAllText(file, text);
            var problem = Record.Exception(() => Model.Load(_folder));
            if (problem is null) continue;
            Assert.True(problem is DataException, $"{problem.GetType().Name} from {text}: {problem}");
        }
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var problem = Assert.Throws<DataException>(() => Model.Load(_folder));
        Assert.Contains(Path.Combine(_folder, "model.json"), problem.Message, StringComparison.Ordinal);
        Assert.Throws<DataException>(() => Small().LoadWeights(Path.GetTempPath()));
    }

    [Fact]
    public void A_newer_format_is_refused_with_advice()
    {
        Small().Save(_folder);
        string file = Path.Combine(_folder, "model.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"equipoise\": 1", "\"equipoise\": 99", StringComparison.Ordinal));
        Assert.Contains("format 99", Assert.Throws<DataException>(() => Model.Load(_folder)).Message, StringComparison.Ordinal);
    }

    private static Model Small()
    {
        var x = Input.Numbers("x", 2);
        return new Model([x], [x.Dense(3).Dense(1).Named("y")]);
    }
}
