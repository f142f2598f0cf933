namespace Equipoise.Tests;

/// <summary>Files of the repository, for tests of what is written in them.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    public static string Path(string path) => System.IO.Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(Path(path)).ReplaceLineEndings("\n");

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "Equipoise.slnx"))) folder = System.IO.Path.GetDirectoryName(folder);
        return folder ?? throw new FileNotFoundException("There is no Equipoise.slnx above the tests.");
    }
}
