// Random models: features of every scope and pooling, then a random graph of all operators, values of
// several fields among them.
#pragma once

#include "support/model_maker.h"

namespace clicklens::testing {

class RandomModel {
 public:
  explicit RandomModel(std::uint32_t seed);

  ModelMaker maker;

 private:
  struct Known {
    std::uint32_t value, columns, fields = 1;
  };
  Known any() { return known_[maker.below(static_cast<std::uint32_t>(known_.size()))]; }
  void know(std::uint32_t value, std::uint32_t columns, std::uint32_t fields = 1);

  void add_feature(std::uint32_t f);

  std::uint32_t table(std::uint32_t dim);

  std::uint32_t add_sparse(const std::string& name, format::Scope scope);

  // Bags of one width, seen as [fields, width], and their sum.
  void add_fields();

  Known some_fields();
  Known many_fields();
  void add_interaction();
  void add_broadcast();
  void add_attention();
  void add_select();
  void add_mix();
  void add_sequence();
  void add_gru();
  void add_norm(Known x);
  void add_function(Known x);
  std::uint32_t two_inputs(std::vector<std::uint32_t> both);
  void add_concat();

  // The latest values side by side: what reaches them reaches a task.
  Known join_last();

  // Two linears of one value, joined again.
  void add_fork();

  void add_node();

  std::uint32_t activation(Known x);

  Known same_shape(Known x);

  void add_output(const std::string& name, Known x);

  std::vector<Known> known_;
  std::uint32_t next_feature_ = 0;
};

}  // namespace clicklens::testing
