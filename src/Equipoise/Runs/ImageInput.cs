using System.Text.Json.Nodes;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>An input of images from IDX files: grey values from 0 to 1, shape [height, width, 1].</summary>
/// <remarks>The image of a row is the one at the row's place in its file, or the one whose number (from 0) stands in a column. Several files are counted through.</remarks>
public sealed class ImageInput
{
    private readonly int[] _shape;

    private ImageInput(IReadOnlyList<string> files, string? column, int[] shape, float scale)
    {
        Files = files;
        Column = column;
        _shape = shape;
        Scale = scale;
    }

    /// <summary>The files, as the config names them.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The column with the image's number; null: the place of the row.</summary>
    public string? Column { get; }

    /// <summary>Shape of an image: [height, width, 1].</summary>
    public IReadOnlyList<int> Shape => _shape;

    /// <summary>What each number of the file is multiplied with.</summary>
    public float Scale { get; }

    /// <summary>Opens the files of an input.</summary>
    /// <exception cref="DataException">A file is missing or damaged, or the files have images of different sizes.</exception>
    internal static (ImageInput Input, IReadOnlyList<IdxArray> Arrays) Open(IReadOnlyList<string> files, string? column, string folder)
    {
        IdxArray[] arrays = [.. files.Select(file => IdxReader.Read(Path.Combine(folder, file)))];
        foreach (var array in arrays)
        {
            if (array.Shape.Count < 3) throw new DataException($"{array.Source}: images are wanted, [images, height, width], but the file holds [{string.Join(", ", array.Shape)}].");
            if (!array.Shape.Skip(1).SequenceEqual(arrays[0].Shape.Skip(1)))
                throw new DataException($"{array.Source} has images of [{string.Join(", ", array.Shape.Skip(1))}], but {arrays[0].Source} has images of [{string.Join(", ", arrays[0].Shape.Skip(1))}]. All images of an input have one size.");
        }
        int[] shape = [.. arrays[0].Shape.Skip(1)];
        if (shape.Length == 2) shape = [.. shape, 1];
        return (new ImageInput(files, column, shape, 1 / 255f), arrays);
    }

    /// <summary>The images of rows. <paramref name="places"/> are the rows' places in their file.</summary>
    internal NumbersColumn Encode(IReadOnlyList<IdxArray> arrays, Table table, IReadOnlyList<int> places, int fileRows)
    {
        int count = arrays.Sum(a => a.Rows), width = arrays[0].Width;
        if (Column is null && count != fileRows) throw new DataException($"{table.Source} has {fileRows} rows, but {string.Join(" + ", arrays.Select(a => a.Source))} {(arrays.Count == 1 ? "has" : "have")} {count} images. Name the column with the image's number, or give one image a row.");
        var values = new float[checked(table.Rows * width)];
        for (int row = 0; row < table.Rows; row++)
        {
            int image = Column is null ? places[row] : Number(table[Column], row, count);
            int file = 0;
            while (image >= arrays[file].Rows) image -= arrays[file++].Rows;
            for (int i = 0; i < width; i++) values[(row * width) + i] = arrays[file][(image * width) + i] * Scale;
        }
        return new NumbersColumn(values, _shape);
    }

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["files"] = new JsonArray([.. Files.Select(f => (JsonNode)f)]), ["shape"] = new JsonArray([.. _shape.Select(s => (JsonNode)s)]), ["scale"] = Scale };
        if (Column is not null) json["column"] = Column;
        return json;
    }

    internal static ImageInput Read(JsonObject json) => new([.. json["files"]!.AsArray().Select(f => (string)f!)], (string?)json["column"],
        [.. json["shape"]!.AsArray().Select(s => (int)s!)], (float)json["scale"]!);

    private static int Number(TableColumn column, int row, int count)
        => int.TryParse(column.Values[row], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) && number < count
            ? number
            : throw new DataException($"{column.Where(row)}: '{column.Values[row]}' is no number of an image. There are {count}, numbered from 0.");
}
