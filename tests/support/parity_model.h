// The models of the parity tests. ParityModel: every scope, pooling and activation, widths that fit no vector, and one
// input so small that flush-to-zero would lose it.
#pragma once

#include "support/model_maker.h"

namespace clicklens::testing {

struct ParityModel {
  ModelMaker maker{7};

  ParityModel() : ParityModel(std::vector<format::ElementType>()) {}

 protected:
  explicit ParityModel(std::vector<format::ElementType> types);

 private:
  std::uint32_t bag(const std::string& name, format::Scope scope, std::uint32_t dim,
                    format::Pooling pooling = format::Pooling::sum, bool weighted = false);
  std::uint32_t batch_norm(std::uint32_t x, std::uint32_t columns);
  // denormal rows times a large weight: of the size of everything else, unless flushed to zero
  std::uint32_t tiny_path();

  std::vector<format::ElementType> types_;  // of the first tables
};

// The same with rows of every type.
struct NarrowModel : ParityModel {
  NarrowModel()
      : ParityModel(std::vector{format::ElementType::i8_row, format::ElementType::f16, format::ElementType::f32,
                                format::ElementType::i4_row, format::ElementType::bf16}) {}
};

// Values that two linears read, and bags read as fields: what the order of gradients shows in.
struct ForkedModel {
  ModelMaker maker{11};

  ForkedModel();

 private:
  std::uint32_t bag(const std::string& name, format::Scope scope, std::uint32_t dim,
                    format::Pooling pooling = format::Pooling::sum);
};

// A history kept in order, pooled as well, through recurrent units of every kind; selects, mixed and largest fields.
class HistoryModel {
 public:
  HistoryModel();

  ModelMaker maker{9};

 private:
  std::uint32_t gru(std::uint32_t width, std::uint32_t size, format::GruKind kind, std::vector<std::uint32_t> inputs);
};

}  // namespace clicklens::testing
