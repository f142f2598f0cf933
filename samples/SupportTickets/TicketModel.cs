using Equipoise.Balancing;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace SupportTickets;

/// <summary>Two answers about a ticket, from its title, its body and its tags: is it a priority, and which department should have it?</summary>
public static class TicketModel
{
    /// <summary>Learns from a table what turns tickets into numbers: the words, the tags, the departments.</summary>
    public static DatasetEncoder Encoder(Table train) => DatasetEncoder.Fit(train,
        [
            new DatasetInput("title", new TextEncoding { Length = 6, Vocabulary = 1_000 }, "title"),
            new DatasetInput("body", new TextEncoding { Length = 16, Vocabulary = 1_000 }, "body"),
            new DatasetInput("tags", new SetEncoding(), "tags"),
        ],
        [
            new DatasetTarget("priority", new BinaryTargetEncoding(One: "high"), "priority"),
            new DatasetTarget("department", new CategoryTargetEncoding(), "department"),
        ]);

    /// <summary>Title and body are read word by word; what they say and the tags are joined; each output is one layer on top.</summary>
    public static Model Build(DatasetEncoder encoder)
    {
        var title = Input.Tokens("title", encoder.Inputs["title"].Width, encoder.Inputs["title"].Vocabulary);
        var body = Input.Tokens("body", encoder.Inputs["body"].Width, encoder.Inputs["body"].Vocabulary);
        var tags = Input.Numbers("tags", encoder.Inputs["tags"].Width);

        var features = Node.Concatenate(
            title.Embedding(32, maskZero: true).Lstm(32),
            body.Embedding(32, maskZero: true).Lstm(32),
            tags);

        return new Model(
            inputs: [title, body, tags],
            outputs: [features.Dense(1).Named("priority"), features.Dense(encoder.Targets["department"].PredictionWidth).Named("department")],
            seed: 7);
    }

    /// <summary>A loss, a weight and metrics for each output.</summary>
    public static CompileOptions Options() => new()
    {
        Optimizer = new RmsProp(3e-3f),
        Outputs =
        {
            ["priority"] = new(new BinaryCrossentropy(FromLogits: true), Weight: 1.0) { Metrics = [new BinaryAccuracy()] },
            ["department"] = new(new SparseCategoricalCrossentropy(FromLogits: true), Weight: 0.2) { Metrics = [new Accuracy()] },
        },
        Balancer = new FixedWeights(),
        Seed = 7,
    };
}
