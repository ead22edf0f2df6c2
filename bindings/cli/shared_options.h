// Options that several commands have.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "commands/options.h"
#include "print/print.h"

namespace clicklens::cli {

template <class Report>
void print(const Report& report, bool json) {
  json ? print_json(report) : print_text(report);
}

inline void add_requests(CLI::App& app, ReadOptions& read) {
  auto* request =
      app.add_option("--request", read.request_column,
                     "Consecutive rows equal in this column are one request (default: request_id if there)");
  app.add_flag("--single-rows", read.single_rows, "Every row is its own request")->excludes(request);
}

// For commands that read recordings too.
inline void add_label_file(CLI::App& app, ReadOptions& read) {
  app.add_option_function<std::string>(
         "--labels", [&read](const std::string& path) { read.label_file = std::make_shared<LabelFile>(path); },
         "For recordings: CSV with columns request_key, candidate and label, and others that options name")
      ->check(CLI::ExistingFile);
}

inline void add_data(CLI::App& app, std::string& model, std::vector<std::string>& data, ReadOptions& read) {
  app.add_option("MODEL", model, "Model file (.clens)")->required();
  app.add_option("DATA", data, "CSV or TSV files, plain or gzip; several: days in order")->required();
  add_requests(app, read);
}

inline void add_threads(CLI::App& app, unsigned& threads) {
  add_whole(app, "--threads", threads, {1, 64}, "Threads that score");
}

inline void add_labels(CLI::App& command, ReadOptions& read) {
  add_label_file(command, read);
  read.labels = true;
  command.add_option("--label", read.label_column, "Column of clicks (default: label, else click)");
  command.add_option("--cluster", read.cluster_column,
                     "Column that standard errors cluster by (default: user_id, else the request)");
}

// What rows may have in common.
inline CLI::Validator by_names() {
  return {[](const std::string& text) {
            const bool known = text == "day" || text == "label" || text == "score";
            const bool column = text.rfind("column:", 0) == 0 && text.size() > 7;
            return known || column ? std::string() : std::string("must be day, label, score or column:NAME");
          },
          "BY"};
}

inline CLI::Validator share() {
  return {[](const std::string& text) {
            double rate = 0;
            const bool fits = CLI::detail::lexical_cast(text, rate) && rate > 0 && rate <= 1;
            return fits ? std::string() : std::string("must be in (0, 1]");
          },
          "SHARE"};
}

}  // namespace clicklens::cli
