using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class RecurrenceTests
{
    private const int Length = 5;

    public static TheoryData<string, int, int, int, bool, bool, bool, bool> Cases()
    {
        var cases = new TheoryData<string, int, int, int, bool, bool, bool, bool>();
        foreach (string kind in new[] { "lstm", "gru", "gru_reset_before", "simple_rnn" })
        {
            // kind, rows, in, units, sequences, backwards, initial state, mask
            cases.Add(kind, 1, 1, 1, false, false, false, false);
            cases.Add(kind, 3, 2, 3, true, false, false, false);
            cases.Add(kind, 7, 3, 9, false, true, false, false);
            cases.Add(kind, 7, 3, 4, true, true, false, true);
            cases.Add(kind, 4, 2, 8, false, false, true, false);
            cases.Add(kind, 5, 2, 3, true, false, true, true);
            cases.Add(kind, 37, 5, 17, true, false, false, true);
        }
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Gradients_agree_with_differences(string kind, int rows, int inputs, int units, bool sequences, bool backwards, bool initial, bool masked)
    {
        var options = new RecurrenceOptions { ReturnSequences = sequences, Backwards = backwards, HasInitialState = initial, IsMasked = masked };
        var operation = Create(kind, inputs, units, options);
        List<Feed> feeds = [Feed.Variable(new Shape(Length, inputs))];
        if (initial) feeds.AddRange(Enumerable.Repeat(0, kind == "lstm" ? 2 : 1).Select(_ => Feed.Variable(new Shape(units))));
        if (masked) feeds.Add(Feed.Constant(new Shape(Length), Mask(rows)));
        FiniteDifferences.Check(feeds, (graph, nodes) => graph.Add("recurrent", operation, [.. nodes]), new() { Rows = rows, Coordinates = 20 });
    }

    // So wide that the sums for the parameters are cut into several blocks; the weights are small, or the states would jump.
    [Theory, InlineData("lstm"), InlineData("gru"), InlineData("gru_reset_before"), InlineData("simple_rnn")]
    public void Gradients_of_wide_layers_agree_with_differences(string kind)
        => FiniteDifferences.Check(new Shape(Length, 2), (graph, x) => graph.Add("recurrent", Create(kind, 2, 130, new() { ReturnSequences = true }, scale: 0.1f), x));

    [Theory, InlineData("lstm"), InlineData("gru"), InlineData("gru_reset_before"), InlineData("simple_rnn")]
    public void Gradients_with_dropout_agree_with_differences(string kind)
    {
        var operation = Create(kind, 2, 5, new() { ReturnSequences = true, IsMasked = true, Dropout = 0.4 });
        List<Feed> feeds = [Feed.Variable(new Shape(Length, 2)), Feed.Constant(new Shape(Length), Mask(18))];
        FiniteDifferences.Check(feeds, (graph, nodes) => graph.Add("recurrent", operation, [.. nodes]), new() { Rows = 18, Coordinates = 20 });
    }

    [Fact]
    public void Dropout_of_everything_cuts_the_recurrence_in_training_only()
    {
        Func<Graph, IReadOnlyList<GraphNode>, GraphNode> With(double rate, bool zeroKernel) => (graph, nodes) =>
        {
            var recurrent = zeroKernel ? new Parameter("recurrent", new Shape(4, 4), (_, _) => { }) : Samples.Parameter("recurrent", 4, 4);
            return graph.Add("x", new SimpleRnn(Samples.Parameter("kernel", 3, 4), recurrent, null, new() { Dropout = rate }), nodes[0]);
        };
        Assert.Equal(Run(With(0, zeroKernel: true), Mode.Training), Run(With(1, zeroKernel: false), Mode.Training));
        Assert.Equal(Run(With(0, zeroKernel: false)), Run(With(1, zeroKernel: false)));
    }

    [Fact]
    public void Sequence_in_time_order_is_the_sequence_of_the_walk_reversed()
    {
        var walk = Create("lstm", 3, 4, new() { ReturnSequences = true, Backwards = true });
        var time = Create("lstm", 3, 4, new() { ReturnSequences = true, Backwards = true, InTimeOrder = true });
        float[] reversed = Run((graph, nodes) => graph.Add("reverse", new ReverseTime(), graph.Add("walk", walk, nodes[0])));
        Assert.Equal(reversed, Run((graph, nodes) => graph.Add("time", time, nodes[0])));
    }

    [Fact]
    public void Sequence_in_time_order_has_its_gradient()
        => FiniteDifferences.Check(new Shape(Length, 2), (graph, x) => graph.Add("x", Create("gru", 2, 3, new() { ReturnSequences = true, Backwards = true, InTimeOrder = true }), x));

    [Theory, InlineData("lstm"), InlineData("gru"), InlineData("gru_reset_before"), InlineData("simple_rnn")]
    public void Masked_steps_do_not_count(string kind)
    {
        // Two steps and padding, before or after, give what the two steps alone give.
        float[] two = [0.3f, -0.7f, 1.1f, 0.4f];
        float[] alone = Last(kind, 2, two, [1, 1]);
        Assert.Equal(alone, Last(kind, 4, [.. two, 9, 9, 9, 9], [1, 1, 0, 0]));
        Assert.Equal(alone, Last(kind, 4, [9, 9, 9, 9, .. two], [0, 0, 1, 1]));
        Assert.Equal(alone, Last(kind, 4, [9, 9, 0.3f, -0.7f, 9, 9, 1.1f, 0.4f], [0, 1, 0, 1]));
        Assert.Equal(new float[3], Last(kind, 2, two, [0, 0]));
    }

    [Theory, InlineData("lstm"), InlineData("gru"), InlineData("gru_reset_before"), InlineData("simple_rnn")]
    public void Masked_steps_are_not_computed(string kind)
    {
        // What is not a number spreads through any product that it enters, even one with zero.
        var (outputs, gradients) = Train(kind, 1, x: float.NaN);
        Assert.Equal(Train(kind, 1, x: 0.5f), new Results(outputs, gradients));
        Assert.DoesNotContain(outputs, float.IsNaN);
        Assert.DoesNotContain(gradients, float.IsNaN);
    }

    [Theory, InlineData("lstm"), InlineData("gru"), InlineData("gru_reset_before"), InlineData("simple_rnn")]
    public void Bits_of_padded_rows_do_not_depend_on_how_rows_are_cut(string kind)
    {
        var whole = Train(kind, 1, x: 0);
        Assert.Equal(whole, Train(kind, 3, x: 0));
        Assert.Equal(whole, Train(kind, 20, x: 0));
    }

    [Fact]
    public void Inference_gives_the_bits_of_training()
    {
        var operation = Create("lstm", 3, 5, new() { ReturnSequences = true });
        Assert.Equal(Run((graph, nodes) => graph.Add("x", operation, nodes[0]), Mode.Training), Run((graph, nodes) => graph.Add("x", operation, nodes[0]), Mode.Inference));
    }

    [Fact]
    public void Frozen_weights_still_hand_the_gradient_on()
    {
        Parameter Frozen(string name, params int[] shape) => new(name, new Shape(shape), Samples.Parameter(name, shape).Initialize, trainable: false);
        var lstm = new Lstm(Frozen("kernel", 2, 12), Frozen("recurrent", 3, 12), Frozen("bias", 12), new());
        FiniteDifferences.Check(new Shape(Length, 2), (graph, x) => graph.Add("x", lstm, x));
    }

    [Fact]
    public void Wrong_shapes_are_told()
    {
        var graph = new Graph();
        var vector = graph.Add("vector", new InputNumbers(new Shape(3)));
        var sequence = graph.Add("sequence", new InputNumbers(new Shape(4, 5)));
        var problem = Assert.Throws<ShapeException>(() => graph.Add("a", Create("lstm", 3, 2, new()), vector));
        Assert.Contains("[length, width]", problem.Message, StringComparison.Ordinal);
        problem = Assert.Throws<ShapeException>(() => graph.Add("b", Create("lstm", 3, 2, new()), sequence));
        Assert.Contains("each step", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => graph.Add("c", Create("lstm", 5, 2, new() { IsMasked = true }), sequence, vector));
        Assert.Throws<ShapeException>(() => new Lstm(Samples.Parameter("k", 3, 8), Samples.Parameter("u", 3, 8), null, new()));
    }

    private static Recurrence Create(string kind, int inputs, int units, RecurrenceOptions options, string name = "", float scale = 1)
    {
        int gates = kind switch { "lstm" => 4, "simple_rnn" => 1, _ => 3 };
        Parameter Weights(string role, params int[] shape) => new(name + role, new Shape(shape), (values, random) =>
        {
            Samples.Parameter(role, shape).Initialize(values, random);
            for (int i = 0; i < values.Length; i++) values[i] *= scale;
        });
        var kernel = Weights("kernel", inputs, gates * units);
        var recurrent = Weights("recurrent", units, gates * units);
        return kind switch
        {
            "lstm" => new Lstm(kernel, recurrent, Weights("bias", 4 * units), options),
            "gru" => new Gru(kernel, recurrent, Weights("bias", 2, 3 * units), options),
            "gru_reset_before" => new GruResetBefore(kernel, recurrent, Weights("bias", 3 * units), options),
            _ => new SimpleRnn(kernel, recurrent, null, options),
        };
    }

    // The first row is all padding, the second has none, others some.
    private static float[] Mask(int rows)
        => [.. Enumerable.Range(0, rows * Length).Select(i => i < Length ? 0f : i < 2 * Length ? 1f : (i * 7 % 11) < 6 ? 1f : 0f)];

    // Two directions over rows of all lengths, padded before or after with x: outputs, then the gradients of input and parameters.
    private static Results Train(string kind, int workers, float x)
    {
        const int Rows = 70;
        float[] mask = [.. Enumerable.Range(0, Rows * Length).Select(i => (i / Length % 3 == 0 ? Length - 1 - (i % Length) : i % Length) < i / Length % (Length + 1) ? 1f : 0f)];
        float[] numbers = [.. Enumerable.Range(0, Rows * Length * 2).Select(i => mask[i / 2] != 0 ? MathF.Sin(i) : x)];
        using var probe = new GraphProbe([Feed.Variable(new Shape(Length, 2), numbers), Feed.Constant(new Shape(Length), mask)], (graph, nodes) =>
        {
            var forwards = graph.Add("forwards", Create(kind, 2, 19, new() { IsMasked = true, ReturnSequences = true }), nodes[0], nodes[1]);
            return graph.Add("backwards", Create(kind, 19, 5, new() { IsMasked = true, ReturnSequences = true, Backwards = true, InTimeOrder = true }, "second"), forwards, nodes[1]);
        }, Rows, Mode.Training, workers);
        probe.Run();
        return new Results(probe.Outputs[0], [.. probe.Store.Gradient]);
    }

    private readonly record struct Results(float[] Outputs, float[] Gradients)
    {
        public bool Equals(Results other) => Outputs.AsSpan().SequenceEqual(other.Outputs) && Gradients.AsSpan().SequenceEqual(other.Gradients);

        public override int GetHashCode() => Outputs.Length;
    }

    private static float[] Last(string kind, int length, float[] x, float[] mask)
    {
        var operation = Create(kind, 2, 3, new() { IsMasked = true });
        using var probe = new GraphProbe([Feed.Constant(new Shape(length, 2), x), Feed.Constant(new Shape(length), mask)],
            (graph, nodes) => graph.Add("recurrent", operation, [.. nodes]), rows: 1, Mode.Inference);
        probe.Run();
        return probe.Outputs[0];
    }

    private static float[] Run(Func<Graph, IReadOnlyList<GraphNode>, GraphNode> build, Mode mode = Mode.Inference)
    {
        using var probe = new GraphProbe([Feed.Variable(new Shape(Length, 3))], build, rows: 21, mode, workers: 2);
        probe.Run();
        return probe.Outputs[0];
    }
}
