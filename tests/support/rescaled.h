// Two models of the same scores, one's table rescaled or shifted: what a good attribution does not see.
#pragma once

#include "support/random_batch.h"

namespace clicklens::testing {

// user (request) and ad (candidate) bags of 4 into one linear, relu, logit; the user's table scaled or shifted
// with the first linear corrected for it.
struct Rescaled {
  explicit Rescaled(float scale, float shift);
  ModelMaker maker{5};
  std::shared_ptr<exec::Model> model;
};

// One id per entry, so that a shifted table shifts every pooled value alike.
struct SingleIds {
  std::vector<std::uint32_t> user, ad;
  std::vector<encode::Column> columns;
  SingleIds();
  [[nodiscard]] exec::Batch batch() const;
};

}  // namespace clicklens::testing
