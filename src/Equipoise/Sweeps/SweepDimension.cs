using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>One thing that a sweep varies, over one or several coordinates from 0 to 1.</summary>
public abstract record SweepDimension
{
    /// <summary>Coordinates that it takes: one, or outputs − 1 for weights.</summary>
    public abstract int Width { get; }

    /// <summary>Whether its values have no order, so that nothing lies between two of them.</summary>
    public virtual bool IsChoice => false;

    /// <summary>What messages and tables call it.</summary>
    public abstract string Label { get; }

    /// <summary>The changes of the config at some coordinates.</summary>
    /// <param name="coordinates">As many as <see cref="Width"/>, each from 0 to 1.</param>
    public abstract IReadOnlyList<ConfigChange> At(ReadOnlySpan<double> coordinates);

    /// <summary>Coordinates of evenly spread values, its ends included.</summary>
    /// <param name="resolution">Values along a line, at least 2; a choice has all of its values whatever this says.</param>
    public abstract IReadOnlyList<double[]> Levels(int resolution);

    /// <summary>As the command line has it: <c>training.batch=16..128:int</c>.</summary>
    public abstract override string ToString();
}
