// Composes a model for a test, writes it as a file and opens it. Weights are kept, so that a reference
// can compute from the same numbers.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "exec/model.h"
#include "support/tiny_model.h"

namespace clicklens::testing {

class ModelMaker {
 public:
  explicit ModelMaker(std::uint32_t seed = 1) : random(seed) { desc.name = "made"; }

  format::ModelDesc desc;
  std::vector<std::vector<float>> constants, tables;  // by index
  std::mt19937 random;

  float uniform(float low = -1.0f, float high = 1.0f);
  std::uint32_t below(std::uint32_t n) { return std::uniform_int_distribution<std::uint32_t>(0, n - 1)(random); }

  std::uint32_t constant(std::vector<std::uint64_t> shape, std::vector<float> values);
  std::vector<float> draw(std::size_t count, float scale = 1.0f);

  std::uint32_t sparse(const std::string& name, format::Scope scope, std::uint32_t rows,
                       format::Pooling pooling = format::Pooling::sum, bool weighted = false);
  std::uint32_t dense(const std::string& name, format::Scope scope, std::uint32_t width);
  std::uint32_t table(std::uint32_t rows, std::uint32_t dim);
  // Rows of another type, drawn as they are stored; `tables` has their numbers by the format's definition. What is
  // drawn after it is as if they were floats.
  std::uint32_t table(std::uint32_t rows, std::uint32_t dim, format::ElementType type);
  void replace_constant(std::uint32_t index, std::vector<float> values);
  void replace_table(std::uint32_t index, std::vector<float> values);
  // A segment as it will be written, to be changed; `constants` and `tables` do not follow.
  std::vector<std::byte>& bytes(std::uint32_t segment) { return segments_[segment]; }

  // The value a new node makes.
  std::uint32_t node(format::OperatorDesc op, std::vector<std::uint32_t> inputs);
  std::uint32_t bag(std::uint32_t feature, std::uint32_t table);
  std::uint32_t linear(std::uint32_t input, std::uint32_t in, std::uint32_t out, bool bias = true);
  std::uint32_t activation(format::ActivationKind kind, std::uint32_t input);
  void output(const std::string& name, std::uint32_t logit) { desc.outputs.push_back({name, logit}); }

  // Writes the model to `path`; the status of what went wrong otherwise.
  base::Status write(const std::string& path) const;

  // The opened model; null (and a test failure) when it cannot be.
  [[nodiscard]] std::shared_ptr<exec::Model> open() const;

  base::Limits limits;

 private:
  static std::vector<std::byte> bytes_of(const std::vector<float>& values);
  std::uint32_t segment(const std::vector<float>& values);
  std::uint32_t add_table(format::ElementType type, std::uint32_t rows, std::uint32_t dim, std::uint32_t stride,
                          std::vector<float> values);
  std::vector<std::vector<std::byte>> segments_;
};

}  // namespace clicklens::testing
