using System.Globalization;
using System.Text;
using Equipoise.Advice;

namespace Equipoise.Tests.Advice;

/// <summary>A folder of its own with a table and a config; goes away at the end.</summary>
public sealed class AdviceBox : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-advice-").FullName;

    public AdviceBox(string table) => File.WriteAllText(In("data.csv"), table);

    public string In(string file) => Path.Combine(_folder, file);

    /// <summary>A table of 400 rows by column: each gives the cell of a row. The first 300 rows train.</summary>
    public static string Table(params (string Name, Func<int, string> Cell)[] columns)
    {
        var text = new StringBuilder("split,x,").AppendJoin(',', columns.Select(c => c.Name)).Append('\n');
        for (int row = 0; row < 400; row++)
        {
            string split = row < 300 ? "train" : row < 350 ? "valid" : "test";
            text.Append(CultureInfo.InvariantCulture, $"{split},{Uniform(row, 1):0.0000},").AppendJoin(',', columns.Select(c => c.Cell(row))).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A number from 0 to 1 that looks drawn, the same in every run.</summary>
    public static double Uniform(int row, int stream)
    {
        ulong z = ((ulong)row * 0x9E3779B97F4A7C15UL) + ((ulong)stream * 0xBF58476D1CE4E5B9UL) + 0x94D049BB133111EBUL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return ((z ^ (z >> 31)) >> 11) / (double)(1UL << 53);
    }

    /// <summary>A normal number.</summary>
    public static double Normal(int row, int stream) => Math.Sqrt(-2 * Math.Log(1 - Uniform(row, stream))) * Math.Cos(2 * Math.PI * Uniform(row, stream + 1000));

    public static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The advice about a config with these outputs (indented by two spaces) and further keys.</summary>
    public AdviceReport Advise(string outputs, string further = "", string inputs = "[ {name: x, type: number} ]")
    {
        File.WriteAllText(In("a.yaml"), $"# first line\ndata: {{ source: data.csv, split: split }}\ninputs: {inputs}\noutputs:\n{outputs}\n{further}");
        return ConfigAdvice.Of(In("a.yaml"));
    }

    /// <summary>Carries the changes out and advises again.</summary>
    public AdviceReport WriteAndAdvise(AdviceReport report)
    {
        ConfigAdvice.Write(In("a.yaml"), report);
        return ConfigAdvice.Of(In("a.yaml"));
    }

    public string Config => File.ReadAllText(In("a.yaml"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
