using System.Runtime.Intrinsics.X86;

namespace Equipoise.Benchmarks;

/// <summary>Where things are, and on what machine we are.</summary>
internal static class Place
{
    /// <summary>Debian's interpreter: its packages, PyTorch among them, are only seen by it.</summary>
    public static string Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    public static string Root { get; } = FindRoot();

    public static string Peer(string script) => Path.Combine(Root, "bench", "peers", script);

    /// <summary>The folder of the tables.</summary>
    public static string Results => Path.Combine(Root, "bench", "results");

    /// <summary>Where a table of this machine is or will be: in <c>bench/results</c>, or in a folder of the machine's own if the table there is of another kind of machine.</summary>
    public static string Result(string file) => ResultFile.Find(Results, file, Machine);

    /// <summary>The tool as the solution's build makes it.</summary>
    public static string Tool => Path.Combine(Root, "src", "Equipoise.Cli", "bin", "Release", "net10.0", "Equipoise.Cli.dll");

    /// <summary>Name of the processor with family and model, since virtual machines often hide the name; its count and widest vectors.</summary>
    public static string Machine
    {
        get
        {
            string Entry(string name) => File.Exists("/proc/cpuinfo")
                ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal) && l[name.Length..].TrimStart().StartsWith(':'))?.Split(':')[1].Trim() ?? "?"
                : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "?";
            string vectors = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "neither AVX2 nor AVX-512";
            return $"{Entry("model name")} (family {Entry("cpu family")}, model {Entry("model")}), {Environment.ProcessorCount} processors, {vectors}, .NET {Environment.Version}";
        }
    }

    /// <summary>How many threads wanted to run in the last minute; NaN where the system does not tell.</summary>
    public static double Load => File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) : double.NaN;

    public static string Today => DateTime.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string FindRoot()
    {
        foreach (string start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "Equipoise.slnx"))) return folder;
            }
        }
        throw new FileNotFoundException("There is no Equipoise.slnx in this folder or above it: run the benchmarks inside the repository.");
    }
}
