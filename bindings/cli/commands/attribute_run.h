// What `attribute` runs: one method on one target, block by block, at any level.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/attribute_reference.h"
#include "commands/reports.h"

namespace clicklens::cli {

const char* attribution_name(clens_attribution_method method) noexcept;

class AttributeRun {
 public:
  // Reads the reference data where the method needs them.
  explicit AttributeRun(const AttributeOptions& options);

  void run(const Block& block, clens_saliency_level level);
  // Of the last run. At level ID row r's values are those from offsets()[r] on.
  [[nodiscard]] const std::vector<float>& values() const noexcept { return values_; }
  [[nodiscard]] const std::vector<float>& errors() const noexcept { return errors_; }  // empty: nothing is drawn
  [[nodiscard]] const std::vector<clens_attribution_info>& infos() const noexcept { return infos_; }
  [[nodiscard]] const std::vector<std::uint64_t>& offsets() const noexcept { return offsets_; }
  [[nodiscard]] const clens_counts& counts() const noexcept { return out_.counts; }

  // Of the rows of a block, as asked for.
  std::vector<float> faithfulness(const Block& block);
  [[nodiscard]] const Model& model() const noexcept { return model_; }
  [[nodiscard]] bool has_draws() const noexcept;
  // Neurons of the layer that the method looks at; 0: it looks at none.
  [[nodiscard]] std::size_t neurons() const;
  // What was asked for, in words.
  void describe(AttributeHead& head) const;

 private:
  [[nodiscard]] bool refers() const;
  [[nodiscard]] const std::vector<std::string>& reference_files() const;
  void make_explainer();
  void take_reference();
  [[nodiscard]] std::size_t count_values(const Block& block);

  const AttributeOptions& options_;
  Model model_;
  Handle<clens_explainer> explainer_;
  std::optional<Session> counting_;  // of ids
  Reference reference_;
  clens_attribution_spec spec_ = CLENS_ATTRIBUTION_SPEC_INIT;
  std::vector<float> values_, errors_;
  std::vector<clens_attribution_info> infos_;
  std::vector<std::uint64_t> offsets_;
  clens_attribution out_ = CLENS_ATTRIBUTION_INIT;
};

}  // namespace clicklens::cli
