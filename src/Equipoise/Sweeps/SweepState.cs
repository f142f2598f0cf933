namespace Equipoise.Sweeps;

/// <summary>What has become of a trial.</summary>
public enum SweepState
{
    /// <summary>Nobody has begun it.</summary>
    Waiting,

    /// <summary>A worker trains it, or died while it did; once the lease is over another one begins it again.</summary>
    Running,

    /// <summary>It was trained to its end.</summary>
    Done,

    /// <summary>It was ended early, since another one was clearly better.</summary>
    Pruned,

    /// <summary>A loss was no number.</summary>
    Diverged,

    /// <summary>It could not be trained.</summary>
    Failed,
}
