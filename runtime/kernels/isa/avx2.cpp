#include "kernels/isa/avx2_int8.h"
#include "kernels/isa/make_table.h"

namespace clicklens::kernels {

extern const Table table_avx2;

namespace {

struct Kernels : Avx2Ops {
  static constexpr const Table& table = table_avx2;
  using Int8 = Avx2Int8;
  // 16 registers: rows x vectors of sums, a row of weights, one of x.
  static constexpr int tile_columns[] = {0, 7, 5, 3, 3, 2, 2};
  static constexpr int sparse_columns = 8;
  static constexpr std::size_t bag_vectors = 8;
  static constexpr std::size_t gram_rows = 4, gram_vectors = 3;
};

// A product needs a register too: with wider tiles sums are kept in memory, 1.4 times as slow.
struct Int8Kernels : Kernels {
  static constexpr int tile_columns[] = {0, 4, 4, 3, 2, 0, 2};
};

}  // namespace

constinit const Table table_avx2 = make_table<Kernels, Int8Kernels>(Isa::avx2, "avx2");

}  // namespace clicklens::kernels
