// The neurons of one model over data sets, for `neurons` and `report`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "commands/inside_reports.h"
#include "commands/options.h"
#include "engine/engine.h"

namespace clicklens::cli {

class NeuronsRun {
 public:
  // `options` outlives this.
  explicit NeuronsRun(const NeuronsOptions& options);

  struct Seen {
    Handle<clens_neurons> neurons;
    NeuronsReport::Part part;
  };
  // All rows of the files, as one data set; `also`, where there is one, sees every block.
  Seen read(const std::vector<std::string>& files, const std::function<void(const Block&)>& also = {});
  void describe(const clens_neurons* neurons, NeuronsReport::Part& part) const;
  [[nodiscard]] std::size_t layers() const noexcept { return values_.size(); }
  [[nodiscard]] const Model& model() const noexcept { return model_; }
  [[nodiscard]] const std::vector<std::size_t>& values() const noexcept { return values_; }
  [[nodiscard]] const std::string& task() const { return model_.tasks()[task_]; }

 private:
  void watch(const std::string& name) {
    std::size_t value = 0;
    check(clens_model_find_value(model_.get(), name.c_str(), &value));
    values_.push_back(value);
  }
  [[nodiscard]] Handle<clens_neurons> create(bool clustered) const;
  void add(clens_neurons* neurons, const Block& block, std::uint64_t first_row) const;

  const NeuronsOptions& options_;
  Model model_;
  std::size_t task_;
  std::vector<std::size_t> values_;
  std::optional<Session> session_;
};

}  // namespace clicklens::cli
