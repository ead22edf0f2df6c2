#include "kernels/isa/make_table.h"
#include "kernels/isa/scalar_int8.h"

namespace clicklens::kernels {

extern const Table table_scalar;

namespace {

struct Kernels : ScalarOps {
  static constexpr const Table& table = table_scalar;
  using Int8 = ScalarInt8;
  // A few chains at once, to hide some latency where fma is an instruction. Where it is a call nothing would help, and
  // where there is another set this one is never fast: it need not be large.
  static constexpr int tile_columns[] = {0, 4};
  static constexpr int sparse_columns = 4;
  static constexpr std::size_t bag_vectors = 2;
  static constexpr std::size_t gram_rows = 4, gram_vectors = 2;
};

}  // namespace

constinit const Table table_scalar = make_table<Kernels>(Isa::scalar, "scalar");

}  // namespace clicklens::kernels
