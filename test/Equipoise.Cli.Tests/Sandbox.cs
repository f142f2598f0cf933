using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Equipoise.Cli.Tests;

/// <summary>A folder of its own with a small data file, and calls of the tool in it. Goes away at the end.</summary>
public sealed class Sandbox : IDisposable
{
    public const string GoodConfig = """
        data: { source: stones.csv, split: split }
        inputs:
          - { name: sizes, type: number, columns: [x, y] }
        trunk: [ {dense: 8, activation: linear, kernel_regularizer: {l2: 0.001}} ]
        outputs:
          - { name: price, type: number, weight: 0.5 }
          - { name: kind, type: category, class_weights: balanced }
          - { name: sold, type: binary }
          - { name: tags, type: set }
        training: { optimizer: {adam: {learning_rate: 0.02}}, epochs: 3, batch: 16, seed: 7, workers: 2 }
        """;

    public Sandbox()
    {
        Folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;
        Write("stones.csv", Table());
    }

    public string Folder { get; }

    public string Runs => Path.Combine(Folder, "runs");

    /// <summary>The folder of encoded data; none unless a test sets it.</summary>
    public string? CacheFolder { get; set; }

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>Runs the tool; a name of a file in the folder may begin with @.</summary>
    public int Call(params string[] args) => Call(CancellationToken.None, args);

    public int Call(CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = Program.Run([.. args.Select(a => a.StartsWith('@') ? In(a[1..]) : a)], output, error, CacheFolder, cancellation);
        Output = output.ToString();
        Error = error.ToString();
        return code;
    }

    /// <summary>Trains a config, as the file equipoise.yaml.</summary>
    public int Train(string config, params string[] further)
    {
        Write("equipoise.yaml", config);
        return Call(["train", "@equipoise.yaml", "--runs", Runs, .. further]);
    }

    /// <summary>The only run folder.</summary>
    public string Run => Directory.EnumerateDirectories(Runs).Single();

    public string In(string file) => Path.Combine(Folder, file);

    public void Write(string file, string text) => File.WriteAllText(In(file), text);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>240 stones: two sizes, a price and a kind that follow from them, whether sold, tags; some labels are missing.</summary>
    public static string Table(Func<int, string, string>? change = null)
    {
        var text = new StringBuilder("split,x,y,price,kind,sold,tags\n");
        for (int i = 0; i < 240; i++)
        {
            double x = ((i * 37) % 101) / 10.0, y = ((i * 53) % 89) / 10.0;
            string split = i % 10 < 8 ? "train" : i % 10 == 8 ? "valid" : "test";
            string price = i % 7 == 3 ? "" : ((3 * x) - y + 5).ToString("0.00", CultureInfo.InvariantCulture);
            string kind = x > y + 2 ? "long" : y > x + 2 ? "high" : "even";
            string sold = x + y > 9 ? "yes" : "no";
            string tags = string.Join(" ", ((string[])[x > 5 ? "wide" : "", y > 4 ? "tall" : "", (i % 3) == 0 ? "old" : ""]).Where(t => t.Length > 0));
            string line = string.Create(CultureInfo.InvariantCulture, $"{split},{x},{y},{price},{kind},{sold},{tags}");
            text.Append(change is null ? line : change(i, line)).Append('\n');
        }
        return text.ToString();
    }
}
