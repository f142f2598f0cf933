namespace Equipoise.Cli.Tests.Queues;

/// <summary>A test that needs a PostgreSQL server, or says why it is left out on this machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}
