using System.Data.Common;
using Equipoise.Data;
using Equipoise.Runs;
using Equipoise.Sweeps;
using Npgsql;

namespace Equipoise.Cli.Queues;

/// <summary>A queue in a schema of a PostgreSQL database, for workers on any number of machines. Leases run by the server's clock. A server that goes away is waited for.</summary>
internal sealed class PostgresQueue : DatabaseQueue
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Pause = TimeSpan.FromSeconds(1);
    private readonly NpgsqlDataSource _source;
    private readonly PostgresAddress _address;
    private readonly TimeProvider? _time;
    private TimeSpan _patience;

    private PostgresQueue(PostgresAddress address, TimeProvider? time)
    {
        (_address, _time) = (address, time);
        var builder = new NpgsqlSlimDataSourceBuilder(address.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableIntegratedSecurity();
        _source = builder.Build();
    }

    public override string Address => _address.Text;

    protected override string Tables => $"\"{_address.Schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\".";

    // Rows that another worker is about to take are passed over, not waited for.
    protected override string Locking => "FOR UPDATE SKIP LOCKED";

    /// <summary>The sweeps that a database has.</summary>
    /// <exception cref="RunException">It cannot be reached.</exception>
    public static IReadOnlyList<string> Sweeps(PostgresAddress address)
    {
        using var queue = new PostgresQueue(address, null);
        return queue.Transact(transaction => transaction.Read("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, @prefix) ORDER BY nspname",
            row => row.GetString(0)[PostgresAddress.SchemaPrefix.Length..], ("prefix", PostgresAddress.SchemaPrefix)));
    }

    /// <exception cref="RunException">It cannot be made; or another process has just made it.</exception>
    public static PostgresQueue Create(PostgresAddress address, SweepPlan plan, string configText, string configFile, IReadOnlyDictionary<string, Fingerprint> files, TimeProvider? time = null)
    {
        var queue = new PostgresQueue(address, time);
        try
        {
            queue.Transact(transaction =>
            {
                transaction.Execute($"CREATE SCHEMA {queue.Tables[..^1]}");
                queue.Make(transaction, plan, configText, configFile, files);
                return 0;
            });
            queue._patience = Patience;
            return queue;
        }
        catch (Exception fault) when (fault is RunException or PostgresException)
        {
            queue.Dispose();
            throw fault as RunException ?? new RunException($"{address.Text}: another process has just begun this sweep. Begin again to go on with it.", fault);
        }
    }

    /// <exception cref="RunException">There is no such queue, or it cannot be reached.</exception>
    public static PostgresQueue Open(PostgresAddress address, TimeProvider? time = null)
    {
        var queue = new PostgresQueue(address, time);
        try
        {
            queue.CheckVersion();
            queue._patience = Patience;
            return queue;
        }
        catch (RunException)
        {
            queue.Dispose();
            throw;
        }
    }

    protected override T Transact<T>(Func<QueueTransaction, T> work)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var connection = _source.OpenConnection();
                using var transaction = connection.BeginTransaction();
                var result = work(new QueueTransaction(connection, transaction));
                transaction.Commit();
                return result;
            }
            catch (NpgsqlException fault) when (!IsDuplicate(fault))
            {
                if (!IsPassing(fault) || TimeProvider.System.GetElapsedTime(begun) > _patience) throw new RunException(Message(fault), fault);
                // Done again even if only the answer was lost: at worst a trial waits for its lease to end, or trials that were added are told to be there already.
                Thread.Sleep(Pause);
            }
        }
    }

    protected override long Now(QueueTransaction transaction)
        => _time?.GetUtcNow().ToUnixTimeMilliseconds() ?? transaction.Read("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", row => row.GetInt64(0)).Single();

    protected override bool IsDuplicate(DbException fault)
        => fault is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateSchema };

    protected override void Dispose(bool disposing) => _source.Dispose();

    // The server goes away or has just begun, or the line broke.
    private static bool IsPassing(NpgsqlException fault) => fault is PostgresException { SqlState: ['5', '7', 'P', ..] or ['0', '8', ..] } || fault.IsTransient;

    private string Message(NpgsqlException fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName }
            => $"{Address}: there is no such sweep in this database. 'equipoise sweep CONFIG --queue \"{Address}\"' makes it.",
        PostgresException told => $"{Address}: {told.MessageText} ({told.SqlState}).{(told.Hint is null ? "" : $" {told.Hint}")}",
        { InnerException: { } inner } => $"{Address}: the database cannot be reached: {inner.Message}",
        _ => $"{Address}: the database cannot be reached: {fault.Message}",
    };
}
