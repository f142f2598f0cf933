namespace Equipoise.Losses;

/// <summary>Several losses on one output, each with a name and a weight of its own: the value is their weighted sum, and the ledger shows each.</summary>
/// <remarks>
/// value = Σ weight × value of the part, and so the gradient. All parts see the same predictions, so they must agree on what these are (raw or probabilities), on the targets, and on what an item is.
/// A target counts if it counts for every part. A part of weight 0 is computed and shown; it may be infinite without doing harm. Costs the parts and 2 + width numbers of working memory for each item.
/// </remarks>
public sealed record CombinedLoss : Loss
{
    private readonly NamedLoss[] _parts;

    /// <summary>A sum of losses.</summary>
    /// <param name="parts">The losses, at least one.</param>
    /// <exception cref="ArgumentException">A name stands twice or is empty, a weight is negative, or the parts disagree about predictions or items.</exception>
    public CombinedLoss(params IReadOnlyList<NamedLoss> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0) throw new ArgumentException("There is no loss. Name at least one.", nameof(parts));
        foreach (var part in parts)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(part.Name);
            Require.AtLeast(part.Name, nameof(NamedLoss.Weight), part.Weight, 0);
            if (part.Loss is CombinedLoss) throw new ArgumentException($"'{part.Name}' is a sum of losses itself. Name its parts.", nameof(parts));
            if (part.Loss.Scope != parts[0].Loss.Scope) throw new ArgumentException($"'{parts[0].Name}' and '{part.Name}' cannot be on one output: one judges {Words(parts[0].Loss.Scope)}, the other {Words(part.Loss.Scope)}. Give each an output of its own.", nameof(parts));
            if (part.Loss.Link != parts[0].Loss.Link) throw new ArgumentException($"'{parts[0].Name}' and '{part.Name}' want different predictions: one gives {parts[0].Loss.Link}, the other {part.Loss.Link} of what the layers give. Take both on raw predictions, or both on probabilities.", nameof(parts));
        }
        if (parts.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"{twice.Count()} losses are called '{twice.Key}'. Give each a name of its own.", nameof(parts));
        _parts = [.. parts];
    }

    /// <summary>The losses, in order.</summary>
    public IReadOnlyList<NamedLoss> Parts => _parts;

    /// <inheritdoc/>
    public override LossScope Scope => _parts[0].Loss.Scope;

    /// <inheritdoc/>
    public override bool SeesErrorsOnly => _parts.All(p => p.Loss.SeesErrorsOnly);

    /// <inheritdoc/>
    public override bool PredictsTarget => _parts.All(p => p.Loss.PredictsTarget);

    /// <inheritdoc/>
    public override bool TakesLabelWeights => _parts.All(p => p.Loss.TakesLabelWeights);

    /// <inheritdoc/>
    public override OutputLink Link => _parts[0].Loss.Link;

    /// <inheritdoc/>
    public override Loss? OnLogits
        => _parts.All(p => p.Loss.OnLogits is { } raw && raw.Link == _parts[0].Loss.OnLogits?.Link) ? new CombinedLoss([.. _parts.Select(p => p with { Loss = p.Loss.OnLogits! })]) : null;

    /// <inheritdoc/>
    public override bool WantsProbabilities => OnLogits is null && _parts.Any(p => p.Loss.WantsProbabilities || p.Loss.OnLogits is not null);

    /// <inheritdoc/>
    public override int PointWidth(int width) => _parts[0].Loss.PointWidth(width);

    /// <inheritdoc/>
    public override void Point(ReadOnlySpan<float> prediction, Span<float> point) => _parts[0].Loss.Point(prediction, point);

    /// <inheritdoc/>
    public override bool PredictsQuantiles => _parts[0].Loss.PredictsQuantiles;

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        int width = _parts[0].Loss.TargetWidth(predictionWidth);
        foreach (var part in _parts)
        {
            int own = part.Loss.TargetWidth(predictionWidth);
            if (own != width) throw new ArgumentOutOfRangeException(nameof(predictionWidth), $"'{_parts[0].Name}' wants targets of {width} numbers, but '{part.Name}' of {own}, so they cannot be on one output.");
        }
        return width;
    }

    /// <inheritdoc/>
    public override bool HasTarget(ReadOnlySpan<float> target)
    {
        foreach (var part in _parts)
        {
            if (!part.Loss.HasTarget(target)) return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public override void LeaveOut(in LossRows rows, Span<float> counted)
    {
        foreach (var part in _parts) part.Loss.LeaveOut(rows, counted);
    }

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth)
    {
        foreach (var part in _parts)
        {
            if (part.Loss.TargetFault(target, predictionWidth) is { } fault) return fault;
        }
        return null;
    }

    /// <inheritdoc/>
    public override int ScratchSize(int items, int positions, int width, int targetWidth)
        => checked((items * (2 + width)) + _parts.Max(p => p.Loss.ScratchSize(items, positions, width, targetWidth)));

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        int items = rows.Items, size = items * rows.Width;
        Span<float> shares = rows.Scratch[..items], values = rows.Scratch.Slice(items, items), gradients = rows.Scratch.Slice(2 * items, size);
        rows.Values.Clear();
        rows.Gradients.Clear();
        for (int p = 0; p < _parts.Length; p++)
        {
            float weight = (float)_parts[p].Weight;
            bool trains = weight != 0;
            for (int i = 0; i < items; i++) shares[i] = trains ? rows.Shares[i] * weight : rows.Shares[i];
            _parts[p].Loss.Evaluate(new LossRows
            {
                Items = items,
                Width = rows.Width,
                Positions = rows.Positions,
                Predictions = rows.Predictions,
                Targets = rows.Targets,
                Shares = shares,
                Values = values,
                Gradients = rows.WantsGradients && trains ? gradients : [],
                LabelWeights = rows.LabelWeights,
                Mask = rows.Mask,
                Scratch = rows.Scratch[((2 * items) + size)..],
            });
            if (!rows.PartValues.IsEmpty)
            {
                for (int i = 0; i < items; i++) rows.PartValues[(i * _parts.Length) + p] = values[i];
            }
            if (!trains) continue;
            for (int i = 0; i < items; i++) rows.Values[i] += weight * values[i];
            if (!rows.WantsGradients) continue;
            for (int i = 0; i < size; i++) rows.Gradients[i] += gradients[i];
        }
    }

    /// <inheritdoc/>
    public bool Equals(CombinedLoss? other) => other is not null && _parts.AsSpan().SequenceEqual(other._parts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_parts.Length, _parts[0]);

    private static string Words(LossScope scope) => scope switch
    {
        LossScope.Position => "each position by itself",
        LossScope.Row => "whole rows",
        _ => "the whole batch",
    };
}
