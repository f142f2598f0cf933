using System.Globalization;
using System.Text;
using Equipoise.Configs;

namespace Equipoise.Tests.Trials;

/// <summary>A folder with a small table: two numbers in; a number, a class of three and a yes or no out.</summary>
internal sealed class SmallData : IDisposable
{
    public SmallData(int rows = 120)
    {
        var text = new StringBuilder("split,a,b,y,kind,size\n");
        for (int r = 0; r < rows; r++)
        {
            double a = (r * 37 % 101) / 10.0, b = (r * 53 % 97) / 10.0;
            string y = r % 7 == 2 ? "" : ((2 * a) - b).ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{(r % 5 == 0 ? "valid" : r % 5 == 1 ? "test" : "train")},{a},{b},{y},{(a + b > 12 ? "high" : a + b > 7 ? "middle" : "low")},{(a > 5 ? "big" : "small")}\n");
        }
        File.WriteAllText(Path.Combine(Folder, "data.csv"), text.ToString());
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    /// <summary>The usual config, with further lines.</summary>
    public Config Config(string further = "", int epochs = 3) => Equipoise.Configs.Config.Read($$$"""
        data: { source: data.csv, split: split }
        inputs: [ {name: sides, type: number, columns: [a, b]} ]
        trunk: [ {dense: 8, activation: tanh} ]
        outputs:
          - { name: y, type: number, metrics: [mae, r2] }   # the number
          - { name: kind, type: category }
          - { name: size, type: binary }
        training: { epochs: {{{epochs}}}, batch: 16, optimizer: {adam: {learning_rate: 0.02}}, seed: 3, workers: 1 }
        {{{further}}}
        """, Path.Combine(Folder, "config.yaml"));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
