using System.Data.Common;
using Equipoise.Data;
using Equipoise.Runs;
using Equipoise.Sweeps;
using Microsoft.Data.Sqlite;

namespace Equipoise.Cli.Queues;

/// <summary>A queue in a SQLite file, for workers on one machine. A transaction is on the disk when it ends. Not for network file systems, whose locks cannot be trusted.</summary>
internal sealed class SqliteQueue : DatabaseQueue
{
    private const int ConstraintFault = 19;
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    private SqliteQueue(string file, SqliteOpenMode mode, TimeProvider? time)
    {
        (Address, _time) = (file, time ?? TimeProvider.System);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 60 }.ToString());
        _connection.Open();
    }

    public override string Address { get; }

    public static SqliteQueue Create(string file, SweepPlan plan, string configText, string configFile, IReadOnlyDictionary<string, Fingerprint> files, TimeProvider? time = null)
    {
        var queue = new SqliteQueue(file, SqliteOpenMode.ReadWriteCreate, time);
        using (var command = queue._connection.CreateCommand())
        {
            command.CommandText = "PRAGMA journal_mode = WAL";
            command.ExecuteNonQuery();
        }
        queue.Transact(transaction =>
        {
            queue.Make(transaction, plan, configText, configFile, files);
            return 0;
        });
        return queue;
    }

    /// <exception cref="RunException">There is no such queue, or the file is none.</exception>
    public static SqliteQueue Open(string file, TimeProvider? time = null)
    {
        if (!File.Exists(file)) throw new RunException($"{file}: there is no such queue. 'equipoise sweep CONFIG' makes one, sweeps/NAME/queue.db.");
        SqliteQueue? queue = null;
        try
        {
            queue = new SqliteQueue(file, SqliteOpenMode.ReadWrite, time);
            queue.CheckVersion();
            return queue;
        }
        catch (Exception fault) when (fault is SqliteException or RunException)
        {
            queue?.Dispose();
            throw fault as RunException ?? new RunException($"{file}: this is no queue of a sweep: {fault.Message}", fault);
        }
    }

    // It holds the lock of the file from its beginning.
    protected override T Transact<T>(Func<QueueTransaction, T> work)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            var result = work(new QueueTransaction(_connection, transaction));
            transaction.Commit();
            return result;
        }
    }

    protected override long Now(QueueTransaction transaction) => _time.GetUtcNow().ToUnixTimeMilliseconds();

    protected override bool IsDuplicate(DbException fault) => fault is SqliteException { SqliteErrorCode: ConstraintFault };

    protected override void Dispose(bool disposing) => _connection.Dispose();
}
