using Equipoise.Engine.Randomness;

namespace Equipoise.Sweeps;

/// <summary>One number after the other from a stream.</summary>
internal struct RandomDraws(RandomStream stream)
{
    private readonly RandomStream _normal = stream.Derive("normal");
    private ulong _next;

    /// <summary>Even from 0 to below 1.</summary>
    public double Uniform() => stream.Uniform(_next++);

    /// <summary>A whole number from 0 to below a bound.</summary>
    public int Below(int below) => stream.Below(_next++, below);

    /// <summary>Standard normal.</summary>
    public double Normal() => _normal.Normal(_next++);
}
