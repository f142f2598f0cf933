using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>The callbacks that a config asks for, and whether the figures that they watch are there.</summary>
internal static class RunCallbacks
{
    /// <summary>Reports every figure that a config watches and that there is not.</summary>
    public static void Check(Config config, Problems problems)
    {
        foreach (var (figure, part, key) in Watched(config)) Monitor.Find(figure, config, part, key, problems);
        foreach (var twice in config.Training.KeepEach.GroupBy(f => f).Where(g => g.Count() > 1)) config.Training.Report(problems, "keep_each", $"'{twice.Key}' stands {twice.Count()} times. Name it once.");
    }

    /// <summary>Every figure that a config watches, with the place where it says so.</summary>
    public static IEnumerable<(string Figure, ConfigPart Part, string Key)> Watched(Config config)
    {
        var training = config.Training;
        yield return (training.Keep, training, "keep");
        foreach (string figure in training.KeepEach) yield return (figure, training, "keep_each");
        if (training.EarlyStopping is { Monitor: { } stop }) yield return (stop, training.EarlyStopping, "monitor");
        foreach (var watch in training.EarlyStopping?.Watch ?? []) yield return (watch.Monitor, watch, "monitor");
        if (training.ReduceLearningRate is { Monitor: { } reduce }) yield return (reduce, training.ReduceLearningRate, "monitor");
    }

    /// <summary>The callbacks; figures were checked before.</summary>
    public static IEnumerable<Callback> Of(Config config, Monitor keep, TimeProvider time)
    {
        var training = config.Training;
        Monitor Find(string? figure, ConfigPart part) => figure is null ? keep : Monitor.Find(figure, config, part, "monitor", new Problems())!;
        if (training.EarlyStopping is { Watch.Count: 0 } stop)
        {
            var monitor = Find(stop.Monitor, stop);
            yield return new EarlyStopping(monitor.Name, stop.Patience, stop.LeastChange, restoreBest: false, monitor.HigherIsBetter, startAfter: stop.StartAfter);
        }
        else if (training.EarlyStopping is { } joint)
        {
            var figures = joint.Watch.Select(w => (Watch: w, Monitor: Find(w.Monitor, w))).Select(p => new WatchedFigure(p.Monitor.Name)
            {
                Patience = p.Watch.Patience,
                MinimumDelta = p.Watch.LeastChange,
                HigherIsBetter = p.Watch.HigherIsBetter ?? p.Monitor.HigherIsBetter,
                Weight = p.Watch.Weight,
                FreezeHead = p.Watch.Freeze,
            });
            yield return new JointEarlyStopping([.. figures], joint.Rule, joint.Patience, joint.Rule == StopRule.AtLeast ? joint.Count : 1, joint.LeastChange, restoreBest: false, joint.StartAfter);
        }
        if (training.ReduceLearningRate is { } reduce)
        {
            var monitor = Find(reduce.Monitor, reduce);
            yield return new ReduceLearningRate(monitor.Name, reduce.Factor, reduce.Patience, reduce.LeastChange, reduce.Cooldown, reduce.LeastRate, monitor.HigherIsBetter);
        }
        if (training.TimeLimit is { } limit) yield return new TimeLimit(limit, time);
    }
}
