#include "refine_options.h"

#include "commands/commands.h"
#include "shared_options.h"

namespace clicklens::cli {
namespace {

CLI::Validator share_below_one() {
  return {[](const std::string& text) {
            double x = 0;
            return CLI::detail::lexical_cast(text, x) && x > 0 && x < 1 ? std::string()
                                                                        : std::string("must be in (0, 1)");
          },
          "SHARE"};
}

void add_prune(CLI::App& command, const std::shared_ptr<RefineOptions>& options) {
  static const std::vector<std::string> kinds = {"proven", "dead", "weak", "duplicate"};
  command
      .add_option_function<std::vector<std::string>>(
          "--prune",
          [options](const std::vector<std::string>& names) {
            for (const std::string& name : names) {
              if (name == "proven") options->prune_proven = true;
              if (name == "dead") options->prune |= CLENS_PRUNE_DEAD;
              if (name == "weak") options->prune |= CLENS_PRUNE_WEAK;
              if (name == "duplicate") options->prune |= CLENS_PRUNE_DUPLICATE;
            }
          },
          "Neurons that cannot fire (proven: same bits), or by --learn: never fired, say little, or what another says")
      ->check(CLI::IsMember(&kinds))
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--weak-below", options->weak_below, "Of the layer's strongest neuron: what counts as weak")
      ->check(share_below_one())
      ->capture_default_str();
}

void check_asked(const CLI::App& command, const RefineOptions& options) {
  const auto given = [&command](const char* option) { return command.get_option(option)->count() > 0; };
  const bool edits = !options.drop.empty() || options.prune_proven || options.prune != 0 || options.fold ||
                     !options.cut_at.empty() || options.calibrate || options.rows || options.precision;
  if (options.out.empty()) throw CLI::RequiredError("--out");
  if (!edits)
    throw CLI::RequiredError(
        "An edit: --drop-group, --prune, --cut-at, --calibrate, --fold-batch-norm, --tables or --precision");
  if (!options.drop.empty() && options.means.empty() && options.learn.empty())
    throw CLI::RequiredError("--means or --learn, data that --drop-group takes means from,");
  if (options.learn.empty() && (options.prune != 0 || options.calibrate || options.precision))
    throw CLI::RequiredError("--learn, data that --prune (but for proven), --calibrate and --precision learn from,");
  if (given("--only") && !options.rows) throw CLI::ValidationError("--only", "names tables of --tables");
  if (given("--means") && options.drop.empty()) throw CLI::ValidationError("--means", "is for --drop-group");
}

}  // namespace

void add_refine(CLI::App& app, const bool& json) {
  // Positions are the values of the enumerations.
  static const std::vector<std::string> types = {"f32", "f16", "bf16", "int8", "int4"};
  static const std::vector<std::string> methods = {"platt", "isotonic"};
  static const std::vector<std::string> precisions = {"int8", "bf16"};
  auto options = std::make_shared<RefineOptions>();
  CLI::App* command = app.add_subcommand("refine", "Edit the model into a new file, and say what that costs");
  command->add_option("MODEL", options->model, "Model file (.clens)")->required();
  CLI::Option* out =
      command->add_option("OUT", options->out, "File to write, complete or not at all")->check(not_empty());
  command->add_option("--out,-o", options->out, "The same as an option")->check(not_empty())->excludes(out);
  command
      ->add_option("--drop-group", options->drop, "Take this feature group out, its inputs at their mean; repeatable")
      ->allow_extra_args(false);
  command->add_option("--means", options->means, "Data that these means come from (default: --learn)");
  command->add_option(
      "--cut-at", options->cut_at,
      "Score by the probe of this layer, and leave out what is behind it (fitted to --learn; without, the "
      "one that the file carries)");
  add_prune(*command, options);
  command->add_flag("--fold-batch-norm", options->fold, "Into the linears before; changes the scores' last bits");
  add_choice(*command, "--tables", types, "Rows of embedding tables as f16, bf16, int8, int4, or f32 again",
             [options](std::size_t at) { options->rows = static_cast<std::uint32_t>(at); });
  command->add_option("--only", options->only, "These tables alone");
  add_choice(*command, "--calibrate", methods, "Fit scale and shift, or rising pieces, of the logit to --learn",
             [options](std::size_t at) { options->calibrate = static_cast<clens_calibration_method>(at); });
  add_choice(
      *command, "--precision", precisions,
      "Recommend this to sessions that ask for the recommended precision, without the linears that lose too much "
      "AUC on --learn; days of --data are then scored in it",
      [options](std::size_t at) { options->precision = static_cast<clens_precision>(at + 1); });
  command->add_option("--auc-loss", options->auc_loss, "With --precision: AUC that may be lost")
      ->check(CLI::PositiveNumber)
      ->needs("--precision")
      ->capture_default_str();
  command->add_option("--learn", options->learn, "Data that edits learn from");
  command->add_option("--data", options->data, "Days to hold the model before and after against each other");
  add_requests(*command, options->read);
  add_labels(*command, options->read);
  options->read.optional_labels = true;
  add_threads(*command, options->threads);
  command->add_option("--negative-rate", options->negative_rate, "Share of negatives kept by sampling")->check(share());
  command->add_option("--task", options->task, "Output to cut, calibrate and compare (default: the first)");
  command->callback([options, command, &json] {
    check_asked(*command, *options);
    print(refine(*options), json);
  });
}

}  // namespace clicklens::cli
