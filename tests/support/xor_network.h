// A network whose truth is known: the label is the exclusive or of two ids' signs, which no linear function of the
// embeddings knows, one of layer 1 does, and layer 2 is a copy of layer 1.
#pragma once

#include "lens/probe_rows.h"
#include "support/model_maker.h"

namespace clicklens::testing {

class XorNetwork {
 public:
  static constexpr std::uint32_t ids = 8, dim = 2;
  static constexpr std::size_t per_request = 4;

  // Layers emb, l1, l2, then the logit.
  explicit XorNetwork(const std::string& name = "xor");

  ModelMaker& maker() { return maker_; }
  std::shared_ptr<exec::Model> open() { return maker_.open(); }

 private:
  // Row i: a sign by parity and a size of its own, then a number that says nothing.
  static std::vector<float> signs(float other);
  std::uint32_t layer(std::uint32_t input, std::uint64_t in, std::vector<float> weights, std::vector<float> biases);

  ModelMaker maker_;
};

// Requests of four candidates: ids, clicks (with a share of them flipped), users.
struct XorData {
  XorData(std::size_t requests, std::uint64_t seed, double flipped = 0);
  XorData(const XorData&) = delete;
  XorData& operator=(const XorData&) = delete;

  [[nodiscard]] std::size_t rows() const { return b.size(); }
  [[nodiscard]] exec::Batch batch() const;
  [[nodiscard]] lens::RowInfo info() const;

  std::vector<std::uint32_t> a, b;
  std::vector<std::int64_t> offsets;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> users, groups, ad_ids;
  std::vector<float> targets;
  encode::Column columns[2];

 private:
  static encode::Column column(std::uint32_t input, const std::vector<std::uint32_t>& ids);
};

exec::Inputs xor_inputs();

std::unique_ptr<exec::Session> observing_session(const std::shared_ptr<exec::Model>& model,
                                                 const lens::ProbeRows& rows);

lens::ProbeRows probe_rows(const std::shared_ptr<exec::Model>& model, const XorData& data);

}  // namespace clicklens::testing
