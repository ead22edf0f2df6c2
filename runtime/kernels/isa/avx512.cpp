#include "kernels/isa/avx512_int8.h"
#include "kernels/isa/make_table.h"

namespace clicklens::kernels {

extern const Table table_avx512;

namespace {

struct Kernels : Avx512Ops {
  static constexpr const Table& table = table_avx512;
  using Int8 = Avx512Int8;
  // Of 32 registers rows x vectors of sums, a row of weights, one of x. A tile's code is as large as its sums are many,
  // and 12 to 16 of them hide the latency as well as 24: low tiles are narrow, and rows that tall ones leave take two
  // low ones.
  static constexpr int tile_columns[] = {0, 6, 4, 4, 4, 0, 0, 0, 3, 3};
  static constexpr int sparse_columns = 8;
  static constexpr std::size_t bag_vectors = 4;
  static constexpr std::size_t gram_rows = 8, gram_vectors = 3;
};

// Processors that multiply bytes so are a few old ones.
struct Int8Kernels : Kernels {
  static constexpr int tile_columns[] = {0, 4, 4, 4, 4};
};

}  // namespace

constinit const Table table_avx512 = make_table<Kernels, Int8Kernels>(Isa::avx512, "avx512");

}  // namespace clicklens::kernels
