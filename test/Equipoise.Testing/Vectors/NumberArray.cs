using System.Text.Json;

namespace Equipoise.Testing.Vectors;

/// <summary>Numbers of a vector file: flat values in row order and their shape. A single number has the shape [].</summary>
public sealed record NumberArray(double[] Values, int[] Shape)
{
    /// <summary>How many numbers there are.</summary>
    public int Length => Values.Length;

    /// <summary>The values as the library takes them.</summary>
    public float[] Floats => Array.ConvertAll(Values, value => (float)value);

    /// <summary>The last axis, or 1 for a single number.</summary>
    public int Width => Shape.Length == 0 ? 1 : Shape[^1];

    /// <summary>Reads a number, a boolean (0 or 1), one of the strings nan, inf, -inf, or nested lists of them, all of the same length.</summary>
    public static NumberArray Parse(JsonElement json)
    {
        var shape = new List<int>();
        for (var at = json; at.ValueKind == JsonValueKind.Array; at = at[0])
        {
            shape.Add(at.GetArrayLength());
            if (at.GetArrayLength() == 0) break;
        }

        var values = new List<double>();
        Collect(json, 0);
        return new NumberArray([.. values], [.. shape]);

        void Collect(JsonElement element, int depth)
        {
            if (element.ValueKind != JsonValueKind.Array)
            {
                if (depth != shape.Count) throw new FormatException($"Ragged array: a number at depth {depth}, but {shape.Count} at the start.");
                values.Add(Number(element));
                return;
            }

            if (depth >= shape.Count || element.GetArrayLength() != shape[depth]) throw new FormatException($"Ragged array at depth {depth}.");
            foreach (var item in element.EnumerateArray()) Collect(item, depth + 1);
        }
    }

    /// <summary>One number: also true, false and the strings nan, inf, -inf.</summary>
    public static double Number(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => json.GetString() switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            var text => throw new FormatException($"'{text}' is not a number."),
        },
        _ => throw new FormatException($"{json.ValueKind} is not a number."),
    };
}
