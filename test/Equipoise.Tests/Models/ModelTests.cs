using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Models;
using Equipoise.Training;

namespace Equipoise.Tests.Models;

public sealed class ModelTests
{
    [Fact]
    public void Mistakes_of_a_model_are_told_at_once()
    {
        var used = Input.Numbers("used", 3);
        var unused = Input.Numbers("unused", 3);
        var forgotten = Input.Numbers("forgotten", 2);
        var problem = Assert.Throws<ModelException>(() => new Model([used, unused, used.Dense(2)],
            [used.Dense(1).Named("same"), forgotten.Dense(1).Named("same"), used.Dense(2), Input.Numbers("image", 4, 4).Lstm(0).Named("bad")]));
        Assert.Contains("Input 'forgotten' is used, but not listed among the model's inputs. Add it to them.", problem.Mistakes);
        Assert.Contains("Input 'unused' is listed, but no output depends on it. Connect it or leave it out.", problem.Mistakes);
        Assert.Contains("2 outputs are called 'same'. Give each a name of its own.", problem.Mistakes);
        Assert.Contains("Output 2 (dense) has no name. Add .Named(\"...\") to it.", problem.Mistakes);
        Assert.Contains(problem.Mistakes, m => m.StartsWith("Layer 'bad' (lstm)", StringComparison.Ordinal));
        Assert.Contains(problem.Mistakes, m => m.Contains("is listed among the inputs, but is the result of a layer", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_are_those_of_the_seed()
    {
        Assert.Equal(Small(4).GetWeight("y/kernel"), Small(4).GetWeight("y/kernel"));
        Assert.NotEqual(Small(4).GetWeight("y/kernel"), Small(5).GetWeight("y/kernel"));
    }

    [Fact]
    public void Weights_are_set_and_got_by_name()
    {
        var model = Small(1);
        model.SetWeight("y/kernel", [1, 2]);
        Assert.Equal([1, 2], model.GetWeight("y/kernel"));
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([3, 4], 2) }, new Dictionary<string, TargetColumn>());
        Assert.Equal([11], model.Predict(data)["y"]);
        model.SetWeight("y/bias", [0.5f]);
        Assert.Equal([11.5f], model.Predict(data)["y"]);
        Assert.Contains("Did you mean 'y/kernel'?", Assert.Throws<ArgumentException>(() => model.GetWeight("y/kernl")).Message, StringComparison.Ordinal);
        Assert.Contains("2 numbers, but 3", Assert.Throws<ArgumentException>(() => model.SetWeight("y/kernel", [1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'y'?", Assert.Throws<ArgumentException>(() => model.IndexOf("yy")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_losses_may_sit_on_one_tensor()
    {
        var x = Input.Numbers("x", 2);
        var y = x.Dense(1);
        // An activation that does nothing gives each output a name of its own.
        var model = new Model([x], [y.Named("y"), y.Activate(new Linear()).Named("again")]);
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([3, 4], 2) }, new Dictionary<string, TargetColumn>());
        Assert.Equal(model.Predict(data)["y"], model.Predict(data)["again"]);
    }

    [Fact]
    public void A_description_says_who_trains_what()
    {
        var x = Input.Numbers("x", 2);
        var trunk = x.Dense(3);
        string text = new Model([x], [trunk.Dense(1).Named("a"), trunk.Dense(2).Named("b")]).Describe();
        Assert.Contains("all outputs", text, StringComparison.Ordinal);
        Assert.EndsWith("21 trained numbers, 9 of them shared by several outputs", text, StringComparison.Ordinal);
    }

    private static Model Small(ulong seed)
    {
        var x = Input.Numbers("x", 2);
        return new Model([x], [x.Dense(1).Named("y")], seed);
    }
}
