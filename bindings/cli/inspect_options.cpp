#include "inspect_options.h"

#include <cstdio>

#include "commands/commands.h"
#include "shared_options.h"

namespace clicklens::cli {

void add_inspect(CLI::App& app, const bool& json) {
  static const std::vector<std::string> formats = {"dot", "mermaid"};  // by clens_graph_format
  auto options = std::make_shared<InspectOptions>();
  CLI::App* command = app.add_subcommand("inspect", "What a model file holds");
  command->add_option("MODEL", options->model, "Model file (.clens)")->required();
  CLI::Option* verify =
      command->add_flag("--verify", options->verify, "Checksum every segment and run the stored self-test");
  CLI::Option* replay =
      command->add_flag("--selftest", options->self_test, "Replay the stored self-test rows: there must be some");
  CLI::Option* cost = command->add_flag("--cost", options->cost, "Count what scoring a batch takes");
  add_whole(*command, "--candidates", options->costs.candidates, {1, 1000000000}, "Candidates of the batch")
      ->needs(cost);
  add_whole(*command, "--requests", options->costs.requests, {0, 1000000000},
            "Requests they belong to; 0: every candidate is its own")
      ->needs(cost);
  add_whole(*command, "--ids", options->costs.ids, {1, 100000}, "Ids per sparse feature")->needs(cost);
  command->add_option("--roofline", options->costs.roofline, "File of `bench --roofline --json`: foretell the time")
      ->needs(cost);
  add_choice(*command, "--graph", formats, "The graph alone, as text for Graphviz (dot) or Mermaid",
             [options](std::size_t at) { options->graph = static_cast<clens_graph_format>(at); });
  CLI::Option* graph = command->get_option("--graph");
  graph->excludes(verify)->excludes(replay)->excludes(cost);
  command->callback([options, graph, &json] {
    if (graph->count() == 0) return print(inspect(*options), json);
    if (json) throw CLI::ValidationError("--json", "excludes --graph");
    std::fputs(inspect_graph(*options).c_str(), stdout);
  });
}

}  // namespace clicklens::cli
