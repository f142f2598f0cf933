using System.Diagnostics;
using System.Globalization;
using Equipoise.Sweeps;

namespace Equipoise.Cli.Queues;

/// <summary>Processes that work off a queue. One that dies gives back its trial and is started again.</summary>
internal sealed class WorkerProcesses : IDisposable
{
    private const int KeptLines = 20;
    private readonly DatabaseQueue _queue;
    private readonly string? _password;
    private readonly string[] _further;
    private readonly List<One> _running = [];
    private readonly int _mostDeaths;
    private int _started;
    private int _deaths;

    /// <param name="count">How many.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="password">What the queue's address leaves out.</param>
    /// <param name="further">Further arguments of <c>equipoise worker</c>.</param>
    public WorkerProcesses(int count, DatabaseQueue queue, string? password, params string[] further)
    {
        (_queue, _password, _further, _mostDeaths) = (queue, password, further, 3 * count);
        for (int i = 0; i < count; i++) Start();
    }

    /// <summary>Their processes.</summary>
    public IReadOnlyList<Process> Running => [.. _running.Select(r => r.Process)];

    /// <summary>Looks after those that have ended.</summary>
    /// <param name="tell">Told of deaths.</param>
    /// <exception cref="IOException">They die again and again.</exception>
    public void Tend(Action<string> tell)
    {
        foreach (var one in _running.Where(r => r.Process.HasExited).ToList())
        {
            _running.Remove(one);
            int code = one.Process.ExitCode;
            string last = one.Last();
            one.Process.Dispose();
            if (code == ExitCodes.Done) continue;
            _queue.Release(one.Name, died: true);
            tell($"Worker {one.Name} ended with {code}; its trial is begun again.");
            if (++_deaths >= _mostDeaths) throw new IOException($"Workers ended {_deaths} times; the last one said:{Environment.NewLine}{last}");
            Start();
        }
    }

    /// <summary>Ends them; what they have not finished is given back.</summary>
    public void Dispose()
    {
        foreach (var one in _running)
        {
            try
            {
                one.Process.Kill();
                one.Process.WaitForExit();
            }
            catch (InvalidOperationException)
            {
                // It has just ended by itself.
            }
            _queue.Release(one.Name, died: false);
            one.Process.Dispose();
        }
        _running.Clear();
    }

    private void Start()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-{++_started}");
        string host = Environment.ProcessPath ?? "dotnet", tool = Path.Combine(AppContext.BaseDirectory, "Equipoise.Cli.dll");
        // As a tool of dotnet, or as a program of its own.
        bool apart = Path.GetFileNameWithoutExtension(host) != "Equipoise.Cli" && File.Exists(tool);
        var start = new ProcessStartInfo(apart && Path.GetFileNameWithoutExtension(host) != "dotnet" ? "dotnet" : host) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        // Not among the arguments, which everybody on the machine can read.
        if (_password is not null) start.Environment["PGPASSWORD"] = _password;
        if (apart) start.ArgumentList.Add(tool);
        foreach (string argument in (string[])["worker", "--queue", _queue.Address, "--name", name, .. _further]) start.ArgumentList.Add(argument);
        _running.Add(new One(name, Process.Start(start) ?? throw new IOException("A worker could not be started.")));
    }

    private sealed class One
    {
        private readonly Queue<string> _lines = [];

        public One(string name, Process process)
        {
            (Name, Process) = (name, process);
            process.OutputDataReceived += (_, line) => Keep(line.Data);
            process.ErrorDataReceived += (_, line) => Keep(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public string Name { get; }

        public Process Process { get; }

        public string Last()
        {
            lock (_lines) return string.Join(Environment.NewLine, _lines);
        }

        private void Keep(string? line)
        {
            if (line is null) return;
            lock (_lines)
            {
                _lines.Enqueue(line);
                if (_lines.Count > KeptLines) _lines.Dequeue();
            }
        }
    }
}
