namespace Equipoise.Engine.Passes;

/// <summary>What is done with pieces of the gradient as soon as they are there. Called by several threads at once, each with other pieces.</summary>
public interface IGradientWork
{
    /// <summary>The gradient of some slices of the store is there; the store does not get it. The parameters of these slices, and their panels, may be changed at once.</summary>
    /// <param name="firstSlice">The first of the <see cref="Execution.ParameterStore.Slice">slices</see>.</param>
    /// <param name="gradient">As long as all of them together.</param>
    /// <param name="worker">Who has just computed it, and has it in the cache.</param>
    void Ready(int firstSlice, ReadOnlySpan<float> gradient, int worker);
}
