using Equipoise.Catalogs;
using Equipoise.Metrics;

namespace Equipoise.Tests.Metrics;

/// <summary>What every metric of the catalogue must keep to.</summary>
public sealed class MetricConformanceTests
{
    private const int Items = 23;

    public static TheoryData<string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var entry in MetricCatalog.Catalog.Entries)
            {
                foreach (int width in (int[])[1, 3, 9]) data.Add(entry.Name, width);
            }

            return data;
        }
    }

    public static TheoryData<string> Names => [.. MetricCatalog.Catalog.Entries.Select(entry => entry.Name)];

    [Theory, MemberData(nameof(Cases))]
    public void Result_does_not_depend_on_how_rows_are_cut_into_batches(string name, int width)
    {
        var whole = Find(name).Start(width);
        var cut = Find(name).Start(width);
        var data = new Data(width);
        whole.Update(data.Rows(0, Items));
        cut.Update(data.Rows(0, 5));
        cut.Update(data.Rows(5, 0));
        cut.Update(data.Rows(5, Items - 5));
        Assert.Equal(whole.Result, cut.Result);
        Assert.Equal(whole.Count, cut.Count);
        Assert.Equal(whole.PerLabel, cut.PerLabel);
    }

    [Theory, MemberData(nameof(Names))]
    public void Extreme_predictions_of_any_width_give_a_number(string name)
    {
        for (int width = 1; width <= 33; width++)
        {
            foreach (float extreme in (float[])[0, 1, 1e-30f, 1e15f, -1e15f])
            {
                // Rates are not negative, probabilities of classes not all 0.
                if ((name == "poisson" && extreme < 0) || (name == "categorical_crossentropy" && extreme is <= 0 or > 1)) continue;
                var data = new Data(width);
                for (int i = 0; i < data.Predictions.Length; i += 1 + (width % 3)) data.Predictions[i] = extreme;
                var state = Find(name).Start(width);
                state.Update(data.Rows(0, Items));
                Assert.False(double.IsNaN(state.Result), $"{name}, width {width}, {extreme}: no number.");
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Merged_states_are_one_state(string name, int width)
    {
        var whole = Find(name).Start(width);
        var first = Find(name).Start(width);
        var second = Find(name).Start(width);
        var data = new Data(width);
        whole.Update(data.Rows(0, Items));
        first.Update(data.Rows(0, 9));
        second.Update(data.Rows(9, Items - 9));
        first.Merge(second);
        Assert.Equal(whole.Result, first.Result, 1e-12 * Math.Max(1, Math.Abs(whole.Result)));
        Assert.Equal(whole.Count, first.Count);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Items_of_weight_0_do_not_count_even_if_NaN(string name, int width)
    {
        var data = new Data(width);
        var without = Find(name).Start(width);
        without.Update(data.Rows(0, 4));
        without.Update(data.Rows(5, Items - 5));
        data.Weights[4] = 0;
        data.Predictions.AsSpan(4 * width, width).Fill(float.NaN);
        data.Targets.AsSpan(4 * width, width).Fill(float.NaN);
        var with = Find(name).Start(width);
        with.Update(data.Rows(0, Items));
        Assert.Equal(without.Result, with.Result);
        Assert.Equal(Items - 1, with.Count);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Weights_all_1_are_no_weights_and_scale_changes_only_counts(string name, int width)
    {
        var data = new Data(width);
        data.Weights.AsSpan().Fill(1);
        var metric = Find(name);
        MetricState plain = metric.Start(width), ones = metric.Start(width), fours = metric.Start(width);
        plain.Update(data.Rows(0, Items, weighted: false));
        ones.Update(data.Rows(0, Items));
        Assert.Equal(plain.Result, ones.Result);
        data.Weights.AsSpan().Fill(4);
        fours.Update(data.Rows(0, Items));
        Assert.Equal(metric is CountMetric or PredictionSum ? 4 * plain.Result : plain.Result, fours.Result, 1e-9 * Math.Max(1, Math.Abs(plain.Result)));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Nothing_counted_is_0_and_says_so(string name, int width)
    {
        var state = Find(name).Start(width);
        Assert.Equal(0, state.Count);
        Assert.Equal(0, state.Result);
        state.Update(new Data(width).Rows(0, Items));
        Assert.Equal(Items, state.Count);
        Assert.True(double.IsFinite(state.Result));
        state.Reset();
        Assert.Equal(0, state.Count);
        Assert.Equal(0, state.Result);
    }

    [Theory, MemberData(nameof(Names))]
    public void Perfect_predictions_are_not_beaten(string name)
    {
        var metric = Find(name);
        if (metric is SequenceErrorRate) return; // its targets are lists, no rows of ones and zeros; its own tests have perfect ones
        var data = new Data(3, oneHot: true);
        MetricState perfect = metric.Start(3), other = metric.Start(3);
        other.Update(data.Rows(0, Items));
        data.Targets.CopyTo(data.Predictions, 0);
        perfect.Update(data.Rows(0, Items));
        if (metric.Direction == MetricDirection.HigherIsBetter) Assert.True(perfect.Result >= other.Result, $"{perfect.Result} < {other.Result}");
        if (metric.Direction == MetricDirection.LowerIsBetter) Assert.True(perfect.Result <= other.Result, $"{perfect.Result} > {other.Result}");
    }

    [Theory, MemberData(nameof(Names))]
    public void Settings_survive_writing_and_reading(string name)
    {
        var entry = MetricCatalog.Catalog.Find(name);
        var problems = new Problems();
        foreach (var setting in entry.Settings)
        {
            var same = setting.Read(entry.Default, setting.Write(entry.Default), "metric", problems);
            Assert.Equal(setting.Write(entry.Default).ToString(), setting.Write(same).ToString());
        }

        Assert.Equal(entry.Default, MetricCatalog.Catalog.Read(MetricCatalog.Catalog.Write(entry.Default), "metric", problems));
        Assert.Empty(problems.All);
    }

    [Theory, MemberData(nameof(Names))]
    public void Wrong_lengths_and_other_states_are_refused(string name)
    {
        var state = Find(name).Start(3);
        Assert.Throws<ArgumentException>(() => state.Update(new MetricRows { Items = 2, Width = 3, Predictions = new float[5], Targets = new float[6] }));
        Assert.Throws<ArgumentException>(() => state.Update(new MetricRows { Items = 2, Width = 2, Predictions = new float[4], Targets = new float[4] }));
        Assert.Throws<ArgumentException>(() => state.Merge(Find(name).Start(2)));
        Assert.Throws<ArgumentException>(() => state.Merge(Find(name == "recall" ? "precision" : "recall").Start(3)));
    }

    private static Metric Find(string name) => MetricCatalog.Catalog.Find(name).Default;

    private sealed class Data
    {
        private readonly int _width;

        public Data(int width, bool oneHot = false)
        {
            _width = width;
            var random = new Random(11);
            Predictions = [.. Enumerable.Range(0, Items * width).Select(_ => 0.05f + 0.9f * random.NextSingle())];
            Targets = [.. Enumerable.Range(0, Items * width).Select(i => i < width || random.NextSingle() > 0.6f ? 1f : 0f)];
            Weights = [.. Enumerable.Range(0, Items).Select(_ => 0.25f + random.NextSingle())];
            if (!oneHot) return;
            Array.Clear(Targets);
            for (int item = 0; item < Items; item++) Targets[item * width + random.Next(width)] = 1;
        }

        public float[] Predictions { get; }

        public float[] Targets { get; }

        public float[] Weights { get; }

        public MetricRows Rows(int start, int count, bool weighted = true) => new()
        {
            Items = count,
            Width = _width,
            Predictions = Predictions.AsSpan(start * _width, count * _width),
            Targets = Targets.AsSpan(start * _width, count * _width),
            Weights = weighted ? Weights.AsSpan(start, count) : [],
        };
    }
}
