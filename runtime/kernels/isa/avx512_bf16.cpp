// The bf16 kernels, laid over avx512's table where the processor has their instructions.
#include "kernels/isa/avx512_bf16.h"

#include "kernels/linear_bf16.h"
#include "kernels/table.h"

namespace clicklens::kernels {

extern const Table table_avx512;

namespace {

struct Kernels : Avx512Ops {
  static constexpr const Table& table = table_avx512;
  using Bf16 = Avx512Bf16;
  static constexpr int tile_columns[] = {0, 6, 4, 4, 4, 0, 0, 0, 3, 3};  // as avx512's
};

constexpr Table entries() {
  Table table{};
  table.isa = Isa::avx512;
  table.bf16_row_bytes = &LinearBf16<Kernels>::bf16_row_bytes;
  table.round_bf16 = &LinearBf16<Kernels>::round_bf16;
  table.packed_bf16_bytes = &LinearBf16<Kernels>::packed_bf16_bytes;
  table.pack_bf16 = &LinearBf16<Kernels>::pack_bf16;
  table.linear_bf16 = &LinearBf16<Kernels>::linear_bf16;
  return table;
}

}  // namespace

extern const Table table_avx512_bf16;
constinit const Table table_avx512_bf16 = entries();

}  // namespace clicklens::kernels
