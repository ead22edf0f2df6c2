// A batch whose ids are table rows already: lenses that run the same rows many times look each id up once.
#pragma once

#include <vector>

#include "encode/encoded_column.h"
#include "exec/session.h"

namespace clicklens::lens {

class EncodedBatch {
 public:
  // The batch, and what `session` binds its inputs to, outlive this. Where runs must see ids as they came - strict
  // ones, those with a candidate cache - view() is the batch itself. Counts of runs take text that is no UTF-8 for
  // unknown.
  static base::Result<EncodedBatch> make(exec::Session& session, const exec::Batch& batch);

  [[nodiscard]] const exec::Batch& view() const noexcept { return view_; }

 private:
  EncodedBatch() = default;

  std::vector<encode::EncodedColumn> encoded_;
  std::vector<encode::Column> columns_;
  exec::Batch view_;
};

}  // namespace clicklens::lens
