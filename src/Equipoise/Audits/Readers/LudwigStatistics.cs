using System.Text.Json;

namespace Equipoise.Audits.Readers;

/// <summary>What Ludwig writes as <c>training_statistics.json</c>: for each part (<c>training</c>, <c>validation</c>, <c>test</c>) and each output the list of its losses and metrics; <c>combined</c> is the total.</summary>
/// <remarks>Entries of the lists are numbers, <c>[epoch, step, value]</c>, or objects with <c>value</c>, by version.</remarks>
internal sealed class LudwigStatistics : LogReader
{
    private const string Combined = "combined";

    public override string Name => "ludwig";

    public override string Summary => "training_statistics.json of Ludwig";

    public override bool Recognises(LogSource source)
    {
        if (!source.Text.AsSpan().TrimStart().StartsWith("{") || !source.Text.Contains("\"combined\"", StringComparison.Ordinal)) return false;
        try
        {
            using var json = JsonDocument.Parse(source.Text);
            return json.RootElement.EnumerateObject().Any(p => PartNames.Of(p.Name) is not null && p.Value.ValueKind == JsonValueKind.Object && p.Value.TryGetProperty(Combined, out _));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public override IReadOnlyList<LogTable> Read(LogSource source)
    {
        var draft = new LogDraft();
        try
        {
            using var json = JsonDocument.Parse(source.Text);
            foreach (var part in json.RootElement.EnumerateObject())
            {
                if (PartNames.Of(part.Name) is not { } name || part.Value.ValueKind != JsonValueKind.Object) continue;
                foreach (var output in part.Value.EnumerateObject().Where(o => o.Value.ValueKind == JsonValueKind.Object))
                {
                    foreach (var figure in output.Value.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.Array))
                        Add(draft, name, $"{output.Name}.{figure.Name}", figure.Value);
                }
            }
        }
        catch (JsonException problem)
        {
            throw new AuditException($"{source.Path}: this is not JSON: {problem.Message}", problem);
        }
        return [.. draft.Tables().Select(t => t.IndexOf($"{Combined}.loss") >= 0 ? t with { Total = $"{Combined}.loss", Terms = [.. t.Columns.Where(c => c.EndsWith(".loss", StringComparison.Ordinal) && c != $"{Combined}.loss")] } : t)];
    }

    private static void Add(LogDraft draft, string part, string column, JsonElement list)
    {
        int place = 0;
        foreach (var entry in list.EnumerateArray())
        {
            place++;
            long epoch = place, step = 0;
            var value = entry;
            if (entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() > 0)
            {
                if (entry.GetArrayLength() >= 3 && entry[1].TryGetInt64(out long at)) step = at;
                value = entry[entry.GetArrayLength() - 1];
            }
            else if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("value", out var inner))
            {
                if (entry.TryGetProperty("step", out var at) && at.TryGetInt64(out long counted)) step = counted;
                value = inner;
            }
            if (value.ValueKind == JsonValueKind.Number && PrintedNumber.TryParse(value.GetRawText(), out var number))
                draft.Add(part, (place, 0), place, epoch, step, column, number);
        }
    }
}
