// What a host sends, by name, and how it binds to a model's features.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "encode/column.h"
#include "exec/batch.h"
#include "exec/model.h"

namespace clicklens::exec {

struct InputSpec {
  std::string name;
  encode::ColumnKind kind = encode::ColumnKind::keys;
};

class Inputs {
 public:
  static base::Result<Inputs> make(std::vector<InputSpec> specs);
  [[nodiscard]] const std::vector<InputSpec>& specs() const noexcept { return specs_; }
  // Index of the input with this name, or format::no_index.
  [[nodiscard]] std::uint32_t find(const std::string& name) const;

 private:
  std::vector<InputSpec> specs_;
  std::unordered_map<std::string, std::uint32_t> index_;
};

// Which features a batch's columns are read for.
enum class BindingScope : std::uint8_t { all = 0, candidates = 1 };

// Features to inputs, and the check of each batch against both.
class Binding {
 public:
  static base::Result<Binding> make(const Model& model, const Inputs& inputs, BindingScope scope = BindingScope::all);

  // `candidate_entries`: how many the columns of candidate scope have.
  // Checks all structure before any work: BAD_BATCH. Then columns() holds the batch's column of each
  // feature, null where it has none. Allocates nothing.
  base::Status bind(const Batch& batch, std::uint64_t candidate_entries) noexcept;
  [[nodiscard]] const encode::Column* const* columns() const noexcept { return columns_.data(); }
  // By feature, those as the caller sent them: of an encoded batch its originals.
  [[nodiscard]] const encode::Column* const* originals() const noexcept {
    return encoded_ ? originals_.data() : columns_.data();
  }
  [[nodiscard]] const std::vector<InputSpec>& specs() const noexcept { return specs_; }

 private:
  // What a batch's column of one input must be: small, and one behind the other, for every column asks.
  struct Wanted {
    std::uint64_t batch = 0;                   // the last that had a column for it
    std::uint32_t feature = format::no_index;  // no_index: no feature wants it
    std::uint32_t width = 0;                   // of a dense feature, else 0
    encode::ColumnKind kind = encode::ColumnKind::keys;
    format::Scope scope = format::Scope::pair;
    bool weighted = false;
  };
  base::Status bind_column(const encode::Column& column, bool encoded, const std::uint64_t (&entries)[3]) noexcept;
  void bind_originals(const Batch& batch) noexcept;
  [[nodiscard]] base::Status refusal(const encode::Column& column) const noexcept;

  const Model* model_ = nullptr;
  std::vector<InputSpec> specs_;
  std::vector<Wanted> wanted_;                    // by input
  std::uint64_t batch_ = 0;                       // counts those bound
  bool encoded_ = false;                          // the last was
  std::vector<const encode::Column*> columns_;    // by feature
  std::vector<const encode::Column*> originals_;  // by feature, of an encoded batch
};

}  // namespace clicklens::exec
