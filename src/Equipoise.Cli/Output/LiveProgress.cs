using Equipoise.Ledger;
using Equipoise.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Equipoise.Cli.Output;

/// <summary>A bar with the time left and a line for each output, redrawn while training, for terminals.</summary>
internal sealed class LiveProgress(int epochs, TimeProvider time) : Callback
{
    private const double RedrawSeconds = 0.15;
    private const int BarWidth = 30;
    private readonly long _start = time.GetTimestamp();
    private readonly List<EpochEntry> _done = [];
    private LiveDisplayContext? _display;
    private long _drawn;
    private int _firstStep;

    /// <summary>Shows what <paramref name="action"/> trains.</summary>
    public T Show<T>(IAnsiConsole console, Func<T> action)
        => console.Live(new Text("Starting ...")).AutoClear(false).Overflow(VerticalOverflow.Ellipsis).Start(display =>
        {
            _display = display;
            return action();
        });

    // The first steps go before the first table, which takes as long as many of them.
    public override void FitBegins(Trainer trainer, FitOptions options) => _drawn = time.GetTimestamp();

    public override void EpochBegins(Trainer trainer, int epoch, int steps) => _firstStep = trainer.Ledger.StepCount;

    public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
    {
        if (time.GetElapsedTime(_drawn).TotalSeconds < RedrawSeconds && step < steps) return;
        _drawn = time.GetTimestamp();
        Draw(trainer.Ledger.Mean(_firstStep, trainer.Ledger.StepCount), epoch, (double)step / steps);
    }

    public override void EpochEnds(Trainer trainer, EpochEntry epoch)
    {
        _done.Add(epoch);
        Draw(epoch.Training, epoch.Epoch, 1);
    }

    private void Draw(LedgerEntry now, int epoch, double part)
    {
        double share = (epoch - 1 + part) / epochs;
        var spent = time.GetElapsedTime(_start);
        var left = share > 0 ? spent / share * (1 - share) : TimeSpan.Zero;
        int full = (int)(share * BarWidth);
        string bar = $"[green]{new string('━', full)}[/][grey]{new string('━', BarWidth - full)}[/]";
        var head = new Markup($"{bar} epoch {epoch}/{epochs}, {100 * part:0} % of it  [grey]{Figures.Time(spent)}, about {Figures.Time(left)} left[/]");

        var last = _done.Count > 0 ? _done[^1].Validation : null;
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("output");
        foreach (string column in (string[])["raw loss", "weight", "share", "valid"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var term in now.Outputs)
        {
            table.AddRow(Markup.Escape(term.Output), Figures.Number(term.RawLoss), Figures.Weight(term.Weight), Figures.Percent(term.Share), last is null ? "" : Figures.Number(last[term.Output].RawLoss));
        }
        if (now.Penalties.Count > 0) table.AddRow("penalties", Figures.Number(now.PenaltySum), "", Figures.Percent(now.Total == 0 ? 0 : now.PenaltySum / now.Total), last is null ? "" : Figures.Number(last.PenaltySum));
        table.AddRow("[bold]total[/]", $"[bold]{Figures.Number(now.Total)}[/]", "", "", last is null ? "" : $"[bold]{Figures.Number(last.Total)}[/]");
        _display!.UpdateTarget(new Rows((IRenderable[])[head, table]));
    }
}
