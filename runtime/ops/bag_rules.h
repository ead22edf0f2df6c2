// What a feature's ids need of the table their rows come from.
#pragma once

#include "ops/operator.h"

namespace clicklens::ops {

// `named` rows of the feature are the table's. The message names node, feature and table.
base::Status expect_rows(const format::ModelDesc& desc, std::uint32_t feature, std::uint64_t named, std::uint32_t table,
                         const char* node);

}  // namespace clicklens::ops
