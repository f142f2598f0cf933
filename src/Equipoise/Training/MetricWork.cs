using Equipoise.Engine.Execution;

namespace Equipoise.Training;

/// <summary>Brings the metrics of all outputs up to date, an output at a time, each in row order.</summary>
internal sealed class MetricWork(OutputBatch[] outputs, WorkerTeam team) : ITeamWork
{
    private readonly OutputBatch[] _measured = [.. outputs.Where(o => o.HasMetrics)];
    private int _rows;

    public void Run(int rows)
    {
        _rows = rows;
        team.Run(this, _measured.Length);
    }

    public void Do(int item, int worker) => _measured[item].UpdateMetrics(_rows);
}
