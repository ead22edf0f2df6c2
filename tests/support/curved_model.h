// A network of every function of one value, behind linears and alone, and of every operator of two values.
#pragma once

#include "support/model_maker.h"

namespace clicklens::testing {

struct CurvedModel {
  CurvedModel();
  ModelMaker maker{77};

 private:
  std::uint32_t function(format::ActivationKind kind, std::uint32_t x);
};

}  // namespace clicklens::testing
