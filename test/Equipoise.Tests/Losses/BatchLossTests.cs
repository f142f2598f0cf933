using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Losses;

/// <summary>Losses that look at the whole batch.</summary>
public sealed class BatchLossTests
{
    private const int Width = 3;
    private static readonly float[] Labels = [0, 1, 0, 2, 1, 0, float.NaN, 3];

    public static TheoryData<Loss> Losses =>
    [
        new Circle(4, 0.3), new Circle(3, 0.25, RemoveDiagonal: false), new NtXent(), new NtXent(0.2),
        new Triplet(2, TripletMining.All), new Triplet(2), new Triplet(2, TripletMining.Hard), new Triplet(0.3),
    ];

    [Theory, MemberData(nameof(Losses))]
    public void Gradient_agrees_with_finite_differences(Loss loss)
    {
        float[] embeddings = Embeddings(loss);
        var (_, gradients) = Run(loss, embeddings);
        for (int i = 0; i < embeddings.Length; i++)
        {
            const float step = 5e-3f;
            double At(float moved)
            {
                float[] changed = [.. embeddings];
                changed[i] += moved;
                var (values, _) = Run(loss, changed);
                return values.Select((value, item) => (double)value * Shares(loss)[item]).Sum();
            }

            double numeric = ((8 * (At(step) - At(-step))) - (At(2 * step) - At(-2 * step))) / (12 * step);
            Assert.True(Math.Abs(numeric - gradients[i]) <= 2e-3 * Math.Max(1, Math.Abs(numeric)), $"{loss}, number {i}: gradient {gradients[i]}, differences {numeric}");
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_row_without_a_label_takes_no_part(Loss loss)
    {
        float[] embeddings = Embeddings(loss), other = [.. embeddings];
        other.AsSpan(6 * Width, Width).Fill(0.77f);
        var (values, gradients) = Run(loss, embeddings);
        var (otherValues, otherGradients) = Run(loss, other);
        Assert.Equal(values, otherValues);
        Assert.Equal(gradients, otherGradients);
        Assert.Equal(0, values[6]);
        Assert.Equal(new float[Width], gradients[(6 * Width)..(7 * Width)]);
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_row_without_a_partner_is_no_anchor_but_seen_by_others(Loss loss)
    {
        if (loss is Circle { RemoveDiagonal: false }) return;           // there each row is its own partner
        Assert.Equal([1, 1, 1, 0, 1, 1, 0, 0], Shares(loss).Select(share => share > 0 ? 1f : 0));
        float[] embeddings = Embeddings(loss);
        float[] values = Run(loss, embeddings).Values;
        bool seen = false;
        for (int place = 0; place < 6; place++)
        {
            float[] moved = [.. embeddings];
            for (int d = 0; d < Width; d++) moved[(7 * Width) + d] = embeddings[(place * Width) + d] + 0.02f;
            seen |= !values.AsSpan().SequenceEqual(Run(loss, moved).Values);
        }

        Assert.True(seen);
    }

    [Theory, MemberData(nameof(Losses))]
    public void Values_alone_are_those_with_gradients_and_nothing_is_allocated(Loss loss)
    {
        float[] embeddings = Embeddings(loss), shares = Shares(loss), scratch = new float[loss.ScratchSize(Labels.Length, 1, Width, 1)], values = new float[Labels.Length], gradients = new float[embeddings.Length];
        long before = 0;
        for (int round = 0; round < 3; round++)
        {
            if (round == 2) before = GC.GetAllocatedBytesForCurrentThread();
            loss.Evaluate(new LossRows { Items = Labels.Length, Width = Width, Predictions = embeddings, Targets = Labels, Shares = shares, Values = values, Gradients = gradients, Scratch = scratch });
            loss.Evaluate(new LossRows { Items = Labels.Length, Width = Width, Predictions = embeddings, Targets = Labels, Shares = shares, Values = values, Scratch = scratch });
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Run(loss, embeddings).Values, values);
    }

    [Fact]
    public void Triplets_by_hand()
    {
        // On a line: a at 0, its partner at 1, others at 1.5 and 3. Distances 1; 1.5, 3.
        float[] line = [0, 1, 1.5f, 3], labels = [0, 0, 1, 2];
        float Of(TripletMining mining)
        {
            var loss = new Triplet(1, mining);
            var values = new float[4];
            loss.Evaluate(new LossRows { Items = 4, Width = 1, Predictions = line, Targets = labels, Shares = (float[])[1, 0, 0, 0], Values = values, Scratch = new float[8] });
            return values[0];
        }

        Assert.Equal(0.5f, Of(TripletMining.Hard), 1e-5f);
        Assert.Equal(0.5f, Of(TripletMining.SemiHard), 1e-5f);
        Assert.Equal(0.25f, Of(TripletMining.All), 1e-5f);
    }

    [Fact]
    public void NtXent_of_two_pairs_by_hand()
    {
        // Cosines of row 0: partner 1, others 0 and 0; temperature 1: -log(e / (e + 1 + 1)).
        float[] embeddings = [2, 0, 5, 0, 0, 1, 0, 3], labels = [4, 4, 9, 9];
        var values = new float[4];
        var loss = new NtXent(1);
        loss.Evaluate(new LossRows { Items = 4, Width = 2, Predictions = embeddings, Targets = labels, Shares = (float[])[1, 1, 1, 1], Values = values, Scratch = new float[loss.ScratchSize(4, 1, 2, 1)] });
        Assert.All(values, value => Assert.Equal(Math.Log((Math.E + 2) / Math.E), value, 1e-5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Training_separates_classes_with_the_same_bits_for_any_number_of_workers(int workers)
    {
        Assert.Equal(Train(2), Train(workers));
        double[] totals = Train(workers);
        Assert.True(totals[^1] < 0.6 * totals[0], $"{totals[0]} became {totals[^1]}");
    }

    private static double[] Train(int workers)
    {
        const int rows = 90;
        var random = new RandomStream(5);
        var x = new float[rows * 4];
        var y = new int[rows];
        for (int r = 0; r < rows; r++)
        {
            y[r] = r % 11 == 3 ? -1 : r % 3;
            for (int i = 0; i < 4; i++) x[(r * 4) + i] = (float)random.Normal((ulong)((r * 4) + i)) + (r % 3 == i ? 2 : 0);
        }

        var input = Input.Numbers("x", 4);
        var model = new Model([input], [input.Dense(8, new Equipoise.Activations.Tanh()).Dense(3).Named("embedding")], 2);
        using var trainer = model.Compile(new CompileOptions { Optimizer = new Adam(0.02), Workers = workers, Outputs = { ["embedding"] = new Output(new Triplet(1)) } });
        trainer.Fit(new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(x, 4) }, new Dictionary<string, TargetColumn> { ["embedding"] = new(y) }), new FitOptions { Epochs = 8, BatchSize = 30 });
        return [.. trainer.Ledger.Epochs.Select(e => e.Training.Total)];
    }

    private static float[] Embeddings(Loss loss)
    {
        var random = new RandomStream(11);
        float[] numbers = [.. Enumerable.Range(0, Labels.Length * Width).Select(i => (float)random.Normal((ulong)i))];
        if (loss is not Circle) return numbers;
        // Of length below 1, so that no cosine distance is near its clipping at 0 while numbers are moved.
        for (int i = 0; i < Labels.Length; i++)
        {
            double length = Math.Sqrt(numbers.Skip(i * Width).Take(Width).Sum(n => n * n));
            for (int d = 0; d < Width; d++) numbers[(i * Width) + d] *= (float)(0.9 / length);
        }

        return numbers;
    }

    private static float[] Shares(Loss loss)
    {
        float[] counted = [.. Labels.Select(label => float.IsNaN(label) ? 0f : 1)];
        loss.LeaveOut(new LossRows { Items = Labels.Length, Width = Width, Targets = Labels }, counted);
        return [.. counted.Select((c, i) => c * (0.2f + (0.1f * i)))];
    }

    private static (float[] Values, float[] Gradients) Run(Loss loss, float[] embeddings)
    {
        var values = new float[Labels.Length];
        var gradients = new float[embeddings.Length];
        gradients.AsSpan().Fill(77);
        loss.Evaluate(new LossRows
        {
            Items = Labels.Length, Width = Width, Predictions = embeddings, Targets = Labels, Shares = Shares(loss), Values = values, Gradients = gradients,
            Scratch = new float[loss.ScratchSize(Labels.Length, 1, Width, 1)],
        });
        return (values, gradients);
    }
}
