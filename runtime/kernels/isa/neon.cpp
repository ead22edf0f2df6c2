#include "kernels/isa/make_table.h"
#include "kernels/isa/neon_int8.h"

namespace clicklens::kernels {

extern const Table table_neon;

namespace {

struct Kernels : NeonOps {
  static constexpr const Table& table = table_neon;
  using Int8 = NeonInt8;
  // 32 registers: rows x vectors of sums, a row of weights, one of x.
  static constexpr int tile_columns[] = {0, 8, 8, 7, 6, 5, 4};
  static constexpr int sparse_columns = 8;
  static constexpr std::size_t bag_vectors = 8;
  static constexpr std::size_t gram_rows = 8, gram_vectors = 3;
};

}  // namespace

constinit const Table table_neon = make_table<Kernels>(Isa::neon, "neon");

}  // namespace clicklens::kernels
