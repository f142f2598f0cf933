using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>Turns columns of a table into an input, with what was learned from the training part. It is saved with the run and never changes.</summary>
public abstract class InputEncoder
{
    private protected InputEncoder(string kind, IReadOnlyList<string> columns)
    {
        Kind = kind;
        Columns = columns;
    }

    /// <summary>The name of its kind in <see cref="InputEncodingCatalog"/>.</summary>
    public string Kind { get; }

    /// <summary>The columns of the table that it reads.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The kind of column that it makes.</summary>
    public abstract InputForm Form { get; }

    /// <summary>Numbers: how many a row has. Indices: the length of a row. Bag: the vocabulary.</summary>
    public abstract int Width { get; }

    /// <summary>How many indices there are, for indices and bags; 0 for numbers.</summary>
    public virtual int Vocabulary => 0;

    /// <summary>What each number, index or feature stands for, for explanations.</summary>
    public abstract IReadOnlyList<string> Features { get; }

    /// <summary>Encodes every row. Oddities that are no mistakes, such as values never seen in training, are counted in <paramref name="warnings"/>.</summary>
    /// <exception cref="DataException">Values that cannot be read, with file, line and column.</exception>
    public abstract InputColumn Encode(Table table, ICollection<string>? warnings = null);

    /// <summary>All that is needed to make this encoder again, with <see cref="EncoderFile.ReadInput"/>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["kind"] = Kind, ["columns"] = EncoderJson.Array(Columns) };
        Write(json);
        return json;
    }

    private protected abstract void Write(JsonObject json);
}
