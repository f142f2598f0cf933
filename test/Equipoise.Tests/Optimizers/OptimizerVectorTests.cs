using System.Text.Json;
using Equipoise.Optimizers;
using Equipoise.Schedules;
using Equipoise.Testing.Vectors;
using Equipoise.Tests.Schedules;

namespace Equipoise.Tests.Optimizers;

/// <summary>Every vector of kind optimizer: its name must be known here.</summary>
public sealed class OptimizerVectorTests
{
    // The expected numbers are those of the formula; what Keras gave in float32 may differ by its own rounding.
    public static TheoryData<string> Ids => [.. VectorFile.Of("optimizer").Select(vector => vector.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Optimizer_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        var variables = vector.Inputs.GetProperty("vars").EnumerateArray().Select(NumberArray.Parse).ToArray();
        var layout = ParameterLayout.Of(variables.Select((v, i) => ($"variable{i}", v.Shape)));
        var optimizer = Make(vector).Start(layout);
        float[] parameters = [.. variables.SelectMany(v => v.Floats)];
        int step = 0, compared = 0;
        foreach (var gradients in vector.Inputs.GetProperty("grads").EnumerateArray())
        {
            var given = gradients.EnumerateArray().ToArray();
            float[] gradient = [.. given.SelectMany((g, i) => g.ValueKind == JsonValueKind.Null ? new float[variables[i].Length] : NumberArray.Parse(g).Floats)];
            for (int i = 0; i < given.Length; i++)
            {
                if (given[i].ValueKind == JsonValueKind.Null) optimizer.Skip(i);
            }
            optimizer.Begin(gradient, parameters);
            optimizer.Update(0, parameters, gradient);
            step++;
            foreach (var expected in vector.Expected.EnumerateArray().Where(e => e.GetProperty("after_steps").GetInt32() == step))
            {
                var block = layout.Blocks[expected.GetProperty("var").GetInt32()];
                double[] got = [.. parameters.Skip(block.Offset).Take(block.Length).Select(x => (double)x)];
                var tolerance = expected.GetProperty("tolerance");
                string? wrong = VectorCase.Compare(NumberArray.Parse(expected.GetProperty("expected")), got, tolerance.GetProperty("rtol").GetDouble(), tolerance.GetProperty("atol").GetDouble());
                Assert.True(wrong is null, $"{id}, {block.Name} after step {step}: {wrong}");
                compared++;
            }
        }
        Assert.Equal(vector.Expected.GetArrayLength(), compared);
    }

    /// <summary>Optimisers that the vector files name, with the settings that all have in common.</summary>
    public static Optimizer Make(VectorCase vector)
    {
        double? Optional(string name) => vector.Has(name) ? vector.Argument(name, 0) : null;
        var rate = Rate(vector);
        double beta1 = vector.Argument("beta_1", 0.9), beta2 = vector.Argument("beta_2", 0.999), epsilon = vector.Argument("epsilon", 1e-7);
        Optimizer optimizer = vector.Name switch
        {
            "SGD" => new Sgd(rate, vector.Argument("momentum", 0), vector.Flag("nesterov")),
            "Adam" => new Adam(rate, beta1, beta2, epsilon, vector.Flag("amsgrad")),
            "AdamW" => new AdamW(rate, 0.004, beta1, beta2, epsilon, vector.Flag("amsgrad")),
            "Adamax" => new Adamax(rate, beta1, beta2, epsilon),
            "Nadam" => new Nadam(rate, beta1, beta2, epsilon),
            "RMSprop" => new RmsProp(rate, vector.Argument("rho", 0.9), vector.Argument("momentum", 0), epsilon, vector.Flag("centered")),
            "Adagrad" => new Adagrad(rate, vector.Argument("initial_accumulator_value", 0.1), epsilon),
            "Adadelta" => new Adadelta(rate, vector.Argument("rho", 0.95), epsilon),
            "Lion" => new Lion(rate, beta1, vector.Argument("beta_2", 0.99)),
            "Lamb" => new Lamb(rate, beta1, beta2, epsilon),
            "Ftrl" => new Ftrl(rate, vector.Argument("learning_rate_power", -0.5), vector.Argument("initial_accumulator_value", 0.1), vector.Argument("l1_regularization_strength", 0),
                vector.Argument("l2_regularization_strength", 0), vector.Argument("l2_shrinkage_regularization_strength", 0), vector.Argument("beta", 0)),
            "Adafactor" => new Adafactor(rate, vector.Argument("beta_2_decay", -0.8), vector.Argument("epsilon_1", 1e-30), vector.Argument("epsilon_2", 1e-3),
                vector.Argument("clip_threshold", 1), !vector.Has("relative_step") || vector.Flag("relative_step")),
            "Muon" => new Muon(rate, vector.Argument("momentum", 0.95), !vector.Has("nesterov") || vector.Flag("nesterov"), (int)vector.Argument("ns_steps", 5), vector.Argument("rms_rate", 0.2), 0.004,
                vector.Argument("adam_weight_decay", 0.004), vector.Argument("adam_lr_ratio", 1), vector.Argument("adam_beta_1", 0.9), vector.Argument("adam_beta_2", 0.999), epsilon)
            {
                A = vector.Argument("muon_a", 3.4445),
                B = vector.Argument("muon_b", -4.775),
                C = vector.Argument("muon_c", 2.0315),
            },
            "ScheduleFreeAdamW" => new ScheduleFreeAdamW(rate, beta1, beta2, vector.Argument("epsilon", 1e-8), (int)vector.Argument("warmup_steps", 0)),
            _ => throw new InvalidOperationException($"No optimizer for the vectors called {vector.Name}."),
        };
        return optimizer with
        {
            WeightDecay = vector.Argument("weight_decay", 0),
            ClipNorm = Optional("clipnorm"),
            GlobalClipNorm = Optional("global_clipnorm"),
            ClipValue = Optional("clipvalue"),
            AverageMomentum = vector.Flag("use_ema") ? vector.Argument("ema_momentum", 0.99) : null,
            AverageEvery = (int)vector.Argument("ema_overwrite_frequency", 0),
            LossScale = vector.Argument("loss_scale_factor", 1),
            AccumulationSteps = (int)vector.Argument("gradient_accumulation_steps", 1),
        };
    }

    private static Schedule Rate(VectorCase vector)
    {
        var rate = vector.Args.GetProperty("learning_rate");
        return rate.ValueKind == JsonValueKind.Object ? ScheduleTests.Make(rate.GetProperty("class_name").GetString()!, rate.GetProperty("config")) : rate.GetDouble();
    }
}
