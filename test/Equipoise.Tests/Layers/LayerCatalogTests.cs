using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Testing;

namespace Equipoise.Tests.Layers;

/// <summary>What holds for every layer of the catalogue: a new one is under these tests by itself.</summary>
public sealed class LayerCatalogTests
{
    private const int Rows = 7;

    public static TheoryData<string> Names => [.. LayerCatalog.Catalog.Entries.Select(e => e.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Gradient_agrees_with_finite_differences(string name)
    {
        var layer = LayerCatalog.Catalog.Find(name).Default;
        if (layer is NumbersInput or TokensInput or BagInput) return;              // nothing is computed there
        var feeds = FittingFeeds(layer);
        Assert.True(feeds is not null, $"'{name}' builds on none of the usual inputs. Add one that it takes to {nameof(Candidates)}.");
        // In images a maximum must not change while one number is moved; elsewhere two inputs must not be alike, nor a number near a kink at 0; one wants probabilities.
        Func<RandomStream, int, float> draw = layer is GlobalNoisyOrPooling1D ? static (random, i) => 0.1f + (0.8f * (float)random.Uniform((ulong)i)) : feeds[0].Shape.Rank == 3 ? FiniteDifferences.Spread : FiniteDifferences.AwayFrom(0);
        FiniteDifferences.Check(feeds, LayerProbe.Builder(layer), new FiniteDifferences.Options { Rows = Rows, Draw = draw, Step = 0.004, Tolerance = 4e-3 });
    }

    [Theory, MemberData(nameof(Names))]
    public void Extreme_inputs_never_make_what_is_no_number(string name)
    {
        var layer = LayerCatalog.Catalog.Find(name).Default;
        if (layer is NumbersInput or TokensInput or BagInput) return;
        var feeds = FittingFeeds(layer)!;
        // Beyond 1e19 squares are infinite, but no more than that; only scores of attention add infinities of both signs.
        foreach (float extreme in (float[])[0, 1e-30f, -1e-30f, 1000, -1000, 1e15f, -1e15f, 1e30f, -1e30f])
        {
            foreach (int every in (int[])[1, 2, 5])
            {
                using var probe = new GraphProbe(feeds, LayerProbe.Builder(layer), Rows, Mode.Training, draw: (random, i) => i % every == 0 ? extreme : (float)random.Uniform((ulong)i) - 0.5f);
                probe.Run();
                bool overflows = Math.Abs(extreme) > 1e15f;
                if (overflows && layer is MultiHeadAttention) continue;
                string where = $"{name}, every {every}. number {extreme}";
                Assert.All(probe.Outputs[0], y => Assert.True(float.IsFinite(y) || (overflows && !float.IsNaN(y)), $"{where}: output {y}"));
                foreach (var parameter in probe.Plan.Parameters.Where(p => p.Trainable))
                {
                    foreach (float slope in probe.Store.GradientOf(parameter)) Assert.True(float.IsFinite(slope) || (overflows && !float.IsNaN(slope)), $"{where}: gradient of {parameter.Name} {slope}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Settings_survive_writing_and_reading(string name)
    {
        var entry = LayerCatalog.Catalog.Find(name);
        var problems = new Problems();
        var named = entry.Default with { Name = "mine", Trainable = false };
        var written = LayerCatalog.Catalog.Write(named);
        var read = LayerCatalog.Catalog.Read(written, name, problems);
        Assert.Empty(problems.All);
        Assert.Equal(written.ToString(), LayerCatalog.Catalog.Write(read!).ToString());
        Assert.Equal("mine", read!.Name);
        Assert.False(read.Trainable);
    }

    [Theory, MemberData(nameof(Names))]
    public void Frozen_layer_has_nothing_to_train(string name)
    {
        var layer = LayerCatalog.Catalog.Find(name).Default with { Trainable = false };
        if (layer is NumbersInput or TokensInput or BagInput) return;
        var feeds = FittingFeeds(layer)!;
        using var probe = new GraphProbe(feeds, LayerProbe.Builder(layer), Rows, Mode.Training);
        Assert.DoesNotContain(probe.Plan.Parameters, p => p.Trainable && p.Name.StartsWith("layer/", StringComparison.Ordinal));
    }

    // The first inputs on which the layer builds.
    private static Feed[]? FittingFeeds(Layer layer) => Candidates().FirstOrDefault(feeds =>
    {
        try
        {
            using var probe = new GraphProbe(feeds, LayerProbe.Builder(layer with { }), Rows, Mode.Inference);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    });

    private static IEnumerable<Feed[]> Candidates()
    {
        var random = new RandomStream(3);
        int[] indices = [.. Enumerable.Range(0, Rows * 5).Select(i => random.Below((ulong)i, 6))];
        (int, float)[][] bags = [.. Enumerable.Range(0, Rows).Select(r => Enumerable.Range(0, r % 4).Select(e => ((r + (2 * e)) % 6, 0.5f + e)).ToArray())];
        yield return [Feed.Variable(new Shape(6))];
        yield return [Feed.Variable(new Shape(6)), Feed.Variable(new Shape(6))];
        yield return [Feed.Variable(new Shape(4, 5)), Feed.Variable(new Shape(4))];
        yield return [Feed.Variable(new Shape(5, 4))];
        yield return [Feed.Variable(new Shape(5, 32))];
        yield return [Feed.Variable(new Shape(3, 3, 3))];
        yield return [Feed.Variable(new Shape(4, 1))];
        yield return [Feed.Indices(5, 6, indices)];
        yield return [Feed.Bag(6, bags)];
    }
}
