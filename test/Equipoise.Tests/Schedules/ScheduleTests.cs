using System.Text.Json;
using Equipoise.Schedules;
using Equipoise.Testing.Vectors;

namespace Equipoise.Tests.Schedules;

public sealed class ScheduleTests
{
    public static TheoryData<string> Ids => [.. VectorFile.Of("schedule").Select(vector => vector.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Schedule_agrees_with_the_vector(string id)
    {
        var vector = VectorFile.Find(id);
        var schedule = Make(vector.Name, vector.Args);
        schedule.Check();
        Assert.Null(vector.Difference(schedule.At((long)vector.Inputs.GetProperty("step").GetDouble())));
    }

    /// <summary>Schedules that the vector files name.</summary>
    public static Schedule Make(string name, JsonElement args)
    {
        double Number(string key, double otherwise = double.NaN) => args.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetDouble() : otherwise;
        bool Flag(string key) => args.TryGetProperty(key, out var value) && value.GetBoolean();
        double[] Numbers(string key) => [.. args.GetProperty(key).EnumerateArray().Select(value => value.GetDouble())];
        double initial = Number("initial_learning_rate");
        return name switch
        {
            "ExponentialDecay" => new ExponentialDecay(initial, (int)Number("decay_steps"), Number("decay_rate"), Flag("staircase")),
            "InverseTimeDecay" => new InverseTimeDecay(initial, (int)Number("decay_steps"), Number("decay_rate"), Flag("staircase")),
            "PolynomialDecay" => new PolynomialDecay(initial, (int)Number("decay_steps"), Number("end_learning_rate", 0.0001), Number("power", 1), Flag("cycle")),
            "PiecewiseConstantDecay" => new PiecewiseConstantDecay(Numbers("boundaries"), Numbers("values")),
            "CosineDecay" => new CosineDecay(initial, (int)Number("decay_steps"), Number("alpha", 0), double.IsNaN(Number("warmup_target")) ? null : Number("warmup_target"), (int)Number("warmup_steps", 0)),
            "CosineDecayRestarts" => new CosineDecayRestarts(initial, (int)Number("first_decay_steps"), Number("t_mul", 2), Number("m_mul", 1), Number("alpha", 0)),
            _ => throw new InvalidOperationException($"No schedule for the vectors called {name}."),
        };
    }

    [Fact]
    public void Number_is_a_constant_schedule()
    {
        Schedule schedule = 0.25;
        Assert.Equal(0.25, schedule.At(0));
        Assert.Equal(0.25, schedule.At(1_000_000));
    }

    [Fact]
    public void Warmup_rises_in_a_line_then_the_schedule_starts_at_its_beginning()
    {
        var after = new ExponentialDecay(0.8, 10, 0.5);
        var schedule = new LinearWarmup(after, 4, 0.4);
        Assert.Equal([0.4, 0.5, 0.6, 0.7], Enumerable.Range(0, 4).Select(step => schedule.At(step)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(after.At(0), schedule.At(4));
        Assert.Equal(after.At(7), schedule.At(11));
    }

    [Fact]
    public void One_cycle_rises_to_its_maximum_and_ends_far_below_its_start()
    {
        // By hand: 101 steps, the rise ends at step 0.5 × 101 − 1 = 49.5; half cosine waves.
        var schedule = new OneCycle(1, 101, 0.5, 10, 100);
        Assert.Equal(0.1, schedule.At(0), 1e-12);
        Assert.Equal(0.1 + (0.9 * 0.5 * (1 - Math.Cos(Math.PI * 33 / 49.5))), schedule.At(33), 1e-12);
        Assert.Equal(1 + ((0.001 - 1) * 0.5 * (1 - Math.Cos(Math.PI * 25.5 / 50.5))), schedule.At(75), 1e-12);
        Assert.Equal(0.001, schedule.At(100), 1e-12);
        Assert.Equal(0.001, schedule.At(5000), 1e-12);
        Assert.Equal(1, Enumerable.Range(0, 101).Max(step => schedule.At(step)), 2e-3);
        Assert.Equal(1, new OneCycle(1, 10, 0).At(0));
    }

    [Fact]
    public void Inverse_square_root_turns_at_the_end_of_its_warm_up()
    {
        var schedule = new InverseSquareRoot(0.5, 4);
        Assert.Equal([0.125, 0.25, 0.375, 0.5], Enumerable.Range(0, 4).Select(step => schedule.At(step)));
        Assert.Equal(0.25, schedule.At(15), 1e-12);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_schedule_is_finite_and_not_negative(string name)
    {
        var schedule = ScheduleCatalog.Catalog.Find(name).Default;
        schedule.Check();
        foreach (long step in new long[] { 0, 1, 2, 999, 1000, 1001, 2999, 3000, 3001, 1_000_000_000 })
        {
            double value = schedule.At(step);
            Assert.True(double.IsFinite(value) && value >= 0, $"{name} is {value} at step {step}");
        }
    }

    public static TheoryData<string> Names => [.. ScheduleCatalog.Catalog.Names];

    public static TheoryData<Schedule, string> Bad => new()
    {
        { new ConstantSchedule(-1), "ConstantSchedule: Value is -1, but it must be at least 0 and finite." },
        { new ConstantSchedule(double.NaN), "ConstantSchedule: Value is NaN" },
        { new ExponentialDecay(DecaySteps: 0), "ExponentialDecay: DecaySteps is 0, but it must be at least 1" },
        { new CosineDecay(Alpha: 1.5), "CosineDecay: Alpha is 1.5, but it must be between 0 and 1" },
        { new CosineDecayRestarts(TMul: 0.5), "CosineDecayRestarts: TMul is 0.5" },
        { new PiecewiseConstantDecay([5, 5], [1, 2, 3]), "Boundaries is 5, but it must be above the boundary before it, 5" },
        { new PiecewiseConstantDecay([5], [1]), "Values is 1, but it must be 2 numbers" },
        { new LinearWarmup(new ConstantSchedule(-2)), "ConstantSchedule: Value is -2" },
    };

    [Theory, MemberData(nameof(Bad))]
    public void Bad_setting_is_refused_with_name_value_and_range(Schedule schedule, string message)
        => Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(schedule.Check).Message, StringComparison.Ordinal);
}
