// A host of the tiny model, through the C ABI alone: inputs in an order of their own, one of which no
// feature wants, a batch over vectors, and what each candidate must score, computed in double.
#pragma once

#include <clicklens/clicklens.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "support/tiny_model.h"

namespace clicklens::testing {

struct ReleaseHandle {
  void operator()(clens_model* handle) const { clens_model_release(handle); }
  void operator()(clens_inputs* handle) const { clens_inputs_release(handle); }
  void operator()(clens_session* handle) const { clens_session_release(handle); }
  void operator()(clens_cache* handle) const { clens_cache_release(handle); }
  void operator()(clens_writer* handle) const { clens_writer_release(handle); }
  void operator()(clens_refiner* handle) const { clens_refiner_release(handle); }
  void operator()(clens_neurons* handle) const { clens_neurons_release(handle); }
  void operator()(clens_probe* handle) const { clens_probe_release(handle); }
  void operator()(clens_probe_rows* handle) const { clens_probe_rows_release(handle); }
  void operator()(clens_vocabulary* handle) const { clens_vocabulary_release(handle); }
  void operator()(clens_explainer* handle) const { clens_explainer_release(handle); }
};
template <class T>
using HandleOf = std::unique_ptr<T, ReleaseHandle>;

std::string last_error();

std::string session_error(const clens_session* session);

class TinyHost {
 public:
  enum Input : std::uint32_t { ad, unused, match, user };  // not the order of the features

  explicit TinyHost(const std::vector<std::size_t>& requests = {3, 0, 2});

  [[nodiscard]] const char* path() const { return path_.c_str(); }
  [[nodiscard]] clens_model* model() const { return model_.get(); }
  [[nodiscard]] clens_inputs* inputs() const { return inputs_.get(); }
  [[nodiscard]] std::size_t candidates() const { return ads.size(); }

  [[nodiscard]] HandleOf<clens_session> session(const clens_session_options* options = nullptr) const;
  // With gradients, captures of the hidden layer and of the user's bag.
  [[nodiscard]] HandleOf<clens_session> seeing_session(std::uint32_t strands = 1) const;

  // What the batch says about one of its columns; may be changed by a test.
  [[nodiscard]] clens_column& column(Input input);
  void drop(Input input);
  std::vector<clens_column>& columns() { return columns_; }
  [[nodiscard]] clens_batch batch() const;

  [[nodiscard]] std::vector<float> run(clens_session* session, clens_output_kind kind = CLENS_OUTPUT_LOGIT) const;

  [[nodiscard]] std::size_t request_of(std::size_t candidate) const;
  // Inputs of the network: user's bag, ad's bag, standardised match.
  [[nodiscard]] std::vector<double> pooled(std::size_t candidate) const;
  [[nodiscard]] std::vector<double> hidden(std::size_t candidate) const;
  [[nodiscard]] double logit(std::size_t candidate) const;
  [[nodiscard]] std::span<const float> constant(std::size_t index) const;

  std::vector<std::uint64_t> users;  // one per request
  std::vector<std::uint32_t> ads;    // one per candidate
  std::vector<float> matches;        // two per candidate
  std::vector<std::int64_t> offsets;

 private:
  void fill(const std::vector<std::size_t>& requests);
  void add_column(Input input, clens_column_kind kind, clens_value_type type, const void* values, std::size_t count);

  TemporaryPath path_;
  TinyModel data_;
  HandleOf<clens_model> model_;
  HandleOf<clens_inputs> inputs_;
  std::vector<clens_column> columns_;
};

// The bits of floats: NaN equals itself, -0 is not 0.
std::vector<std::uint32_t> bits(const std::vector<float>& floats);

}  // namespace clicklens::testing
