namespace Equipoise.Balancing;

/// <summary>What must be true of the input of a step.</summary>
internal static class InputRules
{
    /// <summary>Throws an <see cref="ArgumentException"/> that says what is missing or has the wrong length.</summary>
    public static void Check(BalancerSettings settings, int tasks, BalancerNeeds needs, in BalancerInput input, Span<double> weights, Span<float> direction)
    {
        if (weights.Length != tasks) throw new ArgumentException($"There is room for {weights.Length} weights, but there are {tasks} outputs.", nameof(weights));
        CheckLength(settings, tasks, "Losses", input.Losses.Length, tasks, (needs & BalancerNeeds.Losses) != 0);
        CheckLength(settings, tasks, "Gramian", input.Gramian.Length, tasks * tasks, (needs & BalancerNeeds.Gramian) != 0);
        CheckLength(settings, tasks, "CrossGramian", input.CrossGramian.Length, tasks * tasks, (needs & BalancerNeeds.CrossGramian) != 0);
        CheckLength(settings, tasks, "Priorities", input.Priorities.Length, tasks, needed: false);
        CheckLength(settings, tasks, "Present", input.Present.Length, tasks, needed: false);
        foreach (double priority in input.Priorities)
        {
            if (!(priority >= 0) || double.IsInfinity(priority)) throw new ArgumentException($"A priority is {priority}, but must be finite and at least 0.", nameof(input));
        }

        bool wantsGradients = (needs & BalancerNeeds.Gradients) != 0;
        if (wantsGradients && input.Gradients is null) throw new ArgumentException($"{settings.GetType().Name} needs the gradient of each output, but Gradients is null.", nameof(input));
        if (input.Gradients is { } gradients && gradients.Tasks != tasks) throw new ArgumentException($"There are gradients of {gradients.Tasks} outputs, but {tasks} outputs.", nameof(input));
        if (direction.IsEmpty && settings.GivesDirection) throw new ArgumentException($"{settings.GetType().Name} gives a direction, so that room for one is needed.", nameof(direction));
        if (!direction.IsEmpty && (input.Gradients is null || direction.Length != input.Gradients.Length))
        {
            throw new ArgumentException($"The direction has {direction.Length} numbers, but a gradient has {input.Gradients?.Length ?? 0}.", nameof(direction));
        }
    }

    private static void CheckLength(BalancerSettings settings, int tasks, string name, int length, int wanted, bool needed)
    {
        if (length == wanted || (length == 0 && !needed)) return;
        throw new ArgumentException($"{settings.GetType().Name} with {tasks} outputs wants {wanted} numbers in {name}, but there are {length}.", name);
    }
}
