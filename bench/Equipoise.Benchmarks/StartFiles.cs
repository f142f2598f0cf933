using System.Globalization;
using System.Text;
using Equipoise.Data;

namespace Equipoise.Benchmarks;

/// <summary>W1 as somebody has it who uses the tool: a table in CSV, a config in YAML, and a folder for runs and encoded columns. All of it goes away in the end.</summary>
internal sealed class StartFiles : IDisposable
{
    /// <summary>Rows of the table.</summary>
    public const int Rows = Batch * UsualBatches;
    private const int Batch = 256, UsualBatches = 79;

    public StartFiles(int batches = UsualBatches)
    {
        Folder = Directory.CreateTempSubdirectory("equipoise-start-").FullName;
        var data = Workload.Of("W1", Batch, batches).Data;
        WriteTable(Path.Combine(Folder, "w1.csv"), data);
        File.WriteAllText(Config, ConfigText(((NumbersColumn)data.Inputs["x"]).Width));
    }

    public string Folder { get; }

    public string Config => Path.Combine(Folder, "w1.yaml");

    /// <summary>Where the tool keeps encoded columns.</summary>
    public string Cache => Path.Combine(Folder, "cache");

    public string Runs => Path.Combine(Folder, "runs");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>The network of W1: the same layers, losses, optimizer and batch.</summary>
    public static string ConfigText(int inputs) => $$$"""
        data: { source: w1.csv }
        inputs:
          - { name: x, type: number, columns: [{{{string.Join(", ", Enumerable.Range(0, inputs).Select(i => $"x{i}"))}}}], layers: [] }
        trunk: [ {dense: 256, activation: relu}, {dense: 128, activation: relu} ]
        outputs:
          - { name: tags, type: set, loss: binary_crossentropy, metrics: [] }
          - { name: a, type: number, transform: none, loss: mean_squared_error, metrics: [] }
          - { name: b, type: number, transform: none, loss: mean_squared_error, metrics: [] }
          - { name: c, type: number, transform: none, loss: mean_squared_error, metrics: [] }
          - { name: kind, type: category, loss: sparse_categorical_crossentropy, metrics: [] }
        training: { optimizer: {adam: {learning_rate: 0.001}}, epochs: 1, batch: {{{Batch}}} }

        """;

    private static void WriteTable(string file, Dataset data)
    {
        var x = (NumbersColumn)data.Inputs["x"];
        using var writer = new StreamWriter(file, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16);
        writer.Write(string.Join(',', [.. Enumerable.Range(0, x.Width).Select(i => $"x{i}"), "tags", "a", "b", "c", "kind"]));
        writer.Write('\n');
        for (int row = 0; row < data.Rows; row++)
        {
            foreach (float value in x.Values.Span((long)row * x.Width, x.Width))
            {
                writer.Write(value.ToString("R", CultureInfo.InvariantCulture));
                writer.Write(',');
            }
            var tags = data.Targets["tags"].Row(row);
            for (int label = 0, written = 0; label < tags.Length; label++)
                if (tags[label] > 0) writer.Write(string.Create(CultureInfo.InvariantCulture, $"{(written++ > 0 ? " " : "")}t{label}"));
            foreach (string number in (string[])["a", "b", "c"]) writer.Write(string.Create(CultureInfo.InvariantCulture, $",{data.Targets[number].Row(row)[0]:R}"));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $",k{data.Targets["kind"].Row(row)[0]}\n"));
        }
    }
}
