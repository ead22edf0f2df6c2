#include "commands/probe_concepts.h"

#include <algorithm>
#include <map>

#include "data/cell.h"
#include "error.h"

namespace clicklens::cli {
namespace {

constexpr std::size_t few_numbers = 32;

bool is_binary(const std::map<std::string, std::uint64_t>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const auto& c) { return c.first == "0" || c.first == "1"; });
}

bool is_number(const std::map<std::string, std::uint64_t>& cells) {
  return cells.size() > few_numbers &&
         std::all_of(cells.begin(), cells.end(), [](const auto& c) { return parse_float(c.first).has_value(); });
}

}  // namespace

void Concept::label(ProbeRows& rows) const {
  if (!from_text) return;
  std::vector<std::uint8_t> labels;
  std::vector<float> numbers;
  for (const std::string& text : rows.texts) {
    if (!numeric) {
      labels.push_back(is_category ? text == category : text == "1");
      continue;
    }
    const auto number = parse_float(text);
    if (!number) throw Error(join({"column '", name, "': '", text, "' is not a number, as all fitted to were"}));
    numbers.push_back(*number);
  }
  check(clens_probe_rows_relabel(rows.rows.get(), numeric ? nullptr : labels.data(), numeric ? numbers.data() : nullptr,
                                 rows.texts.size()));
}

void choose_columns(ProbeOptions& options, const Model& model, ProbeReport& report) {
  const BlockReader first(options.fit.front(), model.features(), options.read, model.get());
  const bool is_click = options.target.empty() || options.target == first.label_column();
  if (!is_click) options.read.text_column = options.target;
  options.read.optional_labels = !is_click;
  if (options.read.control_column.empty()) options.read.control_column = first.cluster_column();
  report.fit = options.fit;
  report.eval = options.eval;
  report.target = is_click ? first.label_column() : options.target;
  report.control_column = options.read.control_column;
}

std::vector<Concept> find_concepts(const ProbeOptions& options, const ProbeRows& rows) {
  if (options.read.text_column.empty()) return {Concept{"click", {}, false, false, false}};
  const std::string& column = options.read.text_column;
  std::map<std::string, std::uint64_t> cells;
  for (const std::string& text : rows.texts) ++cells[text];
  if (cells.size() < 2) throw Error(join({"column '", column, "': has fewer than two values in the rows fitted to"}));
  if (is_binary(cells)) return {Concept{column, {}, true, false, false}};
  if (is_number(cells)) return {Concept{column, {}, true, true, false}};
  std::vector<std::pair<std::string, std::uint64_t>> by_count(cells.begin(), cells.end());
  std::stable_sort(by_count.begin(), by_count.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<Concept> concepts;
  for (const auto& [text, count] : by_count) {
    if (concepts.size() == options.top) break;
    concepts.push_back(Concept{join({column, "=", text}), text, true, false, true});
  }
  return concepts;
}

}  // namespace clicklens::cli
