#include "recording_options.h"

#include "commands/commands.h"
#include "error.h"
#include "shared_options.h"

namespace clicklens::cli {

void add_record(CLI::App& app, const bool& json) {
  auto options = std::make_shared<RecordOptions>();
  CLI::App* command = app.add_subcommand("record", "Score days and write what a serving host would have recorded");
  add_data(*command, options->model, options->data, options->read);
  add_threads(*command, options->threads);
  command->add_option("--out,-o", options->out, "Files are PREFIX-00000001.clrec and so on")
      ->required()
      ->check(not_empty());
  command->add_option("--sample-rate", options->sample_rate, "Share of requests, by hash of their key")->check(share());
  add_whole(*command, "--file-bytes", options->file_bytes, {1024, std::uint64_t{1} << 40},
            "Size from which files follow");
  add_whole(*command, "--files", options->files, {1, 1000000}, "Files kept");
  command->add_flag("--no-scores{false}", options->scores, "Leave the scores out");
  command->add_option("--labels-out", options->labels_out, "Write labels by request_key and candidate to this CSV file")
      ->check(not_empty());
  command->add_option("--label", options->read.label_column, "Column of clicks (default: label, else click)");
  command->add_option("--cluster", options->read.cluster_column, "Column written beside the labels (default: user_id)");
  command->add_option("--group-by", options->read.group_column, "Another column written beside them");
  command->callback([options, &json] { print(record(*options), json); });
}

void add_replay(CLI::App& app, const bool& json) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command =
      app.add_subcommand("replay", "Run recordings again: metrics, neurons, scores, or a check of them");
  command->add_option("FILE", options->data, "Recordings")->required();
  command->add_option("--model", options->model, "Model file (.clens)")->required();
  add_threads(*command, options->threads);
  add_labels(*command, options->read);
  command->add_option("--group-by", options->read.group_column, "Column of the labels whose groups GAUC averages over");
  command->add_option("--negative-rate", options->negative_rate, "Share of negatives kept by sampling")->check(share());
  command->add_option("--task", options->task, "Output that metrics and neurons are of (default: the first)");
  command
      ->add_option("--score", options->score_out, "Write probabilities by request_key and candidate to this CSV file")
      ->check(not_empty());
  CLI::Option* check =
      command->add_flag("--check", options->check,
                        "Hold scores to those recorded, bit for bit (the default where nothing else is asked for)");
  command->add_flag("--neurons", options->neurons, "The report of `neurons` alone")
      ->excludes(check)
      ->excludes("--score");
  command->callback([options, &json] {
    if (options->neurons) {
      auto of = std::make_shared<NeuronsOptions>();
      of->model = options->model;
      of->task = options->task;
      of->data = options->data;
      of->read = options->read;
      of->read.optional_labels = true;
      return print(neurons(*of), json);
    }
    const ReplayReport report = replay(*options);
    print(report, json);
    if (report.check && report.check->different > 0)
      throw Error(join({std::to_string(report.check->different), " of ", std::to_string(report.check->rows),
                        " scores are not those recorded"}));
  });
}

}  // namespace clicklens::cli
