using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Runs;

/// <summary>What a run was made on.</summary>
internal static class Machine
{
    /// <summary>The version of the library.</summary>
    public static string Version => typeof(Machine).Assembly.GetName().Version is { } version ? $"{version.Major}.{version.Minor}.{version.Build}" : "";

    public static string System => RuntimeInformation.OSDescription;

    public static string Framework => RuntimeInformation.FrameworkDescription;

    /// <summary>The width of vector instructions.</summary>
    public static string Vectors => Vector512.IsHardwareAccelerated ? "512 bits" : Vector256.IsHardwareAccelerated ? "256 bits" : Vector128.IsHardwareAccelerated ? "128 bits" : "none";

    /// <summary>The processor's name, where the system tells it.</summary>
    public static string Processor
    {
        get
        {
            try
            {
                if (File.Exists("/proc/cpuinfo"))
                {
                    string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
                    if (line is not null) return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                }
            }
            catch (IOException)
            {
                // The name is a nicety; without it the architecture has to do.
            }
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
        }
    }
}
