using System.Diagnostics;

namespace Equipoise.Benchmarks;

/// <summary>Short pieces of work that take turns, many times: the best time of each.</summary>
/// <remarks>A piece is repeated until it takes about a third of a millisecond, less than the slice that a busy machine gives a thread; so some turns are undisturbed, and the best time is one of theirs.</remarks>
internal static class Race
{
    private const double TurnSeconds = 0.0003;
    private const double WarmUpSeconds = 0.02;

    /// <summary>Seconds that each piece takes at best.</summary>
    public static double[] Run(int turns, params Action[] pieces)
    {
        int[] repeats = [.. pieces.Select(Calibrate)];
        double[] best = new double[pieces.Length];
        Array.Fill(best, double.PositiveInfinity);
        for (int turn = 0; turn < turns; turn++)
        {
            for (int p = 0; p < pieces.Length; p++) best[p] = Math.Min(best[p], Seconds(pieces[p], repeats[p]) / repeats[p]);
        }
        return best;
    }

    private static int Calibrate(Action piece)
    {
        double best = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        for (int calls = 0; calls < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds; calls++) best = Math.Min(best, Seconds(piece, 1));
        return Math.Max(1, (int)(TurnSeconds / best));
    }

    private static double Seconds(Action piece, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int r = 0; r < repeats; r++) piece();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
