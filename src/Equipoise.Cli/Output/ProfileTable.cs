using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Engine.Profiling;

namespace Equipoise.Cli.Output;

/// <summary>Where the time of training steps went, as a table or as JSON.</summary>
internal static class ProfileTable
{
    /// <summary>How long to measure what the processor can do.</summary>
    public static TimeSpan SpeedTime => TimeSpan.FromMilliseconds(50);

    /// <param name="writer">Where to.</param>
    /// <param name="profile">What was measured.</param>
    /// <param name="speed">Operations a second that one thread can do at most.</param>
    /// <param name="second">Seconds from the start of the process to the end of the second step; null if there was none.</param>
    public static void Write(TextWriter writer, StepProfile profile, double speed, double? second)
    {
        double total = profile.Seconds * profile.Workers;
        var table = new TextTable("node", "kind", "phase", "ms a step", "share", "GFLOP/s", "of most") { Right = { 3, 4, 5, 6 } };
        foreach (var entry in profile.Entries())
        {
            double rate = entry.Operations / entry.Seconds;
            table.Add(entry.Node ?? "(step)", entry.Kind ?? "", Name(entry.Phase), Milliseconds(entry.Seconds / profile.Steps), Figures.Percent(entry.Seconds / total),
                entry.Operations > 0 ? Text($"{rate / 1e9:0.0}") : "", entry.Operations > 0 ? Figures.Percent(rate / speed) : "");
        }
        string threads = profile.Workers == 1 ? "1 thread" : $"{profile.Workers} threads, whose times are added up";
        writer.WriteLine();
        table.Write(writer);
        writer.WriteLine();
        writer.WriteLine(Text($"{Figures.Count(profile.Steps)} steps of {(double)profile.Rows / profile.Steps:0.#} rows took {Milliseconds(profile.Seconds / profile.Steps)} ms each, on {threads}."));
        writer.WriteLine(Text($"Fused multiply-adds alone run at {speed / 1e9:0.0} GFLOP/s on one thread of this processor: the most that a product can reach."));
        if (second is { } seconds) writer.WriteLine(Text($"The second step was done {seconds:0.00} s after the process began."));
    }

    public static JsonObject Json(StepProfile profile, double speed) => new()
    {
        ["steps"] = profile.Steps,
        ["rows"] = profile.Rows,
        ["threads"] = profile.Workers,
        ["seconds"] = profile.Seconds,
        ["most_operations_per_second"] = speed,
        ["entries"] = new JsonArray([.. profile.Entries().Select(e => new JsonObject
        {
            ["node"] = e.Node,
            ["kind"] = e.Kind,
            ["phase"] = Name(e.Phase),
            ["seconds"] = e.Seconds,
            ["operations"] = e.Operations,
        })]),
    };

    private static string Name(StepPhase phase) => phase.ToString().ToLowerInvariant();

    private static string Milliseconds(double seconds) => Text($"{1000 * seconds:0.0000}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
