// The rows that probes are fitted to and evaluated on: files through a model into clens_probe_rows, with the
// cells of the target column beside them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/options.h"
#include "engine/engine.h"

namespace clicklens::cli {

struct ProbeRows {
  Handle<clens_probe_rows> rows;
  std::vector<std::string> texts;  // of the target column, one per row kept; empty: the target is the click

  [[nodiscard]] std::uint64_t count() const { return clens_probe_rows_count(rows.get()); }
};

// Which users' rows are taken.
enum class ProbePart { all, fit, validation };

class ProbeData {
 public:
  // `options` outlives this.
  ProbeData(const ProbeOptions& options, const Model& model);

  ProbeRows read(const std::vector<std::string>& files, ProbePart part);

  [[nodiscard]] const std::vector<std::size_t>& values() const noexcept { return values_; }
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  // Of the last file read.
  [[nodiscard]] const std::string& cluster_column() const noexcept { return cluster_column_; }

 private:
  void add(ProbeRows& to, const Block& block, ProbePart part);
  [[nodiscard]] bool takes(std::uint64_t cluster, ProbePart part) const;

  const ProbeOptions& options_;
  const Model& model_;
  std::vector<std::string> names_;
  std::vector<std::size_t> values_;  // found together with their names
  Session session_;
  std::string cluster_column_;
  std::uint64_t row_ = 0;  // of the part being read
  std::vector<std::uint8_t> keep_;
  std::vector<std::uint64_t> own_clusters_;
};

}  // namespace clicklens::cli
