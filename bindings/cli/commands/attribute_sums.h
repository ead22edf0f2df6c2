// Parts of scores added up over the rows of a day, by column of a level or by id.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "commands/attribute_run.h"

namespace clicklens::cli {

// Of one column, over rows in order.
struct ColumnSums {
  std::uint64_t rows = 0;
  double absolute = 0, mean = 0, squares = 0, variance = 0;  // variance: sum of squared Monte-Carlo errors

  void add(double x, double error);
  // `total`: of |a| that shares are of.
  [[nodiscard]] AttributeReport::Column column(double total, bool has_draws) const;
};

// By group, feature, dimension, or a layer's neurons, each with what its input columns give it or alone.
class LevelSums {
 public:
  LevelSums(const AttributeRun& run, const AttributeOptions& options);
  void add(const AttributeRun& run, std::size_t rows);
  [[nodiscard]] std::vector<AttributeReport::Column> columns(bool has_draws) const;

 private:
  std::vector<std::string> names_, neurons_;  // neurons_: of gradients of each
  std::size_t each_ = 0;                      // columns that shares are of
  std::vector<ColumnSums> sums_;
};

// By id. Rows are those that have the id; ids twice in a bag count together.
class IdSums {
 public:
  void add(const AttributeRun& run, const BlockReader& reader, std::size_t rows);
  // The `top` ids with the largest shares (0: all), and what none carries.
  [[nodiscard]] std::vector<AttributeReport::Column> columns(std::size_t top, bool has_draws) const;
  [[nodiscard]] std::size_t ids() const noexcept { return ids_.size(); }

 private:
  struct Id {
    std::string feature, text;
    ColumnSums sums;
  };
  [[nodiscard]] std::size_t find(std::size_t feature, const std::string& name, const std::string& text);

  std::unordered_map<std::string, std::size_t> places_;
  std::vector<Id> ids_;
  ColumnSums rest_;
};

}  // namespace clicklens::cli
