#include "diagnose_options.h"

#include <memory>

#include "commands/commands.h"
#include "shared_options.h"

namespace clicklens::cli {

void add_diagnose(CLI::App& app, const bool& json) {
  auto options = std::make_shared<DiagnoseOptions>();
  options->read.block_rows = diagnosed_block_rows;
  CLI::App* command = app.add_subcommand("diagnose", "What is wrong with a model, and what to do about it");
  command->add_option("MODEL", options->model, "Model file (.clens)")->required();
  command->add_option("--train", options->train, "Days the network was trained on")->required();
  command->add_option("--hold", options->hold,
                      "Rows of those days that were held out of training (default: the first of --test)");
  command->add_option("--test", options->test, "Later days; two or more: probes and drift, too")->required();
  add_requests(*command, options->read);
  add_labels(*command, options->read);
  command->add_option("--group-by", options->read.group_column, "Column whose values calibration is split by");
  add_threads(*command, options->threads);
  add_whole(*command, "--draws", options->draws, {1, 1000}, "Permutations of each group");
  add_whole(*command, "--seed", options->seed, {1, std::uint64_t{1} << 62}, "Of the permutations");
  command->add_option("--task", options->task, "Output to diagnose (default: the first)");
  command->callback([options, &json] { print(diagnose(*options), json); });
}

}  // namespace clicklens::cli
