using Equipoise.Data;
using Spectre.Console;

namespace Equipoise.Cli;

/// <summary>Where a command writes: results to the output, all else to the error stream.</summary>
internal sealed class Shell(TextWriter output, TextWriter error, CancellationToken cancellation)
{
    public TextWriter Output { get; } = output;

    public TextWriter Error { get; } = error;

    /// <summary>Asked for by Ctrl-C.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Whether someone looks at the error stream, so that it may have colours and be redrawn.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether results are wanted as JSON.</summary>
    public bool Json { get; set; }

    /// <summary>The folder of encoded data; null if there is to be none.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Whether encoded data are kept and looked for.</summary>
    public bool UsesCache { get; set; } = true;

    /// <summary>Encoded data of earlier calls; null if they are not wanted.</summary>
    public DataCache? Cache => UsesCache && CacheFolder is not null ? new DataCache(CacheFolder) : null;

    /// <summary>Whether colours are wanted.</summary>
    public bool Colour => ErrorIsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>A console on the error stream.</summary>
    public IAnsiConsole ErrorConsole() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = ErrorIsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = Colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Out = new AnsiConsoleOutput(Error),
        Interactive = InteractionSupport.No,
    });

    public void Say(string message) => Error.WriteLine(message);

    public void Warn(string message) => Error.WriteLine($"warning: {message}");

    /// <summary>Whether a stream that is or is not redirected can be redrawn.</summary>
    public static bool IsTerminal(bool redirected) => !redirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
}
