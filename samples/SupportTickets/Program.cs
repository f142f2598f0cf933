using System.Globalization;
using Equipoise.Data;
using Equipoise.Training;
using SupportTickets;

// 1. Data: 4,000 made-up tickets to train on, 1,000 to look at while training, 1,000 for the end.
var train = TicketMaker.Make(4_000, seed: 1);
var encoder = TicketModel.Encoder(train);
Dataset trainSet = encoder.Encode(train);
Dataset validSet = encoder.Encode(TicketMaker.Make(1_000, seed: 2));
Dataset testSet = encoder.Encode(TicketMaker.Make(1_000, seed: 3));

// 2. A network with three inputs and two outputs.
var model = TicketModel.Build(encoder);
Console.WriteLine(model.Describe());

// 3. Training, with a line an epoch: the loss equation on tickets that were not trained on.
using var training = model.Compile(TicketModel.Options());
History history = training.Fit(trainSet, new FitOptions { Epochs = 4, BatchSize = 32, Validation = validSet });
foreach (var epoch in history.Epochs) Console.WriteLine($"epoch {epoch.Epoch}: {epoch.Validation!.Equation(names: true)}");

// 4. What each output costs, and how good it is.
EvaluationResult test = training.Evaluate(testSet);
Console.WriteLine();
Console.WriteLine($"{"output",-12}{"labelled",10}{"raw loss",10}{"weight",8}{"share",8}  metrics");
foreach (var term in test.Account.Outputs)
{
    var metrics = test.Metrics.Where(m => m.Output == term.Output).Select(m => $"{m.Name} {m.Value.ToString("0.000", CultureInfo.InvariantCulture)}");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{term.Output,-12}{term.Labelled,10}{term.RawLoss,10:0.0000}{term.Weight,8:0.###}{term.Share,8:P0}  {string.Join(", ", metrics)}"));
}
