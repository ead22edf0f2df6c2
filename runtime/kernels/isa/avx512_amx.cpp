// The int8 and bf16 linears by AMX, laid over avx512's table where the processor has it and the system lets us: they
// read rows and weights as the vector kernels make them.
#include "kernels/isa/avx512_bf16.h"
#include "kernels/isa/avx512_vnni.h"
#include "kernels/linear_amx.h"
#include "kernels/linear_bf16.h"
#include "kernels/linear_int8.h"
#include "kernels/table.h"

namespace clicklens::kernels {

extern const Table table_avx512, table_avx512_vnni;

namespace {

struct Kernels : Avx512Ops {
  static constexpr const Table& table = table_avx512;
  using Int8 = Avx512Vnni;
  using Bf16 = Avx512Bf16;
  static constexpr int tile_columns[] = {0, 2, 2, 2, 2};  // of sums that have left their tile
};
using V = Vec<Kernels>;

struct Int8Product {
  using Linear = LinearInt8<Kernels>;
  using Weight = std::int8_t;
  using Panels = Linear::Panels;

  static const std::byte* panels(const LinearReducedArgs& a) { return a.weights + Linear::header_bytes(a.n); }
  template <int sum>
  [[gnu::always_inline]] static void start(const LinearReducedArgs& a, std::size_t column) {
    amx::load<sum>(Linear::first_sums(a) + column, 0);
  }
  template <int sum, int x, int w>
  [[gnu::always_inline]] static void add() {
    amx::add_bytes<sum, x, w>();
  }
  [[gnu::always_inline]] static V take(const std::int32_t* sums, const LinearReducedArgs& a, std::size_t row,
                                       std::size_t column, V seed) {
    const V scale = V::broadcast(a.scales[row]) * V::load(Linear::scales(a) + column);
    return fma(V(Kernels::to_floats(_mm512_loadu_si512(sums))), scale, seed);
  }
};

// Sums start from zero, so that the seed is added with one rounding.
struct Bf16Product {
  using Weight = std::uint16_t;
  using Panels = LinearBf16<Kernels>::Panels;

  static const std::byte* panels(const LinearReducedArgs& a) { return a.weights; }
  template <int sum>
  [[gnu::always_inline]] static void start(const LinearReducedArgs&, std::size_t) {
    amx::zero<sum>();
  }
  template <int sum, int x, int w>
  [[gnu::always_inline]] static void add() {
    amx::add_bf16<sum, x, w>();
  }
  [[gnu::always_inline]] static V take(const std::int32_t* sums, const LinearReducedArgs&, std::size_t, std::size_t,
                                       V seed) {
    return V(_mm512_castsi512_ps(_mm512_loadu_si512(sums))) + seed;
  }
};

// Sums are exact, so who makes them may depend on the number of rows: VNNI what it has multiplied before tiles have
// their shape and weights. Measured, as the limits are.
void linear_int8(const LinearReducedArgs& a) {
  constexpr std::size_t few_rows = 4, few_products = 65536;
  if (a.m <= few_rows || a.m * a.k * a.n < few_products) return table_avx512_vnni.linear_int8(a);
  LinearAmx<Kernels, Int8Product>::run(a);
}

constexpr Table entries() {
  Table table{};
  table.isa = Isa::avx512;
  table.linear_int8 = &linear_int8;
  table.linear_bf16 = &LinearAmx<Kernels, Bf16Product>::run;
  return table;
}

}  // namespace

extern const Table table_avx512_amx;
constinit const Table table_avx512_amx = entries();

}  // namespace clicklens::kernels
