using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Layers;

namespace Equipoise.Configs;

/// <summary>One input: the columns it reads, how they are encoded, and its own layers.</summary>
public sealed record InputConfig : ConfigPart
{
    /// <summary>The type that reads images from IDX files.</summary>
    public const string ImageType = "image";

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The columns it reads; empty: the one called like the input.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The type: an entry of <see cref="InputEncodingCatalog"/>, or <c>image</c>; null: found out from the data.</summary>
    public string? Type { get; init; }

    /// <summary>How it is encoded; null until the type is known.</summary>
    public InputEncoding? Encoding { get; init; }

    /// <summary>Its own layers, from its encoded values to what the trunk gets; null: usual ones for its type.</summary>
    public IReadOnlyList<Layer>? Layers { get; init; }

    /// <summary>The shared encoder that it goes through in place of own layers; null: none.</summary>
    public string? Encoder { get; init; }

    /// <summary>For images: IDX files, one after the other, relative to the folder of the config. A row's image is the one at the row's place, or the one whose number (from 0) is in the input's column.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    internal static ConfigSection<InputConfig> Section { get; } = new("an input", new InputConfig(),
        Keys.Text<InputConfig>("name", "its name, and its column if no other is given", (x, v) => x with { Name = v }),
        Keys.Text<InputConfig>("column", "the column that it reads", (x, v) => x with { Columns = [v] }),
        Keys.Texts<InputConfig>("columns", "the columns that it reads together", (x, v) => x with { Columns = v }),
        Keys.Text<InputConfig>("type", "number, category, ordered_category, binary, set, text, bag or image; found out from the data", (x, v) => x with { Type = v }),
        Keys.Layers<InputConfig>("layers", "its own layers; usual ones for its type", (x, v) => x with { Layers = v }),
        Keys.Text<InputConfig>("encoder", "a shared encoder, from 'encoders', in place of own layers", (x, v) => x with { Encoder = v }),
        Keys.Texts<InputConfig>("images", "for images: IDX files, one after the other; the column, if given, holds the number of the image", (x, v) => x with { Images = v }));

    internal static InputConfig Read(SettingNode node, string path, Problems problems)
    {
        var input = Section.Read(node, path, problems, EncodingKeys.OfInput);
        if (input.Node.Entries is null) return input;
        if (input.Name.Length == 0 && input.Columns.Count == 1) input = input with { Name = input.Columns[0] };
        if (input.Name.Length == 0 && !input.Says("name")) problems.Add(node.Mark, path, "The 'name' of the input is missing.");
        if (input.Says("column") && input.Says("columns")) input.Report(problems, "columns", "Give either 'column' or 'columns', not both.");
        if (input.Layers is not null && input.Encoder is not null) input.Report(problems, "encoder", "An input with a shared encoder has no layers of its own. Remove one of the two.");
        if (input.Type is { } type)
        {
            input = input with { Type = EncodingKeys.Canonical(type) };
            if (input.Type == ImageType)
            {
                if (input.Images.Count == 0) input.Report(problems, "type", "An image input needs 'images': the IDX files.");
            }
            else if (InputEncodingCatalog.Catalog.TryFind(input.Type) is null)
            {
                string[] known = [.. InputEncodingCatalog.Catalog.Names, ImageType];
                input.Report(problems, "type", $"There is no input type called '{type}'. {Suggestion.Advice(type, known)}");
            }
            else input = input with { Encoding = EncodingKeys.ReadInput(input, input.Type, problems) };
        }
        else if (input.Images.Count > 0) input = input with { Type = ImageType };
        return input;
    }
}
