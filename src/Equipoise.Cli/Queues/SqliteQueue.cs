using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Runs;
using Equipoise.Sweeps;
using Equipoise.Trials;
using Microsoft.Data.Sqlite;

namespace Equipoise.Cli.Queues;

/// <summary>A queue in a SQLite file, for workers on one machine. Every call is a transaction that is on the disk when it returns, so a process may be killed at any moment. Not for network file systems, whose locks cannot be trusted.</summary>
internal sealed class SqliteQueue : ISweepQueue
{
    /// <summary>How often a trial is begun at the most: one that kills its worker would otherwise kill all.</summary>
    public const int MostAttempts = 3;

    private const string Version = "1";
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private SqliteTransaction? _current;

    private SqliteQueue(string file, SqliteOpenMode mode, TimeProvider time)
    {
        _time = time;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 60 }.ToString());
        _connection.Open();
    }

    /// <summary>The plan as a text.</summary>
    public string Plan => Meta("plan");

    /// <summary>The text of the config.</summary>
    public string ConfigText => Meta("config");

    /// <summary>The file of the config, to find its data by.</summary>
    public string ConfigFile => Meta("config_file");

    public bool IsClosed => Meta("closed") == "1";

    public static SqliteQueue Create(string file, SweepPlan plan, string configText, string configFile, TimeProvider? time = null)
    {
        var queue = new SqliteQueue(file, SqliteOpenMode.ReadWriteCreate, time ?? TimeProvider.System);
        queue.Execute("PRAGMA journal_mode = WAL");
        queue.Write(write =>
        {
            write("""
                CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
                CREATE TABLE trials (number INTEGER PRIMARY KEY, point INTEGER NOT NULL, seed INTEGER NOT NULL, coordinates TEXT NOT NULL, changes TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
                    worker TEXT NOT NULL DEFAULT '', lease INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, outcome TEXT);
                CREATE TABLE reports (number INTEGER NOT NULL, epoch INTEGER NOT NULL, figures TEXT NOT NULL, PRIMARY KEY (number, epoch));
                """, []);
            foreach (var (key, value) in ((string, string)[])[("version", Version), ("plan", plan.ToText()), ("config", configText), ("config_file", configFile), ("closed", "0")])
                write("INSERT INTO meta (key, value) VALUES ($key, $value)", [("$key", key), ("$value", value)]);
        });
        return queue;
    }

    /// <exception cref="RunException">There is no such queue, or the file is none.</exception>
    public static SqliteQueue Open(string file, TimeProvider? time = null)
    {
        if (!File.Exists(file)) throw new RunException($"{file}: there is no such queue. 'equipoise sweep CONFIG' makes one, sweeps/NAME/queue.db.");
        try
        {
            var queue = new SqliteQueue(file, SqliteOpenMode.ReadWrite, time ?? TimeProvider.System);
            return queue.Meta("version") == Version ? queue : throw new RunException($"{file}: the queue was made by another version of the tool.");
        }
        catch (SqliteException fault)
        {
            throw new RunException($"{file}: this is no queue of a sweep: {fault.Message}", fault);
        }
    }

    public void Add(IReadOnlyList<SweepTask> tasks)
    {
        try
        {
            Write(write =>
            {
                foreach (var task in tasks)
                {
                    var coordinates = new JsonArray([.. task.Coordinates.Select(c => (JsonNode)c)]);
                    var changes = new JsonArray([.. task.Changes.Select(c => (JsonNode)new JsonArray(c.Path, c.Value))]);
                    write("INSERT INTO trials (number, point, seed, coordinates, changes) VALUES ($number, $point, $seed, $coordinates, $changes)",
                        [("$number", task.Number), ("$point", task.Point), ("$seed", task.Seed), ("$coordinates", coordinates.ToJsonString()), ("$changes", changes.ToJsonString())]);
                }
            });
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == 19)
        {
            throw new RunException("Another 'equipoise sweep' fills the same queue. Let one of the two go on; more workers are started with 'equipoise worker --queue FILE'.", fault);
        }
    }

    public void Close() => Set("closed", "1");

    public void Reopen() => Set("closed", "0");

    /// <summary>Takes over another number of trials.</summary>
    public void SetPlan(SweepPlan plan) => Set("plan", plan.ToText());

    public SweepTask? Claim(string worker, TimeSpan lease)
    {
        SweepTask? task = null;
        long now = Now();
        string killed = OutcomeText(new SweepOutcome(SweepState.Failed, new Dictionary<string, double>(), 0, 0, 0, $"its worker ended {MostAttempts} times while it trained it"));
        Write(write =>
        {
            const string Free = "(state = 'waiting' OR (state = 'running' AND lease < $now))";
            write($"UPDATE trials SET state = 'failed', outcome = $outcome WHERE attempts >= $most AND {Free}", [("$now", now), ("$most", MostAttempts), ("$outcome", killed)]);
            Read($"""
                UPDATE trials SET state = 'running', worker = $worker, lease = $lease, attempts = attempts + 1
                WHERE number = (SELECT number FROM trials WHERE {Free} ORDER BY number LIMIT 1)
                RETURNING number, point, seed, coordinates, changes
                """, [("$now", now), ("$worker", worker), ("$lease", now + (long)lease.TotalMilliseconds)], row => task = TaskOf(row));
        });
        return task;
    }

    public bool Renew(string worker, int number, TimeSpan lease)
        => Execute("UPDATE trials SET lease = $lease WHERE number = $number AND worker = $worker AND state = 'running'", ("$lease", Now() + (long)lease.TotalMilliseconds), ("$number", number), ("$worker", worker)) == 1;

    public void Report(SweepReport report)
        => Execute("INSERT OR REPLACE INTO reports (number, epoch, figures) VALUES ($number, $epoch, $figures)",
            ("$number", report.Number), ("$epoch", report.Epoch), ("$figures", new JsonArray([.. report.Values.Select(RunJson.Number)]).ToJsonString()));

    public IReadOnlyList<SweepReport> Reports(int epoch, int seed)
    {
        var reports = new List<SweepReport>();
        lock (_lock)
        {
            Read("SELECT r.number, r.figures FROM reports r JOIN trials t ON t.number = r.number WHERE r.epoch = $epoch AND t.seed = $seed ORDER BY r.number", [("$epoch", epoch), ("$seed", seed)],
                row => reports.Add(new SweepReport(row.GetInt32(0), epoch, [.. JsonNode.Parse(row.GetString(1))!.AsArray().Select(v => v is null ? double.NaN : (double)v)])));
        }
        return reports;
    }

    public bool Finish(string worker, int number, SweepOutcome outcome)
        => Execute("UPDATE trials SET state = $state, outcome = $outcome WHERE number = $number AND worker = $worker AND state = 'running'",
            ("$state", NameOf(outcome.State)), ("$outcome", OutcomeText(outcome)), ("$number", number), ("$worker", worker)) == 1;

    public void Release(string worker, bool died)
        => Execute($"UPDATE trials SET state = 'waiting'{(died ? "" : ", attempts = attempts - 1")} WHERE worker = $worker AND state = 'running'", ("$worker", worker));

    public IReadOnlyList<SweepTrial> Trials()
    {
        var trials = new List<SweepTrial>();
        lock (_lock)
        {
            Read("SELECT number, point, seed, coordinates, changes, state, worker, attempts, outcome FROM trials ORDER BY number", [], row =>
            {
                var state = StateOf(row.GetString(5));
                trials.Add(new SweepTrial(TaskOf(row), state, row.GetString(6), row.GetInt32(7), row.IsDBNull(8) ? null : OutcomeOf(state, JsonNode.Parse(row.GetString(8))!)));
            });
        }
        return trials;
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>A state in files.</summary>
    public static string NameOf(SweepState state) => state.ToString().ToLowerInvariant();

    private static SweepState StateOf(string name) => Enum.Parse<SweepState>(name, ignoreCase: true);

    private static SweepTask TaskOf(SqliteDataReader row) => new(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), [.. JsonNode.Parse(row.GetString(3))!.AsArray().Select(c => (double)c!)],
        [.. JsonNode.Parse(row.GetString(4))!.AsArray().Select(c => new ConfigChange((string)c![0]!, (string)c[1]!))]);

    private static string OutcomeText(SweepOutcome outcome)
    {
        var figures = new JsonObject();
        foreach (var (name, value) in outcome.Figures) figures[name] = RunJson.Number(value);
        return new JsonObject { ["figures"] = figures, ["best_epoch"] = outcome.BestEpoch, ["epochs"] = outcome.Epochs, ["seconds"] = outcome.Seconds, ["reason"] = outcome.Reason }.ToJsonString();
    }

    private static SweepOutcome OutcomeOf(SweepState state, JsonNode json)
        => new(state, json["figures"]!.AsObject().ToDictionary(f => f.Key, f => f.Value is null ? double.NaN : (double)f.Value, StringComparer.Ordinal),
            (int)json["best_epoch"]!, (int)json["epochs"]!, (double)json["seconds"]!, (string)json["reason"]!);

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private string Meta(string key)
    {
        string value = "";
        lock (_lock) Read("SELECT value FROM meta WHERE key = $key", [("$key", key)], row => value = row.GetString(0));
        return value;
    }

    private void Set(string key, string value) => Execute("UPDATE meta SET value = $value WHERE key = $key", ("$key", key), ("$value", value));

    private int Execute(string sql, params (string Name, object Value)[] parameters)
    {
        lock (_lock)
        {
            using var command = Command(sql, parameters, null);
            return command.ExecuteNonQuery();
        }
    }

    // In one transaction that holds the lock of the file from its beginning.
    private void Write(Action<Action<string, (string, object)[]>> work)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            _current = transaction;
            try
            {
                work((sql, parameters) =>
                {
                    using var command = Command(sql, parameters, transaction);
                    command.ExecuteNonQuery();
                });
                transaction.Commit();
            }
            finally
            {
                _current = null;
            }
        }
    }

    private void Read(string sql, (string Name, object Value)[] parameters, Action<SqliteDataReader> row)
    {
        using var command = Command(sql, parameters, _current);
        using var reader = command.ExecuteReader();
        while (reader.Read()) row(reader);
    }

    private SqliteCommand Command(string sql, (string Name, object Value)[] parameters, SqliteTransaction? transaction)
    {
        var command = _connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Every text is written in this file; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value is string or int or long ? value : Convert.ToString(value, CultureInfo.InvariantCulture));
        return command;
    }
}
