using System.Data.Common;
using Equipoise.Data;
using Equipoise.Runs;
using Equipoise.Sweeps;

namespace Equipoise.Cli.Queues;

/// <summary>A queue in three tables of a database: what is swept, trials, and reports. Every call is one transaction that is kept when it returns, so that a process may be killed at any moment.</summary>
internal abstract class DatabaseQueue : ISweepQueue
{
    /// <summary>How often a trial is begun at the most: one that kills its worker would otherwise kill all.</summary>
    public const int MostAttempts = 3;

    private const string Version = "2";
    private const string Free = "(state = 'waiting' OR (state = 'running' AND lease < @now))";

    /// <summary>Where it is, as <c>--queue</c> wants it, without a password.</summary>
    public abstract string Address { get; }

    /// <summary>The plan as a text.</summary>
    public string Plan => Meta("plan");

    /// <summary>The text of the config.</summary>
    public string ConfigText => Meta("config");

    /// <summary>The file of the config, to find its data by.</summary>
    public string ConfigFile => Meta("config_file");

    /// <summary>Hashes of the data: see <see cref="QueueText.Of(IReadOnlyDictionary{string, Fingerprint})"/>.</summary>
    public string Data => Meta("data");

    public bool IsClosed => Meta("closed") == "1";

    /// <summary>What stands before the name of a table.</summary>
    protected virtual string Tables => "";

    /// <summary>What stands behind a choice of rows that are about to be changed.</summary>
    protected virtual string Locking => "";

    public void Add(IReadOnlyList<SweepTask> tasks)
    {
        try
        {
            Transact(transaction =>
            {
                foreach (var task in tasks)
                {
                    transaction.Execute($"INSERT INTO {Tables}trials (number, point, seed, coordinates, changes) VALUES (@number, @point, @seed, @coordinates, @changes)",
                        ("number", task.Number), ("point", task.Point), ("seed", task.Seed), ("coordinates", QueueText.Of(task.Coordinates)), ("changes", QueueText.Of(task.Changes)));
                }
                return 0;
            });
        }
        catch (DbException fault) when (IsDuplicate(fault))
        {
            throw new RunException($"Another 'equipoise sweep' fills the same queue. Let one of the two go on; more workers are started with 'equipoise worker --queue \"{Address}\"'.", fault);
        }
    }

    public void Close() => Set("closed", "1");

    public void Reopen() => Set("closed", "0");

    /// <summary>Takes over another number of trials.</summary>
    public void SetPlan(SweepPlan plan) => Set("plan", plan.ToText());

    public SweepTask? Claim(string worker, TimeSpan lease) => Transact(transaction =>
    {
        long now = Now(transaction);
        string killed = QueueText.Of(new SweepOutcome(SweepState.Failed, new Dictionary<string, double>(), 0, 0, 0, $"its worker ended {MostAttempts} times while it trained it"));
        transaction.Execute($"UPDATE {Tables}trials SET state = 'failed', outcome = @outcome WHERE number IN (SELECT number FROM {Tables}trials WHERE attempts >= @most AND {Free} {Locking})",
            ("now", now), ("most", MostAttempts), ("outcome", killed));
        return transaction.Read($"""
            UPDATE {Tables}trials SET state = 'running', worker = @worker, lease = @lease, attempts = attempts + 1
            WHERE number = (SELECT number FROM {Tables}trials WHERE {Free} ORDER BY number LIMIT 1 {Locking})
            RETURNING number, point, seed, coordinates, changes
            """, QueueText.Task, ("now", now), ("worker", worker), ("lease", now + (long)lease.TotalMilliseconds)).SingleOrDefault();
    });

    public bool Renew(string worker, int number, TimeSpan lease) => Transact(transaction => transaction.Execute(
        $"UPDATE {Tables}trials SET lease = @lease WHERE number = @number AND worker = @worker AND state = 'running'",
        ("lease", Now(transaction) + (long)lease.TotalMilliseconds), ("number", number), ("worker", worker))) == 1;

    public void Report(SweepReport report) => Transact(transaction => transaction.Execute(
        $"INSERT INTO {Tables}reports (number, epoch, figures) VALUES (@number, @epoch, @figures) ON CONFLICT (number, epoch) DO UPDATE SET figures = excluded.figures",
        ("number", report.Number), ("epoch", report.Epoch), ("figures", QueueText.Of(report.Values))));

    public IReadOnlyList<SweepReport> Reports(int epoch, int seed) => Transact(transaction => transaction.Read(
        $"SELECT r.number, r.figures FROM {Tables}reports r JOIN {Tables}trials t ON t.number = r.number WHERE r.epoch = @epoch AND t.seed = @seed ORDER BY r.number",
        row => new SweepReport(row.GetInt32(0), epoch, QueueText.Values(row.GetString(1))), ("epoch", epoch), ("seed", seed)));

    public bool Finish(string worker, int number, SweepOutcome outcome) => Transact(transaction => transaction.Execute(
        $"UPDATE {Tables}trials SET state = @state, outcome = @outcome WHERE number = @number AND worker = @worker AND state = 'running'",
        ("state", QueueText.Of(outcome.State)), ("outcome", QueueText.Of(outcome)), ("number", number), ("worker", worker))) == 1;

    public void Release(string worker, bool died) => Transact(transaction => transaction.Execute(
        $"UPDATE {Tables}trials SET state = 'waiting'{(died ? "" : ", attempts = attempts - 1")} WHERE worker = @worker AND state = 'running'", ("worker", worker)));

    public IReadOnlyList<SweepTrial> Trials()
        => Transact(transaction => transaction.Read($"SELECT number, point, seed, coordinates, changes, state, worker, attempts, outcome FROM {Tables}trials ORDER BY number", QueueText.Trial));

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the tables and writes down what is swept.</summary>
    protected void Make(QueueTransaction transaction, SweepPlan plan, string configText, string configFile, IReadOnlyDictionary<string, Fingerprint> files)
    {
        transaction.Execute($"""
            CREATE TABLE {Tables}meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
            CREATE TABLE {Tables}trials (number INTEGER PRIMARY KEY, point INTEGER NOT NULL, seed INTEGER NOT NULL, coordinates TEXT NOT NULL, changes TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
                worker TEXT NOT NULL DEFAULT '', lease BIGINT NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, outcome TEXT);
            CREATE TABLE {Tables}reports (number INTEGER NOT NULL, epoch INTEGER NOT NULL, figures TEXT NOT NULL, PRIMARY KEY (number, epoch));
            """);
        foreach (var (key, value) in ((string, string)[])[("version", Version), ("plan", plan.ToText()), ("config", configText), ("config_file", configFile), ("data", QueueText.Of(files)), ("closed", "0")])
            transaction.Execute($"INSERT INTO {Tables}meta (key, value) VALUES (@key, @value)", ("key", key), ("value", value));
    }

    /// <exception cref="RunException">Its tables are those of another version.</exception>
    protected void CheckVersion()
    {
        if (Meta("version") != Version) throw new RunException($"{Address}: the queue was made by another version of the tool.");
    }

    /// <summary>Carries out a transaction.</summary>
    protected abstract T Transact<T>(Func<QueueTransaction, T> work);

    /// <summary>The time in milliseconds, the same for all workers.</summary>
    protected abstract long Now(QueueTransaction transaction);

    /// <summary>Whether a fault says that something is there already.</summary>
    protected abstract bool IsDuplicate(DbException fault);

    protected abstract void Dispose(bool disposing);

    private string Meta(string key) => Transact(transaction => transaction.Read($"SELECT value FROM {Tables}meta WHERE key = @key", row => row.GetString(0), ("key", key))).SingleOrDefault() ?? "";

    private void Set(string key, string value) => Transact(transaction => transaction.Execute($"UPDATE {Tables}meta SET value = @value WHERE key = @key", ("key", key), ("value", value)));
}
