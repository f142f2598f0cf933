using System.Reflection;
using Xunit.Sdk;

namespace Equipoise.Cli.Tests.Queues;

/// <summary>Runs a theory with "postgresql", or says why it is left out on this machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnPostgresAttribute : DataAttribute
{
    public OnPostgresAttribute() => Skip = PostgresServer.Missing;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [["postgresql"]];
}
