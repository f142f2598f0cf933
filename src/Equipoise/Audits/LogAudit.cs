namespace Equipoise.Audits;

/// <summary>An audit of a training log: where the total loss comes from, part by part.</summary>
/// <param name="Log">The log.</param>
/// <param name="Parts">The answers, training first.</param>
public sealed record LogAudit(TrainingLog Log, IReadOnlyList<PartAudit> Parts)
{
    private const int FewestLines = 2;

    /// <summary>Reads and audits a log.</summary>
    /// <exception cref="AuditException">It cannot be read, has no total or no parts, or too few lines.</exception>
    public static LogAudit Of(string path, AuditOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Of(TrainingLog.Read(path, options.Format), options);
    }

    /// <summary>Audits a log.</summary>
    /// <exception cref="AuditException">It has no total or no parts, or too few lines.</exception>
    public static LogAudit Of(TrainingLog log, AuditOptions options)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(options);
        var found = new List<(LogTable Table, ColumnRoles Roles)>();
        foreach (var table in log.Tables)
        {
            if (ColumnRoles.Find(table, options) is { } roles) found.Add((table, roles));
        }
        if (found.Count == 0) throw ColumnRoles.Missing(log, options);
        foreach (string name in options.Weights.Keys)
        {
            string[] known = [.. found.SelectMany(f => f.Roles.Parts).Distinct()];
            if (PartAuditor.Claimed(known, options.Weights, name) < 0)
                throw new AuditException($"{log.Path}: a weight is claimed for '{name}', which is not among the parts ({string.Join(", ", known)}). {Catalogs.Suggestion.Advice(name, known)}");
        }
        var parts = new List<PartAudit>();
        int most = 0;
        foreach (var (table, roles) in found)
        {
            var (data, rows) = AuditData.Of(table, roles);
            most = Math.Max(most, data.Rows);
            if (data.Rows >= FewestLines) parts.Add(new PartAuditor(table, roles, data, rows, options).Audit());
        }
        if (parts.Count == 0)
            throw new AuditException($"{log.Path}: {(most == 0 ? "no line has" : $"only {most} line has")} '{found[0].Roles.Total}' and all of {string.Join(", ", found[0].Roles.Parts.Select(p => $"'{p}'"))} together; an audit needs {FewestLines} or more.");
        return new LogAudit(log, parts);
    }
}
