#include "report_options.h"

#include "commands/commands.h"
#include "data/atomic_file.h"
#include "print/report_html.h"
#include "shared_options.h"

namespace clicklens::cli {
namespace {

void write_page(const ReportFigures& figures, const std::string& path) {
  AtomicFile file(path);
  file.write(report_html(figures));
  file.commit();
}

}  // namespace

void add_report(CLI::App& app, const bool& json) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand("report", "Everything about some checkpoints on one page of HTML");
  command->add_option("MODEL", options->models, "Model files (.clens): checkpoints, in order")->required();
  command->add_option("--train", options->train, "Days the models were trained on")->required();
  command->add_option("--test", options->test, "Later days; several: the first is what probes are fitted on")
      ->required();
  command->add_option("--out,-o", options->out, "Page to write, complete or not at all; may be left out with --json")
      ->check(not_empty());
  command
      ->add_option("--diagnosis", options->diagnoses,
                   "Findings made before (diagnose --json), one file per model; without it they are made now")
      ->check(CLI::ExistingFile);
  add_requests(*command, options->read);
  add_labels(*command, options->read);
  command->add_option("--task", options->task, "Output to report (default: the first)");
  add_whole(*command, "--draws", options->draws, {0, 1000}, "Draws of the probes' controls; 0: none");
  add_threads(*command, options->threads);
  command->callback([options, &json] {
    if (options->out.empty() && !json) throw CLI::RequiredError("--out");
    if (!options->diagnoses.empty() && options->diagnoses.size() != options->models.size())
      throw CLI::ValidationError("--diagnosis", "one file per model is wanted");
    const ReportFigures figures = report(*options);
    if (!options->out.empty()) write_page(figures, options->out);
    if (json) return print_json(figures);
    print_text(figures, options->out);
  });
}

}  // namespace clicklens::cli
