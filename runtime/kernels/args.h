// Argument blocks of the kernels: plain data, shared by every instruction set.
// Strides are in floats. A `rows` map turns row i of the call into row map[i] of that operand (how a
// request's row is read by each of its candidates); null means row i. Operands never overlap outputs
// unless a kernel says so. Every output is written as `value + 0.0f`: no kernel emits -0.
#pragma once

#include <cstddef>
#include <cstdint>

namespace clicklens::kernels {

enum class Element : std::uint8_t { f32 = 0, f16 = 1, bf16 = 2, i8_row = 3, i4_row = 4 };
enum class Pool : std::uint8_t { sum = 0, max = 1 };  // mean and sqrtn are sums with divisors
enum class Act : std::uint8_t {
  none,
  relu,
  leaky_relu,
  prelu,
  sigmoid,
  tanh,
  // those that linear kernels leave to the map kernels of their names
  gelu,
  gelu_tanh,
  silu,
  softplus,
  elu,
  exp,
  log,
  sqrt,
  abs,
  erf,
  reciprocal,
  clip
};

struct Operand {
  const float* data = nullptr;
  std::size_t ld = 0;                   // 0: one row for all
  const std::uint32_t* rows = nullptr;  // row map
};

// What every linear kernel is told: its shape, what its sums begin with, and what becomes of them.
struct LinearOutputs {
  std::size_t m = 0, k = 0, n = 0;
  Operand seed, addend;             // n columns
  const float* bn_scale = nullptr;  // n each; both or neither
  const float* bn_shift = nullptr;
  Act act = Act::none;
  float slope = 0.0f;             // leaky_relu; elu's alpha
  const float* slopes = nullptr;  // prelu: n of them
  float low = 0.0f, high = 0.0f;  // clip
  float* y = nullptr;             // may be the seed's or the addend's own rows (same ld, no map)
  std::size_t ldy = 0;
};

// y[i] = act(bn(chain(seed[i]; x[i], weights) + addend[i])): one chain of fused multiply-adds over k
// in ascending order from the seed (null: +0), then the addend, then the epilogue.
struct LinearArgs : LinearOutputs {
  using Input = float;
  Operand x;                       // m x k
  const float* weights = nullptr;  // packed by pack_linear of the same table
  std::size_t packed_k = 0;        // columns of x the weights are packed for, when the call's are but some; 0: k
  std::size_t first = 0;           // and which of them is the call's first
  // The same weights packed by pack_by_input, of these k columns alone, if all of them are finite and x is likely to
  // have many zeros: those of a row alone are then left out of its chains, which changes no bit.
  const float* by_input = nullptr;
};

// Element (out j, reduction i) is w[j * stride_out + reduction(i) * stride_reduction]; a null
// reduction_index is the identity.
struct PackArgs {
  const float* w = nullptr;
  std::size_t stride_out = 0, stride_reduction = 0;
  const std::uint32_t* reduction_index = nullptr;
  std::size_t n = 0, k = 0;
  float* packed = nullptr;  // packed_floats(n, k) or by_input_floats(n, k) floats at 64-byte alignment
};

// A linear in int8 or bf16: rows made by quantise_int8 or round_bf16, weights packed by pack_int8 or pack_bf16, all
// of one table.
//   int8: y[i] = act(bn(fma(float(exact sum of q x qw), scales[i] * weight scale, seed[i]) + addend[i]))
//   bf16: as LinearArgs, but pairs of products at a time, in the processor's order.
struct LinearReducedArgs : LinearOutputs {
  using Input = std::byte;
  const std::byte* x = nullptr;   // m rows
  std::size_t ldx = 0;            // bytes
  const float* scales = nullptr;  // int8: one per row
  const std::byte* weights = nullptr;
};

// PackArgs in a reduced precision. A weight's scale is that of its output over all `width` reductions, whichever of
// them are packed.
struct PackReducedArgs {
  const float* w = nullptr;
  std::size_t stride_out = 0, stride_reduction = 0;
  const std::uint32_t* reduction_index = nullptr;
  std::size_t n = 0, k = 0, width = 0;
  std::byte* packed = nullptr;  // packed_int8_bytes or packed_bf16_bytes, at 64-byte alignment
};

// Neighbouring columns of a row, in memory of their own.
struct Stretch {
  Operand x;
  std::size_t count = 0;
};

// Row i of out is row i of all stretches, one after the other, in a reduced precision. What lies between its last
// element and the row's end is overwritten.
struct QuantiseArgs {
  const Stretch* stretches = nullptr;
  std::size_t count = 0;
  std::size_t rows = 0;
  std::byte* out = nullptr;
  std::size_t ld_out = 0;   // bytes: at least int8_row_bytes or bf16_row_bytes of all columns
  float* scales = nullptr;  // int8: per row max|x| / 127; 0 below 2^-100, NaN when some x is not finite
};

// Of a table's rows (row_lines.h): the last byte of a row that may touch more lines than its first, else 0; lines
// between those two are at multiples of 64 below `between`.
struct RowLines {
  std::uint32_t last_byte = 0, between = 0;
};

// One feature's bags. out[b] = (fma chain over the bag's ids from +0) / divisors[b].
struct BagJob {
  const void* table = nullptr;
  std::size_t row_stride = 0;  // bytes
  Element type = Element::f32;
  Pool pool = Pool::sum;
  std::uint32_t dim = 0;
  const std::uint32_t* ids = nullptr;      // every one below the table's rows (the caller checked)
  const float* weights = nullptr;          // per id; null: 1
  const std::uint32_t* offsets = nullptr;  // bags + 1, into ids
  const float* divisors = nullptr;         // per bag, null: none; never 0
  std::size_t bags = 0;
  float* out = nullptr;
  std::size_t ld_out = 0;
  bool resume = false;  // bags continue from what out holds (one long bag in several chunks)
  RowLines lines = {};  // what is prefetched of a row beside its first line
};
struct BagArgs {
  const BagJob* jobs = nullptr;
  std::size_t count = 0;
  bool fetched = false;  // the caller asked for all rows already: nothing is prefetched
};

// Neighbouring numbers of a row, `offset` bytes from its start: out[i] = row rows[i] + addend[i], or 0 where relu is
// asked for and that is below.
struct CopyStretch {
  std::size_t offset = 0, cols = 0;
  Operand addend;  // null data: none
  bool relu = false;
  float* out = nullptr;
  std::size_t ld_out = 0;
};
struct CopyRowsArgs {
  const void* data = nullptr;
  std::size_t row_stride = 0;   // bytes
  Element type = Element::f32;  // or f16
  const std::uint32_t* rows = nullptr;
  std::size_t count = 0;
  const CopyStretch* stretches = nullptr;
  std::size_t stretch_count = 0;
};

// Element by element over rows x cols. Which members are read is said by each kernel.
struct MapArgs {
  Operand a, b;
  const float* scale = nullptr;  // cols
  const float* shift = nullptr;  // cols
  float slope = 0.0f;
  float* y = nullptr;  // may be a's or b's own rows (same ld, no map)
  std::size_t ldy = 0;
  std::size_t rows = 0, cols = 0;
  float low = 0.0f, high = 0.0f;
};

// Of 32 rows of a table: which lie apart, and how many of the rows before these do. Both in one load.
struct RowBlock {
  std::uint32_t before = 0, apart = 0;
};
inline constexpr std::uint32_t rows_per_block = 32;

// places[i] = the number, among all the memory of a table, of rows[i]: kept_at + rows[i], or apart_at + its rank among
// the rows that lie apart. rows[i] is below 32 times the number of blocks.
struct RowPlacesArgs {
  const RowBlock* blocks = nullptr;
  std::uint32_t kept_at = 0, apart_at = 0;
  const std::uint32_t* rows = nullptr;
  std::size_t count = 0;
  std::uint32_t* places = nullptr;
};

// y[i][c] of rows x cols, from a[i][c], b[i][c] and s[i][0].
struct ScaleArgs {
  Operand a, b, s;
  float* y = nullptr;  // may be a's own rows (same ld, no map)
  std::size_t ldy = 0;
  std::size_t rows = 0, cols = 0;
};

// y[r] = a[r] b[r] of every row r, matrices one behind the other in a row. `a` is [m, k], `b` [k, n]; transposed they
// are [k, m] and [n, k]. A chain of fused multiply-adds over k, ascending from the seed; with b transposed, a dot in 16
// lanes.
struct MatmulArgs {
  Operand a, b;
  Operand seed;                                   // n by row of the product; null: +0. Not with b transposed
  bool transpose_a = false, transpose_b = false;  // not both
  float* y = nullptr;
  std::size_t ldy = 0;
  std::size_t rows = 0, m = 0, k = 0, n = 0;
};

// Dots of a row's fields, wherever each of them lies. Those of a block, at most 16, meet one field after the other.
struct DotRun {
  std::uint32_t first = 0, count = 0;  // of the block
  std::uint32_t to = 0;                // the first dot's place in y's row, those behind it next to it
};
struct DotPartner {
  std::uint32_t field = 0, runs = 0;  // how many runs it takes, behind those of the partner before
};
struct DotBlock {
  const std::uint32_t* fields = nullptr;
  std::size_t count = 0;
  const DotPartner* partners = nullptr;
  std::size_t partner_count = 0;
  const DotRun* runs = nullptr;
};
struct PairDotsArgs {
  const Operand* fields = nullptr;
  std::size_t width = 0;
  const DotBlock* blocks = nullptr;
  std::size_t block_count = 0;
  float* y = nullptr;
  std::size_t ldy = 0, rows = 0;
};

// y[i] = sum over j != i of dy of the pair (i, j) times field j: chains of fused multiply-adds over j, ascending from
// +0. Pairs are in the order (0, 1), (0, 2), .. (1, 2), ..
struct PairDotsBackwardArgs {
  const Operand* fields = nullptr;
  std::size_t count = 0, width = 0;
  Operand dy;
  float* y = nullptr;  // count * width
  std::size_t ldy = 0, rows = 0;
};

// Of rows of `fields` fields of `width`, each field by itself.
struct FieldArgs {
  Operand a, b;
  std::size_t b_fields = 0;      // softmax: of the mask, 1 or `fields`
  const float* scale = nullptr;  // layer norm: width of them, or none
  const float* shift = nullptr;
  float eps = 0.0f;
  float* work = nullptr;  // layer_norm_backward: `width` floats
  float* y = nullptr;
  std::size_t ldy = 0;
  std::size_t rows = 0, fields = 0, width = 0;
};

// A step of a gated recurrent unit (ops/gru.cpp): agru: attention stands in for z; augru: it multiplies z.
enum class GruKind : std::uint8_t { gru = 0, agru = 1, augru = 2 };
struct GruArgs {
  GruKind kind = GruKind::gru;
  Operand input, hidden;    // sums of the gates r, z, n: 3 * width columns
  Operand h;                // the state before
  Operand attention, mask;  // one column; no mask: none
  float* y = nullptr;       // the state
  std::size_t ldy = 0;
  std::size_t rows = 0, width = 0;
};
struct GruBackwardArgs : GruArgs {
  Operand dy, carried;  // whose sum is the state's gradient
  // Gradients of both sums; of the state before, less what comes through its sums; of attention, or null.
  float *d_input = nullptr, *d_hidden = nullptr, *direct = nullptr, *d_attention = nullptr;
  std::size_t ld_input = 0, ld_hidden = 0, ld_direct = 0, ld_attention = 0;
  float* work = nullptr;  // `width` floats
};

// out[i * stride] = reduction over cols of row i (16 virtual lanes, fixed tree).
struct ReduceArgs {
  Operand a, b;
  float* out = nullptr;
  std::size_t stride = 1;
  std::size_t rows = 0, cols = 0;
  bool accumulate = false;  // out += reduction
};

// Running sums of columns over rows. They continue what the arrays hold (`cols` entries each). With at
// most 512 rows since the sums were reset, |x| != 0 of a column within 20 octaves, and its offsets larger
// than all that is added, they are exact, and the same on every instruction set (statistics.h). Values
// that are not finite make `sum` not finite, and the column's other results anything.
struct MomentsArgs {
  Operand x;
  const double* score = nullptr;  // one per row of the call; null: no products
  std::size_t rows = 0, cols = 0;
  float *low = nullptr, *high = nullptr;                 // smallest |x| but 0, largest |x|; start at +inf and 0
  float *minimum = nullptr, *maximum = nullptr;          // start at +inf and -inf
  float* active = nullptr;                               // how many x > 0
  double* sum = nullptr;                                 // starts at 0
  double *square_high = nullptr, *square_low = nullptr;  // start at 2^k, 0: sum of x^2 = (high - 2^k) + low
  double *cross_high = nullptr, *cross_low = nullptr;    // of x * score; start at 1.5 * 2^k, 0
};

// Sums of columns over rows in units of a fixed point, each x and x^2 rounded to the nearest unit, ties to even:
// sum = sum of round(x * sum_scale), square = sum of round(x^2 * square_scale), both scales powers of two. What the
// arrays held is written over. Exact, and the same on every instruction set, as long as every |x| * sum_scale and
// x^2 * square_scale is below 2^51 and rows times the largest of them below 2^53; else `largest`, |x| or a NaN, shows
// that, and the column's sums mean nothing.
struct FixedSumsArgs {
  Operand x;
  std::size_t rows = 0, cols = 0;
  double sum_scale = 0, square_scale = 0;
  double *sum = nullptr, *square = nullptr;
  float *active = nullptr, *largest = nullptr;  // active: how many x > 0
};

// g[i * ldg + j] += sum over r of x[r * ldx + i] * x[r * ldx + j] for j >= i; what is below the diagonal may
// change too and means nothing. Exact for integers.
struct GramArgs {
  const double* x = nullptr;
  std::size_t ldx = 0;  // in doubles, as ldg
  std::size_t rows = 0, cols = 0;
  double* g = nullptr;
  std::size_t ldg = 0;
};

// out[i] = bias + sum over c of x[i][c] * w[c]
struct ProjectArgs {
  Operand x;
  const double* w = nullptr;
  double bias = 0;
  double* out = nullptr;
  std::size_t rows = 0, cols = 0;
};

// g[c] += sum over i of r[i] * x[i][c]
struct GatherArgs {
  Operand x;
  const double* r = nullptr;
  double* g = nullptr;
  std::size_t rows = 0, cols = 0;
};

}  // namespace clicklens::kernels
