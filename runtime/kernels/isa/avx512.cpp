#include "kernels/isa/avx512_int8.h"
#include "kernels/isa/make_table.h"

namespace clicklens::kernels {

extern const Table table_avx512;

namespace {

struct Kernels : Avx512Ops {
  static constexpr const Table& table = table_avx512;
  using Int8 = Avx512Int8;
  // 32 registers: rows x vectors of sums, a row of weights, one of x.
  static constexpr int tile_columns[] = {0, 8, 8, 7, 6, 5, 4, 3, 3, 3};
  static constexpr int sparse_columns = 16;
  static constexpr std::size_t bag_vectors = 4;
  static constexpr std::size_t gram_rows = 8, gram_vectors = 3;
};

// As many sums of as many products a load in half the code. Processors that multiply bytes so are a few old ones.
struct Int8Kernels : Kernels {
  static constexpr int tile_columns[] = {0, 8, 8, 7, 6};
};

}  // namespace

constinit const Table table_avx512 = make_table<Kernels, Int8Kernels>(Isa::avx512, "avx512");

}  // namespace clicklens::kernels
