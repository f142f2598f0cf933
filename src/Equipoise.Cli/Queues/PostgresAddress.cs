using System.Text;
using Npgsql;

namespace Equipoise.Cli.Queues;

/// <summary>Where a queue in PostgreSQL is: <c>postgres://USER@HOST:PORT/DATABASE?sweep=NAME</c>, or a connection string, <c>Host=...;Database=...</c>. Each sweep has a schema of its own, equipoise_NAME.</summary>
internal sealed class PostgresAddress
{
    public const string SchemaPrefix = "equipoise_";

    private const int LongestName = 63;                        // bytes of a name in PostgreSQL
    private const int Connections = 4;
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    // What libpq calls otherwise than Npgsql; other names differ by spaces and underscores alone.
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["connect_timeout"] = "Timeout", ["sslrootcert"] = "Root Certificate", ["sslcert"] = "SSL Certificate", ["sslkey"] = "SSL Key", ["user"] = "Username", ["dbname"] = "Database",
    };

    private readonly NpgsqlConnectionStringBuilder _builder;

    private PostgresAddress(NpgsqlConnectionStringBuilder builder, string? sweep)
    {
        (_builder, Sweep) = (builder, sweep);
        if (sweep is not null && Encoding.UTF8.GetByteCount(SchemaPrefix + sweep) > LongestName) throw new UsageException($"'{sweep}' is too long a name for a sweep in PostgreSQL, which has {LongestName - SchemaPrefix.Length} bytes for it. Give another: --name NAME.");
    }

    /// <summary>The name of the sweep; null if the address does not say.</summary>
    public string? Sweep { get; }

    /// <summary>The schema of the sweep.</summary>
    public string Schema => SchemaPrefix + (Sweep ?? throw new InvalidOperationException("The address has no sweep."));

    /// <summary>The password; null: that of the environment or of a file, if one is needed.</summary>
    public string? Password => _builder.Password;

    /// <summary>For the driver, with the password.</summary>
    public string ConnectionString
    {
        get
        {
            var full = new NpgsqlConnectionStringBuilder(_builder.ConnectionString);
            if (!full.ContainsKey("Application Name")) full.ApplicationName = "equipoise";
            if (!full.ContainsKey("Maximum Pool Size")) full.MaxPoolSize = Connections;
            return full.ConnectionString;
        }
    }

    /// <summary>The address, without the password.</summary>
    public string Text
    {
        get
        {
            var further = new List<string>();
            bool socket = _builder.Host?.StartsWith('/') == true;
            if (socket) further.Add($"host={_builder.Host}");
            foreach (string key in _builder.Keys)
            {
                if (key is not ("Host" or "Port" or "Database" or "Username" or "Password")) further.Add($"{key.Replace(' ', '_').ToLowerInvariant()}={Uri.EscapeDataString(Convert.ToString(_builder[key], System.Globalization.CultureInfo.InvariantCulture) ?? "")}");
            }
            if (Sweep is not null) further.Add($"sweep={Uri.EscapeDataString(Sweep)}");
            string user = _builder.Username is { } name ? $"{Uri.EscapeDataString(name)}@" : "";
            string host = socket ? "" : _builder.Host?.Contains(':') == true ? $"[{_builder.Host}]" : _builder.Host ?? "";
            string port = _builder.Port == NpgsqlConnection.DefaultPort ? "" : $":{_builder.Port}";
            return $"postgres://{user}{host}{port}/{Uri.EscapeDataString(_builder.Database ?? "")}{(further.Count > 0 ? "?" : "")}{string.Join('&', further)}";
        }
    }

    /// <summary>Reads an address; null if it is none of PostgreSQL.</summary>
    /// <exception cref="UsageException">It is one, with a mistake.</exception>
    public static PostgresAddress? TryParse(string text)
    {
        string? scheme = Schemes.FirstOrDefault(s => text.StartsWith(s, StringComparison.OrdinalIgnoreCase));
        bool pairs = scheme is null && text.Contains('=') && text.Split(';').Any(p => p.TrimStart().StartsWith("Host=", StringComparison.OrdinalIgnoreCase));
        if (scheme is null && !pairs) return null;
        try
        {
            return scheme is null ? OfPairs(text) : OfUrl(text[scheme.Length..]);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new UsageException($"--queue: this is no address of a PostgreSQL database: {fault.Message} Write postgres://USER@HOST:PORT/DATABASE.");
        }
    }

    /// <summary>The same database with the name of a sweep.</summary>
    public PostgresAddress With(string sweep) => new(_builder, sweep);

    private static PostgresAddress OfPairs(string text)
    {
        string[] parts = text.Split(';', StringSplitOptions.TrimEntries);
        string? sweep = parts.FirstOrDefault(p => p.StartsWith("Sweep=", StringComparison.OrdinalIgnoreCase));
        return new PostgresAddress(new NpgsqlConnectionStringBuilder(string.Join(';', parts.Where(p => p != sweep))), sweep?["Sweep=".Length..]);
    }

    // Not by the class Uri, which knows no empty host; that stands for a socket.
    private static PostgresAddress OfUrl(string rest)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        string? sweep = null;
        if (rest.IndexOf('?') is >= 0 and var query)
        {
            foreach (string pair in rest[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                int equals = pair.IndexOf('=');
                if (equals <= 0) throw new FormatException($"'{pair}' should be NAME=VALUE.");
                string key = pair[..equals].ToLowerInvariant(), value = Uri.UnescapeDataString(pair[(equals + 1)..]);
                if (key == "sweep") sweep = value;
                else builder[Renamed.GetValueOrDefault(key, builder.ContainsKey(key) ? key : key.Replace("_", " ", StringComparison.Ordinal))] = value;
            }
            rest = rest[..query];
        }
        int slash = rest.IndexOf('/');
        string place = slash < 0 ? rest : rest[..slash];
        if (slash >= 0 && slash + 1 < rest.Length) builder.Database = Uri.UnescapeDataString(rest[(slash + 1)..]);
        if (place.LastIndexOf('@') is >= 0 and var at)
        {
            string[] user = place[..at].Split(':', 2);
            builder.Username = Uri.UnescapeDataString(user[0]);
            if (user.Length == 2) builder.Password = Uri.UnescapeDataString(user[1]);
            place = place[(at + 1)..];
        }
        // A colon within brackets belongs to an address of version 6.
        if (place.LastIndexOf(':') is >= 0 and var colon && colon > place.LastIndexOf(']'))
        {
            builder.Port = int.TryParse(place[(colon + 1)..], out int port) ? port : throw new FormatException($"'{place[(colon + 1)..]}' is no port.");
            place = place[..colon];
        }
        if (place.Length > 0) builder.Host = Uri.UnescapeDataString(place.Trim('[', ']'));
        if (string.IsNullOrEmpty(builder.Host)) builder.Host = "localhost";
        if (string.IsNullOrEmpty(builder.Database)) throw new FormatException("It names no database.");
        return new PostgresAddress(builder, string.IsNullOrEmpty(sweep) ? null : sweep);
    }
}
