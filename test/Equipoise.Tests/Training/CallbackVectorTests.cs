using Equipoise.Testing.Vectors;
using Equipoise.Tests.Vectors;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

public sealed class CallbackVectorTests
{
    // The reference library keeps rates in float32.
    private const double RateTolerance = 1e-6;

    public static TheoryData<string> Stopping => [.. VectorFile.Of("callback", "EarlyStopping").Kept()];

    public static TheoryData<string> Reducing => [.. VectorFile.Of("callback", "ReduceLROnPlateau").Kept()];

    [Theory, MemberData(nameof(Stopping))]
    public void Early_stopping_agrees(string id)
    {
        var vector = VectorFile.Find(id);
        double[] values = vector.Input("values")!.Values;
        var stopping = new EarlyStopping("loss", (int)vector.Argument("patience", 0), Math.Abs(vector.Argument("min_delta", 0)), vector.Flag("restore_best_weights"),
            vector.Text("mode") == "max" ? true : null, vector.Has("baseline") ? vector.Argument("baseline", 0) : null, (int)vector.Argument("start_from_epoch", 0));
        var (history, _, weights, final) = FedTraining.Run(stopping, values);
        Assert.Equal(vector.Expected.GetProperty("epochs_run").GetInt32(), history.Epochs.Count);
        Assert.Equal(NumberArray.Number(vector.Expected.GetProperty("best")), stopping.Best);
        Assert.Equal(vector.Expected.GetProperty("best_epoch").GetInt32() + 1, stopping.BestEpoch);
        Assert.Equal(weights[vector.Expected.GetProperty("weights_of_epoch").GetInt32()], final);
    }

    [Theory, MemberData(nameof(Reducing))]
    public void Reducing_the_learning_rate_agrees(string id)
    {
        var vector = VectorFile.Find(id);
        var reduce = new ReduceLearningRate("loss", vector.Argument("factor", 0.1), (int)vector.Argument("patience", 10), vector.Argument("min_delta", 1e-4), (int)vector.Argument("cooldown", 0), vector.Argument("min_lr", 0),
            vector.Text("mode") == "max" ? true : null);
        var (_, rates, _, _) = FedTraining.Run(reduce, vector.Input("values")!.Values, learningRate: vector.Argument("initial_learning_rate", 0.01));
        Assert.Null(VectorCase.Compare(NumberArray.Parse(vector.Expected.GetProperty("learning_rate_after_epoch")), rates, RateTolerance, 0));
    }

    [Fact]
    public void A_cooldown_lets_epochs_pass_and_a_factor_of_1_is_refused()
    {
        // By hand: no improvement from epoch 2 on; patience 1; after a reduction two epochs cool down, of which the second may count again.
        var (_, rates, _, _) = FedTraining.Run(new ReduceLearningRate(factor: 0.5, patience: 1, cooldown: 2), [1, 1, 1, 1, 1], learningRate: 0.08);
        Assert.Equal([0.08, 0.04, 0.04, 0.02, 0.02], rates.Select(r => Math.Round(r, 12)));
        Assert.Throws<ArgumentOutOfRangeException>(() => FedTraining.Run(new ReduceLearningRate(factor: 1), [1]));
    }
}
