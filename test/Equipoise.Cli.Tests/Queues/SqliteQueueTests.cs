using Equipoise.Cli.Queues;
using Equipoise.Runs;

namespace Equipoise.Cli.Tests.Queues;

public sealed class SqliteQueueTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_is_no_queue_is_told()
    {
        Assert.Contains("no such queue", Assert.Throws<RunException>(() => SqliteQueue.Open(File("other.db"))).Message, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File("text.db"), string.Concat(Enumerable.Repeat("This is a text and no database. ", 100)));
        Assert.Contains("no queue", Assert.Throws<RunException>(() => SqliteQueue.Open(File("text.db"))).Message, StringComparison.Ordinal);
    }

    private string File(string name) => Path.Combine(_folder, name);
}
