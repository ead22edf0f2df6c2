// The int8 kernels by VNNI, laid over avx512's table where the processor has it.
#include "kernels/isa/avx512_vnni.h"

#include "kernels/linear_int8.h"
#include "kernels/table.h"

namespace clicklens::kernels {

extern const Table table_avx512;

namespace {

struct Kernels : Avx512Ops {
  static constexpr const Table& table = table_avx512;
  using Int8 = Avx512Vnni;
  // As avx512's.
  static constexpr int tile_columns[] = {0, 4, 4, 4, 4, 0, 0, 0, 3, 3};
};

constexpr Table entries() {
  Table table{};
  table.isa = Isa::avx512;
  table.int8_row_bytes = &Quantise<Kernels>::int8_row_bytes;
  table.quantise_int8 = &Quantise<Kernels>::quantise_int8;
  table.packed_int8_bytes = &LinearInt8<Kernels>::packed_int8_bytes;
  table.pack_int8 = &LinearInt8<Kernels>::pack_int8;
  table.linear_int8 = &LinearInt8<Kernels>::linear_int8;
  return table;
}

}  // namespace

extern const Table table_avx512_vnni;
constinit const Table table_avx512_vnni = entries();

}  // namespace clicklens::kernels
