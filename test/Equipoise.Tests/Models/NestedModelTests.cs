using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Models;

public sealed class NestedModelTests
{
    [Fact]
    public void A_model_inside_another_computes_what_it_computed_with_its_weights_copied()
    {
        var encoder = Encoder();
        var x = Input.Numbers("outer", 4);
        var outer = new Model([x], [encoder.Apply(x)[0].Named("code")], 99);
        var data = Rows(5);
        Assert.NotEqual(encoder.Predict(data.Inner)["code"], outer.Predict(data.Outer)["code"]);
        Assert.Equal(4, outer.CopyWeights(encoder));
        Assert.Equal(encoder.Predict(data.Inner)["code"], outer.Predict(data.Outer)["code"]);
    }

    [Fact]
    public void Both_sides_of_a_siamese_model_share_their_weights_and_train()
    {
        var encoder = Encoder();
        Node left = Input.Numbers("left", 4), right = Input.Numbers("right", 4);
        var model = new Model([left, right], [encoder.Apply(left)[0].EuclideanDistance(encoder.Apply(right)[0]).Named("distance")], 7);
        Assert.Equal(encoder.Parameters.Count, model.Parameters.Count);
        // Rows of equal signs belong together.
        const int rows = 64;
        float[] a = new float[rows * 4], b = new float[rows * 4], same = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            same[r] = r % 2;
            for (int i = 0; i < 4; i++)
            {
                a[(r * 4) + i] = (r % 4 < 2 ? 1 : -1) + (0.3f * MathF.Sin((r * 7) + i));
                b[(r * 4) + i] = ((r % 4 < 2) == (r % 2 == 1) ? 1 : -1) + (0.3f * MathF.Cos((r * 5) + i));
            }
        }
        var data = new Dataset(new Dictionary<string, InputColumn> { ["left"] = new NumbersColumn(a, 4), ["right"] = new NumbersColumn(b, 4) }, new Dictionary<string, TargetColumn> { ["distance"] = new(same) });
        using var trainer = model.Compile(new CompileOptions { Optimizer = new Adam(0.02), Workers = 2, Outputs = { ["distance"] = new Output(new Contrastive(1)) } });
        var history = trainer.Fit(data, new FitOptions { Epochs = 30, BatchSize = 16 });
        Assert.True(history.Epochs[^1].Training.Total < 0.2 * history.Epochs[0].Training.Total, $"{history.Epochs[0].Training.Total} became {history.Epochs[^1].Training.Total}");
        Assert.Equal(encoder.Parameters.Count, encoder.CopyWeights(model));
    }

    [Fact]
    public void A_nested_model_is_saved_like_any_other()
    {
        var x = Input.Numbers("outer", 4);
        var model = new Model([x], [Encoder().Apply(x)[0].Dense(2).Named("y")], 3);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            model.Save(folder);
            Assert.Equal(model.Predict(Rows(4).Outer)["y"], Model.Load(folder).Predict(Rows(4).Outer)["y"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Wrong_inputs_and_strange_models_are_refused()
    {
        var encoder = Encoder();
        Assert.Contains("has 1 inputs (inner), but 2 nodes", Assert.Throws<ArgumentException>(() => encoder.Apply(Input.Numbers("a", 4), Input.Numbers("b", 4))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Encoder().CopyWeights(encoder));
    }

    private static Model Encoder()
    {
        var x = Input.Numbers("inner", 4);
        return new Model([x], [x.Dense(8, new Tanh()).Dense(3).Named("code")], 5);
    }

    private static (Dataset Inner, Dataset Outer) Rows(int rows)
    {
        float[] values = [.. Enumerable.Range(0, rows * 4).Select(i => MathF.Sin(3 * i))];
        Dataset Of(string name) => new(new Dictionary<string, InputColumn> { [name] = new NumbersColumn(values, 4) }, new Dictionary<string, TargetColumn>());
        return (Of("inner"), Of("outer"));
    }
}
