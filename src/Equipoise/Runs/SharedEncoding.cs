using System.Text.Json.Nodes;
using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>Gives inputs that share an encoder one vocabulary (or scale), learned from the columns of all of them: shared weights make sense only if an index means the same in each.</summary>
internal static class SharedEncoding
{
    /// <summary>The encoders with those of shared inputs replaced by twins of one that saw all their columns.</summary>
    public static DatasetEncoder Unite(Config config, Table train, DatasetEncoder columns)
    {
        var groups = config.Inputs!.Where(i => i.Encoder is not null && i.Encoding is not null).GroupBy(i => i.Encoder!).Where(g => g.Count() > 1).ToArray();
        if (groups.Length == 0) return columns;
        var json = columns.ToJson();
        foreach (var group in groups)
        {
            InputConfig[] inputs = [.. group];
            var fitted = inputs[0].Encoding!.Fit(Stack(train, inputs), inputs[0].Columns).ToJson();
            foreach (var input in inputs)
            {
                var twin = (JsonObject)fitted.DeepClone();
                twin["columns"] = new JsonArray([.. input.Columns.Select(c => (JsonNode)c)]);
                json["inputs"]![input.Name] = twin;
            }
        }
        return DatasetEncoder.Read(json);
    }

    // The columns of all inputs below each other, under the names of the first.
    private static Table Stack(Table train, InputConfig[] inputs)
    {
        var columns = new IReadOnlyList<string?>[inputs[0].Columns.Count];
        for (int c = 0; c < columns.Length; c++) columns[c] = JoinedCells.Join([.. inputs.Select(i => train[i.Columns[c]].Values)]);
        return new Table(inputs[0].Columns, columns, train.Source);
    }
}
