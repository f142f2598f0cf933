using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Training;

namespace Equipoise.Cli.Output;

/// <summary>Notes when the second step of training was done. Until then a process loads and compiles; what comes later is training.</summary>
internal sealed class SecondStep(TimeProvider time) : Callback
{
    private int _steps;

    /// <summary>When the second step was done; null if there was none.</summary>
    public DateTimeOffset? At { get; private set; }

    /// <summary>Seconds since the process began, its runtime included, as far as the system knows (Linux: to a hundredth); null if there was no second step.</summary>
    public double? Seconds
    {
        get
        {
            if (At is not { } at) return null;
            using var process = Process.GetCurrentProcess();
            return (at - new DateTimeOffset(process.StartTime)).TotalSeconds;
        }
    }

    public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
    {
        if (_steps < 2 && ++_steps == 2) At = time.GetUtcNow();
    }

    public JsonObject? Json() => At is not { } at ? null : new JsonObject
    {
        ["at"] = at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["seconds"] = Math.Round(Seconds!.Value, 3),
    };
}
