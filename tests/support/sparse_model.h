// A valid model with a table of any size whose rows are all zero and cost no disk: the file is sparse.
#pragma once

#include <cstdint>
#include <string>

namespace clicklens::testing {

// tiny_model() with `rows` users. The large segment's checksum is left wrong: hashing it would read it.
void write_sparse_model(const std::string& path, std::uint64_t rows);

}  // namespace clicklens::testing
