using Equipoise.Runs;

namespace Equipoise.Cli.Queues;

/// <summary>Opens a queue by what <c>--queue</c> says: a SQLite file, or a PostgreSQL database.</summary>
internal static class SweepQueues
{
    /// <exception cref="RunException">There is no such queue, or it cannot be reached.</exception>
    /// <exception cref="UsageException">It is not clear which sweep of a database is meant.</exception>
    public static DatabaseQueue Open(string address)
    {
        if (PostgresAddress.TryParse(address) is not { } server) return SqliteQueue.Open(address);
        if (server.Sweep is not null) return PostgresQueue.Open(server);
        var sweeps = PostgresQueue.Sweeps(server);
        return sweeps.Count switch
        {
            0 => throw new RunException($"{server.Text}: this database has no sweep. 'equipoise sweep CONFIG --queue \"{server.Text}\"' begins one."),
            1 => PostgresQueue.Open(server.With(sweeps[0])),
            _ => throw new UsageException($"{server.Text} has {sweeps.Count} sweeps: {string.Join(", ", sweeps)}. Say which: --queue \"{server.With(sweeps[0]).Text}\"."),
        };
    }
}
