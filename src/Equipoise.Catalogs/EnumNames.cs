namespace Equipoise.Catalogs;

/// <summary>The values of an enumeration by the names that configs write.</summary>
public static class EnumNames
{
    /// <summary>The names in snake case, in the order of the values.</summary>
    public static string[] Of(Type enumeration)
    {
        string[] names = Enum.GetNames(enumeration);
        for (int i = 0; i < names.Length; i++) names[i] = SnakeCase.Of(names[i]);
        return names;
    }

    /// <summary>The value of a name, or null.</summary>
    public static object? Find(Type enumeration, string name)
    {
        int index = Array.IndexOf(Of(enumeration), name);
        return index < 0 ? null : Enum.Parse(enumeration, Enum.GetNames(enumeration)[index]);
    }

    /// <summary>What may be written, in words: <c>one of sum, mean</c>.</summary>
    public static string Range(Type enumeration) => $"one of {string.Join(", ", Of(enumeration))}";
}
