#include "kernels/isa/make_table.h"
#include "kernels/isa/scalar_int8.h"

namespace clicklens::kernels {
namespace {

struct Kernels : ScalarOps {
  using Int8 = ScalarInt8;
  // Enough chains to hide what latency can be hidden.
  static constexpr int tile_columns[] = {0, 8, 4, 4, 4};
  static constexpr int sparse_columns = 8;
  static constexpr std::size_t bag_vectors = 8;
  static constexpr std::size_t gram_rows = 4, gram_vectors = 2;
};

}  // namespace

extern const Table table_scalar;
constinit const Table table_scalar = make_table<Kernels>(Isa::scalar, "scalar");

}  // namespace clicklens::kernels
