using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>Turns a column of a table into the labels of an output, and predictions back into words or units. It is saved with the run and never changes.</summary>
public abstract class TargetEncoder
{
    private protected TargetEncoder(string kind, string column)
    {
        Kind = kind;
        Column = column;
    }

    /// <summary>The name of its kind in <see cref="TargetEncodingCatalog"/>.</summary>
    public string Kind { get; }

    /// <summary>The column of the table that it reads.</summary>
    public string Column { get; }

    /// <summary>All columns that encoding needs: its own and, for a set with one, the mask.</summary>
    public virtual IReadOnlyList<string> NeededColumns => [Column];

    /// <summary>How many numbers the label of a row takes: 1, or the number of labels of a set.</summary>
    public virtual int TargetWidth => 1;

    /// <summary>How many numbers a prediction takes: the number of classes, of labels, or 1.</summary>
    public virtual int PredictionWidth => 1;

    /// <summary>The names of the classes or labels; empty for a number.</summary>
    public virtual IReadOnlyList<string> Labels => [];

    /// <summary>How many training rows have each label, in the order of <see cref="Labels"/>; empty for a number.</summary>
    public virtual IReadOnlyList<int> Counts => [];

    /// <summary>Encodes every row; a missing label is NaN. Oddities that are no mistakes, such as labels never seen in training, are counted in <paramref name="warnings"/>.</summary>
    /// <exception cref="DataException">Values that cannot be read, with file, line and column.</exception>
    public abstract TargetColumn Encode(Table table, ICollection<string>? warnings = null);

    /// <summary>All that is needed to make this encoder again, with <see cref="EncoderFile.ReadTarget"/>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["kind"] = Kind, ["column"] = Column };
        Write(json);
        return json;
    }

    private protected abstract void Write(JsonObject json);
}
