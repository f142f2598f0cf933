using System.Runtime.InteropServices;

namespace Equipoise.Cli;

/// <summary>The tool. <see cref="Main"/> is the process; <see cref="Run"/> is a call of it, for tests too.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        WarmUp.For(args);
        Console.OutputEncoding = System.Text.Encoding.UTF8;
        using var interruption = new CancellationTokenSource();
        int signal = 0;
        // The first signal asks for an orderly end; a second one ends the process at once.
        void Interrupt(PosixSignalContext context)
        {
            if (signal != 0) return;
            signal = context.Signal == PosixSignal.SIGTERM ? 143 : 130;
            context.Cancel = true;
            interruption.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        var shell = new Shell(Console.Out, Console.Error, interruption.Token) { ErrorIsTerminal = Shell.IsTerminal(Console.IsErrorRedirected), CacheFolder = Data.DataCache.UsualFolder() };
        int code = Tool.Run(args, shell);
        return code == ExitCodes.Interrupted ? signal == 0 ? code : signal : code;
    }

    /// <summary>Runs the tool with given streams, as in a pipe, and with no cache but the one that is named.</summary>
    internal static int Run(string[] args, TextWriter stdout, TextWriter stderr, string? cacheFolder = null, CancellationToken cancellation = default)
        => Tool.Run(args, new Shell(stdout, stderr, cancellation) { CacheFolder = cacheFolder });
}
