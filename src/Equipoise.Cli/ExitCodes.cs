namespace Equipoise.Cli;

/// <summary>What the tool ends with; told in its help.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Config = 3;
    public const int Data = 4;
    public const int Diverged = 5;
    public const int Files = 7;
    public const int Interrupted = 130;

    public const string Help = """
        Exit codes: 0 done, 1 failed, 2 wrong usage, 3 config not usable, 4 data not usable, 5 training diverged,
        7 file or folder not readable or writable, 130 interrupted (what was complete is kept), 143 terminated.
        Results go to standard output, everything else to standard error.
        """;
}
