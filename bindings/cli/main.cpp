// The `clicklens` command: arguments in, one command run, its report printed. Exit status 0, 1 (data or
// model error, one line on stderr), 2 (usage).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "attribute_options.h"
#include "commands/commands.h"
#include "delta_options.h"
#include "diagnose_options.h"
#include "error.h"
#include "inspect_options.h"
#include "print/shown.h"
#include "recording_options.h"
#include "refine_options.h"
#include "report_options.h"
#include "shared_options.h"

namespace {

using namespace clicklens::cli;

constexpr int data_error = 1, usage_error = 2;

// `names`: all of precision_names, or the first of them.
void add_precision(CLI::App& app, clens_precision& precision, const std::vector<std::string>& names, const char* help) {
  add_choice(app, "--precision", names, help,
             [&precision](std::size_t at) { precision = static_cast<clens_precision>(at); });
}

void add_score(CLI::App& app, const bool& json) {
  auto options = std::make_shared<ScoreOptions>();
  CLI::App* command = app.add_subcommand("score", "Click probabilities, one line a row");
  add_data(*command, options->model, options->data, options->read);
  add_threads(*command, options->threads);
  command->add_option("--out,-o", options->out, "File to write, complete or not at all; -: standard output")
      ->check(not_empty());
  add_precision(*command, options->precision, precision_names,
                "Of linears of several outputs (default: f32; recommended: what the file says)");
  command->add_option("--full-precision", options->full_precision,
                      "Values of linears that stay in f32 all the same, as evaluate --precision names them");
  command->callback([options, &json] {
    options->json = json;
    const ScoreReport report = score(*options);
    if (options->out != "-") print(report, json);
  });
}

void add_evaluate(CLI::App& app, const bool& json) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command = app.add_subcommand("evaluate", "AUC, log loss, calibration by day");
  add_data(*command, options->model, options->data, options->read);
  add_threads(*command, options->threads);
  options->read.labels = true;
  add_label_file(*command, options->read);
  command->add_option("--label", options->read.label_column, "Column of clicks (default: label, else click)");
  command->add_option("--group-by", options->read.group_column, "Column whose groups GAUC averages over");
  command->add_option("--cluster", options->read.cluster_column,
                      "Column that standard errors cluster by (default: user_id, else the request)");
  command->add_option("--negative-rate", options->negative_rate, "Share of negatives kept by sampling")
      ->check([](const std::string& text) {
        double rate = 0;
        const bool fits = CLI::detail::lexical_cast(text, rate) && rate > 0 && rate <= 1;
        return fits ? std::string() : std::string("must be in (0, 1]");
      });
  command->add_flag("--correct-scores", options->correct_scores,
                    "The model was trained on sampled negatives: p' = p / (p + (1 - p) / rate)");
  command->add_option("--task", options->task, "Output to evaluate (default: the first)");
  static const std::vector<std::string> measured = {"f32", "int8", "bf16"};
  add_precision(*command, options->precision, measured,
                "In place of the above: what this precision costs, and which linears should stay in f32. Reads a file "
                "at a time into memory");
  command->add_option("--auc-loss", options->auc_loss, "With --precision: AUC that may be lost")
      ->check(CLI::PositiveNumber)
      ->needs("--precision")
      ->capture_default_str();
  for (const char* other : {"--group-by", "--cluster", "--negative-rate", "--correct-scores"})
    command->get_option("--precision")->excludes(command->get_option(other));
  command->callback([options, &json] {
    if (options->precision == CLENS_PRECISION_F32)
      print(evaluate(*options), json);
    else
      print(precision(*options), json);
  });
}

void add_saliency(CLI::App& app, const bool& json) {
  static const std::vector<std::string> methods = {"centred", "gradient-x-input", "gradient-l1", "gradient-l2"};
  static const std::vector<std::string> targets = {"logit", "probability"};
  auto options = std::make_shared<SaliencyOptions>();
  CLI::App* command = app.add_subcommand("saliency", "What moves the score, by feature group");
  add_data(*command, options->model, options->data, options->read);
  CLI::Option* data = command->get_option("DATA");
  data->required(false);
  CLI::Option* train = command->add_option("--train", options->train, "Days the network was trained on");
  CLI::Option* test = command->add_option("--test", options->test, "Days it was not: contrasted with those of --train");
  CLI::Option* by =
      command
          ->add_option("--by", options->by,
                       "Also by day, label, score (ranges of probability), column:NAME; several by commas. "
                       "Shares then have clustered standard errors")
          ->delimiter(',')
          ->check(by_names());
  data->excludes(train)->excludes(test);
  add_labels(*command, options->read);
  add_threads(*command, options->threads);
  // Positions in these lists are the values of the enumerations.
  add_choice(*command, "--method", methods, "What is measured (default: centred)",
             [options](std::size_t at) { options->method = static_cast<clens_saliency_method>(at); });
  add_choice(*command, "--target", targets, "Of what (default: logit)",
             [options](std::size_t at) { options->target = static_cast<clens_saliency_target>(at); });
  command->add_option("--reference", options->reference,
                      "Data that centred saliency takes its means from (default: the data themselves)");
  add_whole(*command, "--row", options->row, {1, std::uint64_t{1} << 62},
            "Explain this row (from 1) by group, feature and id")
      ->default_str("");
  command->add_option("--task", options->task, "Output to explain (default: the first)");
  command->callback([options, data, train, test, by, &json] {
    if (!options->reference.empty() && options->method != CLENS_SALIENCY_CENTRED)
      throw CLI::ValidationError("--reference", "only --method centred takes means from reference data");
    const bool contrasted = train->count() > 0 && test->count() > 0;
    if (!contrasted && data->count() == 0) throw CLI::RequiredError("DATA, or --train and --test");
    if (options->row > 0 && (contrasted || by->count() > 0))
      throw CLI::ValidationError("--row", "explains a row of DATA, without --by");
    if (contrasted || by->count() > 0)
      print(saliency_sums(*options), json);
    else if (options->row > 0)
      print(explain(*options), json);
    else
      print(saliency(*options), json);
  });
}

void add_importance(CLI::App& app, const bool& json) {
  auto options = std::make_shared<ImportanceOptions>();
  static const std::vector<std::string> methods = {"permutation", "ablation"};
  CLI::App* command =
      app.add_subcommand("importance", "The AUC lost when a feature group is permuted, or ablated, day by day");
  add_data(*command, options->model, options->data, options->read);
  add_threads(*command, options->threads);
  add_labels(*command, options->read);
  command->add_option("--train", options->train, "Days the network was trained on: which groups does it memorise?");
  add_choice(*command, "--method", methods,
             "A group is permuted between rows, or its pooled values are the day's mean (default: permutation)",
             [options](std::size_t at) { options->method = static_cast<clens_importance_method>(at); });
  add_whole(*command, "--draws", options->draws, {1, 10000}, "Permutations of each group");
  add_whole(*command, "--seed", options->seed, {1, std::uint64_t{1} << 62}, "Of the permutations");
  command->add_option("--task", options->task, "Output that AUC is of (default: the first)");
  command->callback([options, &json] { print(importance(*options), json); });
}

void add_neurons(CLI::App& app, const bool& json) {
  auto options = std::make_shared<NeuronsOptions>();
  CLI::App* command = app.add_subcommand("neurons", "What every neuron does: activity, spread, dead and equal ones");
  add_data(*command, options->model, options->data, options->read);
  add_labels(*command, options->read);
  options->read.optional_labels = true;
  command->add_option("--compare", options->compare, "Files to hold against DATA, each by itself");
  command->add_option("--layer", options->layers, "Layers or values to watch (default: every layer)");
  command->add_option("--count-every", options->count_every, "Quantiles and AUC from one row in so many")
      ->check(CLI::Range(1u, 1000000u))
      ->capture_default_str();
  command->add_option("--sample-rows", options->sample_rows, "Rows kept whole for ranks, duplicates and CKA")
      ->check(CLI::Range(2u, 1000000u))
      ->capture_default_str();
  command->add_flag("--prove", options->prove, "Which neurons the weights keep from firing, whatever the ids");
  command->add_option("--task", options->task, "Output whose logit is the score (default: the first)");
  command->callback([options, &json] { print(neurons(*options), json); });
}

void add_drift(CLI::App& app, const bool& json) {
  auto options = std::make_shared<DriftOptions>();
  CLI::App* command = app.add_subcommand("drift", "What changed: profiles of reference days against a live one");
  command->add_option("PROFILES", options->profiles, "Profiles of `profile`: REFERENCE... LIVE")
      ->required()
      ->expected(2, 1000);
  command->add_option("--model", options->model, "The profiled model: traces moved neurons to feature groups");
  command->add_option("--prometheus", options->prometheus, "File to write, complete or not at all, for Prometheus")
      ->check(not_empty());
  command->callback([options, &json] { print(drift(*options), json); });
}

void add_diff(CLI::App& app, const bool& json) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "Two models on the same rows: scores, layers, saliency");
  command->add_option("A", options->a, "Model file (.clens)")->required();
  command->add_option("B", options->b, "Another")->required();
  command->add_option("DATA", options->data, "CSV or TSV files, plain or gzip")->required();
  add_requests(*command, options->read);
  add_labels(*command, options->read);
  options->read.optional_labels = true;
  command->add_option("--sample-rows", options->sample_rows, "Rows kept whole for CKA and neurons' counterparts")
      ->check(CLI::Range(2u, 1000000u))
      ->capture_default_str();
  command->add_option("--task", options->task, "Output to compare (default: the first)");
  command->callback([options, &json] { print(diff(*options), json); });
}

void add_probe(CLI::App& app, const bool& json) {
  auto options = std::make_shared<ProbeOptions>();
  CLI::App* command = app.add_subcommand("probe", "What every layer knows: a linear classifier on each");
  command->add_option("MODEL", options->model, "Model file (.clens)")->required();
  command->add_option("--fit", options->fit, "Files to fit on; best a day the network was not trained on")->required();
  command->add_option("--eval", options->eval, "Files to evaluate on, each by itself")->required();
  add_requests(*command, options->read);
  add_labels(*command, options->read);
  command->add_option("--target", options->target, "Column to predict in place of clicks");
  command->add_option("--top", options->top, "Categories of the target, most frequent first")->capture_default_str();
  command->add_option("--group-by", options->read.group_column, "Column whose groups GAUC averages over");
  command->add_option("--control", options->read.control_column,
                      "Column whose ids get the control task's random labels (default: that of --cluster)");
  command->add_option("--draws", options->draws, "Draws of each control; 0: none")
      ->check(CLI::Range(0u, 1000u))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of the controls")->capture_default_str();
  command->add_option("--layer", options->layers, "Layers or values to probe (default: every layer and the logit)");
  command->add_option("--lambda", options->lambda, "L2 penalty (default: chosen on a fifth of the users fitted to)")
      ->check(CLI::PositiveNumber);
  command->add_option("--negative-rate", options->negative_rate, "Share of negatives kept by sampling")
      ->check(CLI::Range(1e-9, 1.0));
  command->add_option("--user-share", options->user_share, "Share of the users to fit on, drawn by hash")
      ->check(CLI::Range(1e-9, 1.0))
      ->capture_default_str();
  command->add_flag("--in-sample", options->in_sample, "Files may be both fitted to and evaluated on");
  command->add_option("--save", options->save, "Write the (first) probe to this file");
  command->add_option("--attach", options->attach, "Write the model with the (first) probe in it to this file");
  auto* exit = command->add_option("--exit", options->exit_layer, "Also report early exit at this layer");
  command->add_option("--bound", options->exit_bound, "Logit below which candidates stop there")->needs(exit);
  command->callback([options, &json] { print(probe(*options), json); });
}

void read_only(const std::string& text, ReadOptions& read) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) throw CLI::ValidationError("--only", "must be COLUMN=VALUE");
  read.only_column = text.substr(0, equals);
  read.only_value = text.substr(equals + 1);
}

void add_profile(CLI::App& app, const bool& json) {
  auto options = std::make_shared<ProfileOptions>();
  CLI::App* command =
      app.add_subcommand("profile", "What traffic looks like to a model, as a file that merges exactly");
  add_data(*command, options->model, options->data, options->read);
  add_labels(*command, options->read);
  options->read.optional_labels = true;
  command->add_option("--out,-o", options->out, "File to write, complete or not at all")
      ->required()
      ->check(not_empty());
  command->add_flag("!--no-neurons", options->neurons, "Leave neurons out");
  command->add_option("--layer", options->layers, "Layers or values of which neurons are kept (default: every layer)");
  CLI::Option* saliency = command->add_flag("--saliency", options->saliency, "Also which groups move the score");
  CLI::Option* reference =
      command->add_option("--reference", options->reference, "Data that saliency is centred on (default: DATA)");
  reference->needs(saliency);
  command->add_option("--means-of", options->means_of, "A profile that this one is to be merged with: the same means")
      ->needs(saliency)
      ->excludes(reference);
  add_whole(*command, "--every", options->every, {1, 1u << 30}, "Profile one row in so many, picked by hash");
  add_whole(*command, "--count-every", options->count_every, {1, 1u << 30},
            "Neurons' quantiles from one row in so many");
  add_whole(*command, "--sample", options->sample_rows, {1, 1u << 20}, "Rows of neurons kept whole");
  add_whole(*command, "--first-row", options->first_row, {0, std::uint64_t{1} << 62},
            "Number of the first row: parts of one data set need their own");
  command->add_option("--task", options->task, "Output that saliency explains (default: the first)");
  command->add_option_function<std::string>(
      "--only", [options](const std::string& text) { read_only(text, options->read); },
      "COLUMN=VALUE: rows with this cell alone, to be held against profiles of others; they are numbered among "
      "themselves");
  command->callback([options, &json] { print(profile(*options), json); });
}

void add_merge(CLI::App& app, const bool& json) {
  auto options = std::make_shared<MergeOptions>();
  CLI::App* command = app.add_subcommand("merge", "Add profiles up, exactly and in any order");
  command->add_option("PROFILE", options->profiles, "Files of `profile`, of one model and equal options")->required();
  command->add_option("--out,-o", options->out, "File to write, complete or not at all")
      ->required()
      ->check(not_empty());
  command->callback([options, &json] { print(clicklens::cli::merge(*options), json); });
}

void add_synth(CLI::App& app, const bool& json) {
  auto options = std::make_shared<SynthOptions>();
  CLI::App* command = app.add_subcommand("synth", "Write synthetic days of labelled clicks");
  add_whole(*command, "--days", options->days, {1, 9999}, "Days")->required();
  add_whole(*command, "--rows", options->rows, {1, 1000000000}, "Rows a day")->required();
  add_whole(*command, "--seed", options->seed, {}, "Seed: same seed, same bytes")->required();
  command->add_option("--out", options->out, "Folder for day=01.tsv and so on")->required()->check(not_empty());
  add_whole(*command, "--drift-day", options->drift_day, {}, "First drifted day; 0: none");
  add_switch(*command, "--noise", options->noise, "0: leave the column out");
  add_switch(*command, "--memo", options->memo, "0: leave the column out");
  command->add_flag("--gzip", options->gzip, "Write .tsv.gz");
  command->callback([options, &json] { print(synthesise(*options), json); });
}

void add_bench(CLI::App& app, const bool& json) {
  auto options = std::make_shared<BenchOptions>();
  auto machine = std::make_shared<RooflineOptions>();
  CLI::App* command = app.add_subcommand("bench", "Latency of one request with made-up ids, or what a core can do");
  CLI::Option* model = command->add_option("MODEL", options->model, "Model file (.clens)");
  CLI::Option* roofline =
      command
          ->add_flag("--roofline", options->roofline, "Measure arithmetic, caches, memory and random rows of one core")
          ->excludes(model);
  add_whole(*command, "--memory", machine->memory_mib, {1, 65536}, "MiB of its largest table (default: chosen)")
      ->needs(roofline)
      ->default_str("");
  add_whole(*command, "--candidates", options->candidates, {1, 1000000}, "Candidates of the request");
  add_whole(*command, "--ids", options->ids, {1, 1000}, "Ids per sparse feature");
  add_whole(*command, "--runs", options->runs, {1, 10000000}, "Runs measured");
  command->callback([options, machine, &json] {
    if (options->roofline) return print(clicklens::cli::roofline(*machine), json);
    if (options->model.empty()) throw CLI::RequiredError("MODEL");
    print(bench(*options), json);
  });
}

int run(int argc, char** argv) {
  CLI::App app("clicklens: scores of click-through-rate models, what happens inside, and why");
  app.require_subcommand(1);
  app.fallthrough();
  bool json = false;
  app.add_flag("--json", json, "JSON instead of tables");
  app.set_version_flag("--version", clens_version_string());
  add_inspect(app, json);
  add_score(app, json);
  add_evaluate(app, json);
  add_saliency(app, json);
  add_attribute(app, json);
  add_importance(app, json);
  add_neurons(app, json);
  add_drift(app, json);
  add_diagnose(app, json);
  add_diff(app, json);
  add_delta(app, json);
  add_probe(app, json);
  add_profile(app, json);
  add_merge(app, json);
  add_report(app, json);
  add_refine(app, json);
  add_record(app, json);
  add_replay(app, json);
  add_synth(app, json);
  add_bench(app, json);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage_error;
  }
  if (std::fflush(stdout) != 0) throw Error("standard output: cannot write");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond `ulimit -f` is an error with its name, not our end
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "clicklens: %s\n", clicklens::cli::shown(error.what()).c_str());
    return data_error;
  }
}
