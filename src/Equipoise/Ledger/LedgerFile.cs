using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Equipoise.Ledger;

/// <summary>Ledger entries as lines of JSON, one step or epoch a line, so that anything can read them and an interrupted file is good up to its last whole line.</summary>
public static class LedgerFile
{
    /// <summary>Writes steps [first, end) of a ledger.</summary>
    public static void AppendSteps(TextWriter writer, LossLedger ledger, int first, int end)
    {
        for (int s = first; s < end; s++) WriteLine(writer, "step", ledger.Step(s), null);
    }

    /// <summary>Writes an epoch: the mean of its training steps and, if there is one, its validation.</summary>
    public static void AppendEpoch(TextWriter writer, EpochEntry epoch)
    {
        WriteLine(writer, "epoch", epoch.Training, epoch.TrainingMetrics);
        if (epoch.Validation is not null) WriteLine(writer, "validation", epoch.Validation, epoch.ValidationMetrics);
    }

    /// <summary>Reads all lines: what each accounts for (<c>step</c>, <c>epoch</c>, <c>validation</c>) and the entry. A last line cut short is left out.</summary>
    /// <exception cref="FormatException">A line is not a ledger entry; the message has its number.</exception>
    public static IEnumerable<(string Part, LedgerEntry Entry)> Read(TextReader reader)
    {
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0) continue;
            (string, LedgerEntry)? entry = null;
            try
            {
                entry = Parse(line);
            }
            catch (Exception problem) when (problem is JsonException or NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
            {
                if (reader.Peek() >= 0) throw new FormatException($"line {number}: this is not a ledger entry: {problem.Message}");
            }
            if (entry is { } found) yield return found;
        }
    }

    private static (string Part, LedgerEntry Entry) Parse(string line)
    {
        var json = JsonNode.Parse(line)!;
        double Value(JsonNode? node) => node is null ? double.NaN : (double)node;
        var outputs = json["outputs"]!.AsArray().Select(o => new OutputTerm((string)o!["output"]!, Value(o["raw"]), Value(o["weight"]), Value(o["contribution"]),
            Value(o["share"]), (long)o["labelled"]!, Value(o["divisor"]))
        {
            Losses = o["losses"] is { } losses ? [.. losses.AsArray().Select(l => new LossTerm((string)l!["name"]!, Value(l["raw"]), Value(l["weight"]), Value(l["contribution"]), Value(l["share"])))] : [],
        });
        var penalties = json["penalties"]!.AsArray().Select(p => new PenaltyTerm((string)p!["layer"]!, (string)p["kind"]!, Value(p["value"]), Value(p["share"])));
        string part = (string?)json["part"] ?? throw new FormatException("it does not say what part it accounts for");
        var notes = json["notes"]?.AsArray().Select(n => new BalanceNote((string)n!["kind"]!, (string?)n["output"], (long)n["steps"]!));
        return (part, new LedgerEntry((int)json["epoch"]!, (long)json["step"]!, (long)json["rows"]!, Value(json["learning_rate"]), [.. outputs], [.. penalties], Value(json["total"])) { Notes = notes is null ? [] : [.. notes], Gradients = json["gradients"] is { } gradients ? GradientJson.Read(gradients) : null });
    }

    private static void WriteLine(TextWriter writer, string part, LedgerEntry entry, IReadOnlyList<MetricValue>? metrics)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("part", part);
            json.WriteNumber("epoch", entry.Epoch);
            json.WriteNumber("step", entry.Step);
            json.WriteNumber("rows", entry.Rows);
            WriteNumber(json, "learning_rate", entry.LearningRate);
            WriteNumber(json, "total", entry.Total);
            json.WriteStartArray("outputs");
            foreach (var output in entry.Outputs) WriteOutput(json, output);
            json.WriteEndArray();
            json.WriteStartArray("penalties");
            foreach (var penalty in entry.Penalties)
            {
                json.WriteStartObject();
                json.WriteString("layer", penalty.Layer);
                json.WriteString("kind", penalty.Kind);
                WriteNumber(json, "value", penalty.Value);
                WriteNumber(json, "share", penalty.Share);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (entry.Notes.Count > 0) WriteNotes(json, entry.Notes);
            if (entry.Gradients is not null)
            {
                json.WritePropertyName("gradients");
                GradientJson.Write(entry.Gradients).WriteTo(json);
            }
            if (metrics is not null) WriteMetrics(json, metrics);
            json.WriteEndObject();
        }
        writer.WriteLine(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }

    private static void WriteOutput(Utf8JsonWriter json, OutputTerm output)
    {
        json.WriteStartObject();
        json.WriteString("output", output.Output);
        WriteNumber(json, "raw", output.RawLoss);
        WriteNumber(json, "weight", output.Weight);
        WriteNumber(json, "contribution", output.Contribution);
        WriteNumber(json, "share", output.Share);
        json.WriteNumber("labelled", output.Labelled);
        WriteNumber(json, "divisor", output.Divisor);
        if (output.Losses.Count > 0)
        {
            json.WriteStartArray("losses");
            foreach (var loss in output.Losses)
            {
                json.WriteStartObject();
                json.WriteString("name", loss.Name);
                WriteNumber(json, "raw", loss.RawLoss);
                WriteNumber(json, "weight", loss.Weight);
                WriteNumber(json, "contribution", loss.Contribution);
                WriteNumber(json, "share", loss.Share);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteNotes(Utf8JsonWriter json, IReadOnlyList<BalanceNote> notes)
    {
        json.WriteStartArray("notes");
        foreach (var note in notes)
        {
            json.WriteStartObject();
            json.WriteString("kind", note.Kind);
            if (note.Output is not null) json.WriteString("output", note.Output);
            json.WriteNumber("steps", note.Steps);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteMetrics(Utf8JsonWriter json, IReadOnlyList<MetricValue> metrics)
    {
        json.WriteStartObject("metrics");
        foreach (var group in metrics.GroupBy(m => m.Output))
        {
            json.WriteStartObject(group.Key);
            foreach (var metric in group) WriteNumber(json, metric.Name, metric.Value);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    // JSON knows no NaN: null stands for it.
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
