// `refine`: the model written again. Today: embedding tables in fewer bytes.
#include <algorithm>
#include <filesystem>

#include "commands/commands.h"
#include "engine/engine.h"
#include "error.h"

namespace clicklens::cli {
namespace {

const char* type_name(std::uint32_t type) noexcept {
  constexpr const char* names[] = {"f32", "f16", "bf16", "int8", "int4"};
  return type < std::size(names) ? names[type] : "?";
}

std::uint64_t size_of(const std::string& path) {
  std::error_code unreadable;
  const auto size = std::filesystem::file_size(path, unreadable);
  if (unreadable) throw Error(join({path, ": ", unreadable.message()}));
  return size;
}

// Indices of the named tables, all where none are named.
std::vector<std::size_t> chosen_tables(const Model& model, const RefineOptions& options) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < model.info().tables; ++i) {
    clens_table_info info = CLENS_TABLE_INFO_INIT;
    check(clens_model_table(model.get(), i, &info));
    names.emplace_back(info.name);
  }
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (options.only.empty() || std::count(options.only.begin(), options.only.end(), names[i]) > 0) chosen.push_back(i);
  for (const std::string& name : options.only)
    if (std::count(names.begin(), names.end(), name) == 0)
      throw Error(join({options.model, ": has no table '", name, "'"}));
  return chosen;
}

}  // namespace

RefineReport refine(const RefineOptions& options) {
  const Model model(options.model);
  RefineReport report;
  report.file = options.model;
  report.out = options.out;
  report.size_before = model.info().file_size;
  const std::vector<std::size_t> tables = chosen_tables(model, options);
  std::vector<clens_table_change> changes(tables.size(), CLENS_TABLE_CHANGE_INIT);
  check(clens_refine_tables(model.get(), options.rows, tables.data(), tables.size(), options.out.c_str(),
                            changes.data()));
  for (const clens_table_change& change : changes)
    report.tables.push_back(RefineReport::Table{change.name, type_name(change.from), type_name(change.to),
                                                change.bytes_before, change.bytes_after, change.largest_error,
                                                change.largest_error_row});
  report.size_after = size_of(options.out);
  return report;
}

}  // namespace clicklens::cli
