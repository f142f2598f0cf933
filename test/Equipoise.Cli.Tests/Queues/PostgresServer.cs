using System.Diagnostics;
using System.Globalization;
using Equipoise.Cli.Queues;
using Npgsql;

namespace Equipoise.Cli.Tests.Queues;

/// <summary>A PostgreSQL server of its own in a temporary folder, reached by a socket there alone. Started when it is first asked for, and gone at the end.</summary>
public sealed class PostgresServer : IDisposable
{
    private const string Owner = "postgres";
    private static readonly string[] Programs = ["initdb", "pg_ctl"];
    private static readonly Lazy<string?> Reason = new(Look);
    private readonly Lock _lock = new();
    private string? _folder;
    private int _databases;

    /// <summary>Why there is none; null: there can be one.</summary>
    public static string? Missing => Reason.Value;

    /// <summary>The address of a new, empty database.</summary>
    public string NewDatabase()
    {
        lock (_lock)
        {
            if (_folder is null) Start();
            string name = string.Create(CultureInfo.InvariantCulture, $"test{++_databases}");
            Execute(AddressOf("postgres"), $"CREATE DATABASE {name}");
            return AddressOf(name);
        }
    }

    /// <summary>Ends every connection of a database, as a server that restarts does.</summary>
    public void Disconnect(string address)
        => Execute(AddressOf("postgres"), $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{address.Split("@/")[1].Split('?')[0]}'");

    /// <summary>Carries out a statement in a database.</summary>
    public void Execute(string address, string sql)
    {
        using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PostgresAddress.TryParse(address)!.ConnectionString) { Pooling = false });
        using var command = source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        if (_folder is null) return;
        if (File.Exists(Path.Combine(Data, "postmaster.pid"))) Call("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string AddressOf(string database) => $"postgres://{Owner}@/{database}?host={_folder}";

    private string Data => Path.Combine(_folder!, "data");

    private void Start()
    {
        _folder = Directory.CreateTempSubdirectory("eq-pg-").FullName;      // short: a socket's path has 107 characters at the most
        if (Environment.UserName == "root") Run("chown", [Owner, _folder]);
        Call("initdb", "-D", Data, "-U", Owner, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C");
        Call("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_folder, "log"), "-o", $"-k {_folder} -c listen_addresses= -c fsync=off -c max_connections=60", "start");
    }

    // The server refuses to be started by root.
    private static void Call(string program, params string[] arguments)
    {
        string path = Find(program)!;
        if (Environment.UserName == "root") Run("runuser", ["-u", Owner, "--", path, .. arguments]);
        else Run(path, arguments);
    }

    private static void Run(string program, string[] arguments)
    {
        // The server that pg_ctl leaves behind must not hold our streams.
        bool keeps = arguments.Contains("start");
        var start = keeps ? new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" > /dev/null 2>&1 < /dev/null", program, .. arguments]) : new ProcessStartInfo(program, arguments);
        (start.WorkingDirectory, start.UseShellExecute, start.RedirectStandardError, start.RedirectStandardOutput) = ("/", false, !keeps, !keeps);
        using var process = Process.Start(start)!;
        string said = keeps ? "" : process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {said}");
    }

    private static string? Look()
    {
        if (OperatingSystem.IsWindows()) return "The server is started for tests on Linux and macOS only.";
        if (Programs.FirstOrDefault(p => Find(p) is null) is { } program)
            return $"There is no PostgreSQL server here ({program} was not found): install the package 'postgresql'.";
        if (Environment.UserName == "root")
        {
            if (!File.Exists("/etc/passwd") || !File.ReadLines("/etc/passwd").Any(l => l.StartsWith($"{Owner}:", StringComparison.Ordinal))) return $"PostgreSQL does not run as root, and there is no user '{Owner}'.";
            if (!File.Exists("/usr/sbin/runuser") && !File.Exists("/sbin/runuser")) return "PostgreSQL does not run as root, and there is no 'runuser'.";
        }
        try
        {
            foreach (string each in Programs) Call(each, "--version");
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"The PostgreSQL server here cannot be started: {fault.Message}";
        }
    }

    // In the path, or where Debian has the programs of a version, the newest first.
    private static string? Find(string program)
    {
        const string Versions = "/usr/lib/postgresql";
        var versions = Directory.Exists(Versions) ? Directory.GetDirectories(Versions).OrderByDescending(v => int.TryParse(Path.GetFileName(v), out int n) ? n : 0).Select(v => Path.Combine(v, "bin")) : [];
        return versions.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)).Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
    }
}
