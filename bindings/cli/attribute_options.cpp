#include "attribute_options.h"

#include "arguments.h"
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
      {"--layer", {CLENS_ATTRIBUTION_CONDUCTANCE, CLENS_ATTRIBUTION_NEURON_GRADIENTS}},
      {"--steps", {CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, CLENS_ATTRIBUTION_CONDUCTANCE}},
      {"--tolerance", {CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS}},
      {"--draws", {CLENS_ATTRIBUTION_EXPECTED_GRADIENTS, CLENS_ATTRIBUTION_SMOOTHGRAD}},
      {"--seed", {CLENS_ATTRIBUTION_EXPECTED_GRADIENTS, CLENS_ATTRIBUTION_SMOOTHGRAD}},
      {"--noise", {CLENS_ATTRIBUTION_SMOOTHGRAD}},
  };
  const std::string seed = "--seed";  // also of what is drawn for --faithfulness
  for (const Read& read : all)
    if (command.get_option(read.option)->count() > 0 && !(options.faithfulness && read.option == seed) &&
        std::find(read.by.begin(), read.by.end(), options.method) == read.by.end())
      throw CLI::ValidationError(read.option, "not read by this method");
  const bool given_by = command.get_option("--by")->count() > 0;
  const bool conducts = options.method == CLENS_ATTRIBUTION_CONDUCTANCE;
  const bool of_neurons = options.method == CLENS_ATTRIBUTION_NEURON_GRADIENTS;
  if ((conducts || of_neurons) && options.layer.empty())
    throw CLI::RequiredError("--layer, whose neurons are looked at,");
  if (conducts && given_by) throw CLI::ValidationError("--by", "conductance is by the neurons of --layer");
  if (of_neurons && options.by == CLENS_LEVEL_ID) throw CLI::ValidationError("--by", "ids of neurons are too many");
  for (const char* target : {"--target", "--neuron", "--task"})
    if (of_neurons && command.get_option(target)->count() > 0)
      throw CLI::ValidationError(target, "neuron-gradients are of the neurons of --layer");
  if (options.row > 0 && (given_by || conducts || of_neurons))
    throw CLI::ValidationError("--row", "explains a row by group, feature and id");
  if (options.faithfulness && (conducts || of_neurons))
    throw CLI::ValidationError("--faithfulness", "is of parts of input columns");
  if (options.faithfulness && options.row > 0) throw CLI::ValidationError("--faithfulness", "is of all rows");
  if (command.get_option("--top")->count() > 0 && options.by != CLENS_LEVEL_ID)
    throw CLI::ValidationError("--top", "is of --by id");
  const bool based = command.get_option("--baseline")->count() > 0;
  const bool referred = command.get_option("--reference")->count() > 0;
  if (options.method == CLENS_ATTRIBUTION_ADDITIVE && (based || referred))
    throw CLI::ValidationError("--method", "additive has no baseline: what it leaves is the biases' part");
  if (options.method == CLENS_ATTRIBUTION_EXPECTED_GRADIENTS && based)
    throw CLI::ValidationError("--baseline", "expected-gradients starts from rows of the reference");
  if (options.zero_baseline && referred && !options.faithfulness && options.method != CLENS_ATTRIBUTION_SMOOTHGRAD)
    throw CLI::ValidationError("--reference", "a zero baseline takes nothing from it");
}

// Whether rows are told apart, and shares have clustered errors.
bool check_rows(const AttributeOptions& options) {
  const bool contrasted = !options.train.empty() && !options.test.empty();
  if (!contrasted && options.data.empty()) throw CLI::RequiredError("DATA, or --train and --test");
  if (!contrasted && options.rows_by.empty()) return false;
  const bool layered = !options.layer.empty();
  if (options.by != CLENS_LEVEL_GROUP || options.row > 0 || layered || options.faithfulness)
    throw CLI::ValidationError(contrasted ? "--train" : "--rows-by", "is by group alone");
  const auto& by = options.rows_by;
  if (options.target == CLENS_TARGET_NEURON && std::find(by.begin(), by.end(), "score") != by.end())
    throw CLI::ValidationError("--rows-by", "a neuron has no probability");
  return true;
}

// VALUE[COLUMN], as reports name neurons.
void read_neuron(const std::string& text, AttributeOptions& options) {
  const std::size_t open = text.rfind('[');
  const bool closed = open != std::string::npos && open > 0 && text.back() == ']';
  const std::string column = closed ? text.substr(open + 1, text.size() - open - 2) : std::string();
  if (column.empty() || column.size() > 9 || column.find_first_not_of("0123456789") != std::string::npos)
    throw CLI::ValidationError("--neuron", "a neuron is VALUE[COLUMN], such as l1[0]");
  options.target = CLENS_TARGET_NEURON;
  options.neuron = text.substr(0, open);
  options.neuron_column = static_cast<std::size_t>(to_whole(column));
}

}  // namespace

void add_attribute(CLI::App& app, const bool& json) {
  // Positions in these lists are the values of the enumerations.
  static const std::vector<std::string> methods = {
      "integrated-gradients", "expected-gradients", "smoothgrad", "deeplift", "ablation", "additive",
      "conductance",          "neuron-gradients"};
  static const std::vector<std::string> levels = {"group", "feature", "id", "dimension"},
                                        targets = {"logit", "probability"}, baselines = {"mean", "zero"},
                                        faithful = {"infidelity", "sensitivity"};
  auto options = std::make_shared<AttributeOptions>();
  CLI::App* command =
      app.add_subcommand("attribute", "Why rows have their scores, by methods that look at more than one gradient");
  add_data(*command, options->model, options->data, options->read);
  CLI::Option* data = command->get_option("DATA")->required(false);
  add_label_file(*command, options->read);
  command->add_option("--label", options->read.label_column, "Column of clicks (default: label, else click)");
  command->add_option("--cluster", options->read.cluster_column,
                      "Column that standard errors of shares cluster by (default: user_id, else the request)");
  command->add_option("--train", options->train, "Days the network was trained on")->excludes(data);
  command->add_option("--test", options->test, "Days it was not: contrasted with those of --train")->excludes(data);
  command
      ->add_option("--rows-by", options->rows_by,
                   "Groups' shares over rows of equal day, label, score (ranges of probability), column:NAME; several "
                   "by commas")
      ->delimiter(',')
      ->check(by_names());
  add_choice(*command, "--method", methods, "(default: integrated-gradients)",
             [options](std::size_t at) { options->method = static_cast<clens_attribution_method>(at); });
  add_choice(*command, "--by", levels, "What gets a part (default: group)",
             [options](std::size_t at) { options->by = static_cast<clens_saliency_level>(at); });
  add_choice(*command, "--target", targets, "Of what (default: logit)",
             [options](std::size_t at) { options->target = static_cast<clens_saliency_target>(at); });
  command
      ->add_option_function<std::string>(
          "--neuron", [options](const std::string& text) { read_neuron(text, *options); },
          "Of a neuron instead, such as l1[0]")
      ->excludes("--target");
  add_choice(*command, "--baseline", baselines,
             "What stands for nothing known: mean inputs of the reference, or no ids (default: mean)",
             [options](std::size_t at) { options->zero_baseline = at == 1; });
  command->add_option("--reference", options->reference,
                      "Data whose rows give means, deviations and starts of paths (default: the data themselves)");
  command->add_option("--layer", options->layer,
                      "Layer or value whose neurons conductance goes through, or neuron-gradients are of");
  add_whole(*command, "--steps", options->steps, {1, 1024}, "Along the path of integrated-gradients, conductance");
  command->add_option("--tolerance", options->tolerance, "Double the steps of rows whose gap is larger")
      ->check(CLI::PositiveNumber);
  add_whole(*command, "--draws", options->draws, {1, 1048576}, "Of expected-gradients, smoothgrad");
  add_whole(*command, "--seed", options->seed, {}, "Of the draws");
  command->add_option("--noise", options->noise, "Of smoothgrad, as a share of a group's standard deviation")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_choice(
      *command, "--faithfulness", faithful,
      "Also how far parts can be trusted: what they miss of the score's change when inputs move, squared; or how "
      "far they move themselves (Yeh et al. 2019)",
      [options](std::size_t at) { options->faithfulness = static_cast<clens_faithfulness>(at); });
  add_whole(*command, "--row", options->row, {1, std::uint64_t{1} << 62},
            "Explain this row (from 1) by group, feature and id")
      ->default_str("");
  add_whole(*command, "--top", options->top, {0, std::uint64_t{1} << 32},
            "Ids that are named, the largest first; 0: all");
  CLI::Option* task = command->add_option("--task", options->task, "Output to explain (default: the first)");
  command->get_option("--neuron")->excludes(task);
  command->callback([options, command, &json] {
    check_read(*command, *options);
    if (check_rows(*options)) return print(attribute_split(*options), json);
    if (options->row > 0) return print(attribute_row(*options), json);
    print(attribute(*options), json);
  });
}

}  // namespace clicklens::cli
