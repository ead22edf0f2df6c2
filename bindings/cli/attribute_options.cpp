#include "attribute_options.h"

#include "commands/commands.h"
#include "shared_options.h"

namespace clicklens::cli {
namespace {

// Options that say how a method goes about it, and the methods that read them.
struct Read {
  const char* option;
  std::vector<clens_attribution_method> by;
};

void check_read(const CLI::App& command, const AttributeOptions& options) {
  static const std::vector<Read> all = {
      {"--layer", {CLENS_ATTRIBUTION_CONDUCTANCE}},
      {"--steps", {CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, CLENS_ATTRIBUTION_CONDUCTANCE}},
      {"--tolerance", {CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS}},
      {"--draws", {CLENS_ATTRIBUTION_EXPECTED_GRADIENTS, CLENS_ATTRIBUTION_SMOOTHGRAD}},
      {"--seed", {CLENS_ATTRIBUTION_EXPECTED_GRADIENTS, CLENS_ATTRIBUTION_SMOOTHGRAD}},
      {"--noise", {CLENS_ATTRIBUTION_SMOOTHGRAD}},
  };
  for (const Read& read : all)
    if (command.get_option(read.option)->count() > 0 &&
        std::find(read.by.begin(), read.by.end(), options.method) == read.by.end())
      throw CLI::ValidationError(read.option, "not read by this method");
  if (options.method == CLENS_ATTRIBUTION_CONDUCTANCE && options.layer.empty())
    throw CLI::RequiredError("--layer, whose neurons conductance is by,");
  if (options.method == CLENS_ATTRIBUTION_CONDUCTANCE && command.get_option("--by")->count() > 0)
    throw CLI::ValidationError("--by", "conductance is by the neurons of --layer");
  const bool based = command.get_option("--baseline")->count() > 0;
  const bool referred = command.get_option("--reference")->count() > 0;
  if (options.method == CLENS_ATTRIBUTION_ADDITIVE && (based || referred))
    throw CLI::ValidationError("--method", "additive has no baseline: what it leaves is the biases' part");
  if (options.method == CLENS_ATTRIBUTION_EXPECTED_GRADIENTS && based)
    throw CLI::ValidationError("--baseline", "expected-gradients starts from rows of the reference");
  if (options.zero_baseline && referred && options.method != CLENS_ATTRIBUTION_SMOOTHGRAD)
    throw CLI::ValidationError("--reference", "a zero baseline takes nothing from it");
}

}  // namespace

void add_attribute(CLI::App& app, const bool& json) {
  // Positions in these lists are the values of the enumerations.
  static const std::vector<std::string> methods = {
      "integrated-gradients", "expected-gradients", "smoothgrad", "deeplift", "ablation", "additive", "conductance"};
  static const std::vector<std::string> levels = {"group", "feature"}, targets = {"logit", "probability"},
                                        baselines = {"mean", "zero"};
  auto options = std::make_shared<AttributeOptions>();
  CLI::App* command =
      app.add_subcommand("attribute", "Why rows have their scores, by methods that look at more than one gradient");
  add_data(*command, options->model, options->data, options->read);
  add_label_file(*command, options->read);
  add_choice(*command, "--method", methods, "(default: integrated-gradients)",
             [options](std::size_t at) { options->method = static_cast<clens_attribution_method>(at); });
  add_choice(*command, "--by", levels, "What gets a part (default: group)",
             [options](std::size_t at) { options->by = static_cast<clens_saliency_level>(at); });
  add_choice(*command, "--target", targets, "Of what (default: logit)",
             [options](std::size_t at) { options->target = static_cast<clens_saliency_target>(at); });
  add_choice(*command, "--baseline", baselines,
             "What stands for nothing known: mean inputs of the reference, or no ids (default: mean)",
             [options](std::size_t at) { options->zero_baseline = at == 1; });
  command->add_option("--reference", options->reference,
                      "Data whose rows give means, deviations and starts of paths (default: the data themselves)");
  command->add_option("--layer", options->layer, "Layer or value whose neurons conductance goes through");
  add_whole(*command, "--steps", options->steps, {1, 1024}, "Along the path of integrated-gradients, conductance");
  command->add_option("--tolerance", options->tolerance, "Double the steps of rows whose gap is larger")
      ->check(CLI::PositiveNumber);
  add_whole(*command, "--draws", options->draws, {1, 1048576}, "Of expected-gradients, smoothgrad");
  add_whole(*command, "--seed", options->seed, {}, "Of the draws");
  command->add_option("--noise", options->noise, "Of smoothgrad, as a share of a group's standard deviation")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--task", options->task, "Output to explain (default: the first)");
  command->callback([options, command, &json] {
    check_read(*command, *options);
    print(attribute(*options), json);
  });
}

}  // namespace clicklens::cli
