// Element by element kernels and reductions against plain C++; functions of math.h against the scalar
// table, whose accuracy tests/simd measures.
#include <functional>

#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

using MapKernel = void (*)(const MapArgs&);

struct Element4 {
  float a, b, scale, shift, slope;
  static constexpr float low = -0.7f, high = 0.9f;
};
struct MapCase {
  const char* name;
  MapKernel Table::*kernel;
  std::function<float(const Element4&)> reference;  // null: the scalar table
  bool columns = false;                             // reads scale and shift
};

const std::vector<MapCase>& map_cases() {
  static const std::vector<MapCase> all = {
      {"relu", &Table::relu, [](const Element4& e) { return e.a <= 0 ? 0.0f : e.a; }},
      {"leaky_relu", &Table::leaky_relu, [](const Element4& e) { return e.a <= 0 ? e.a * e.slope : e.a; }},
      {"prelu", &Table::prelu, [](const Element4& e) { return e.a <= 0 ? e.a * e.scale : e.a; }, true},
      {"sigmoid", &Table::sigmoid, nullptr},
      {"tanh", &Table::tanh, nullptr},
      {"gelu", &Table::gelu, nullptr},
      {"gelu_tanh", &Table::gelu_tanh, nullptr},
      {"silu", &Table::silu, nullptr},
      {"softplus", &Table::softplus, nullptr},
      {"elu", &Table::elu, nullptr},
      {"sqrt", &Table::sqrt, [](const Element4& e) { return std::sqrt(e.a); }},
      {"abs", &Table::abs, [](const Element4& e) { return std::fabs(e.a); }},
      {"erf", &Table::erf, nullptr},
      {"reciprocal", &Table::reciprocal, [](const Element4& e) { return 1.0f / e.a; }},
      {"clip", &Table::clip, [](const Element4& e) { return e.a < e.low    ? e.low
                                                            : e.a > e.high ? e.high
                                                                           : e.a; }},
      {"relu_backward", &Table::relu_backward, [](const Element4& e) { return e.b <= 0 ? 0.0f : e.a; }},
      {"leaky_relu_backward", &Table::leaky_relu_backward,
       [](const Element4& e) { return e.b <= 0 ? e.a * e.slope : e.a; }},
      {"prelu_backward", &Table::prelu_backward, [](const Element4& e) { return e.b <= 0 ? e.a * e.scale : e.a; },
       true},
      {"sigmoid_backward", &Table::sigmoid_backward, [](const Element4& e) { return e.a * (e.b * (1.0f - e.b)); }},
      {"tanh_backward", &Table::tanh_backward, [](const Element4& e) { return e.a * (1.0f - e.b * e.b); }},
      {"gelu_backward", &Table::gelu_backward, nullptr},
      {"gelu_tanh_backward", &Table::gelu_tanh_backward, nullptr},
      {"silu_backward", &Table::silu_backward, nullptr},
      {"softplus_backward", &Table::softplus_backward, nullptr},
      {"elu_backward", &Table::elu_backward, nullptr},
      {"log_backward", &Table::log_backward, [](const Element4& e) { return e.a / e.b; }},
      {"sqrt_backward", &Table::sqrt_backward, [](const Element4& e) { return e.a / (2.0f * e.b); }},
      {"abs_backward", &Table::abs_backward, [](const Element4& e) { return e.b > 0   ? e.a
                                                                            : e.b < 0 ? -e.a
                                                                                      : 0.0f; }},
      {"erf_backward", &Table::erf_backward, nullptr},
      {"reciprocal_backward", &Table::reciprocal_backward, [](const Element4& e) { return -(e.a * (e.b * e.b)); }},
      {"clip_backward", &Table::clip_backward,
       [](const Element4& e) { return e.b >= e.low && e.b <= e.high ? e.a : 0.0f; }},
      {"copy", &Table::copy, [](const Element4& e) { return e.a; }},
      {"add", &Table::add, [](const Element4& e) { return e.a + e.b; }},
      {"subtract", &Table::subtract, [](const Element4& e) { return e.a - e.b; }},
      {"multiply", &Table::multiply, [](const Element4& e) { return e.a * e.b; }},
      {"divide", &Table::divide, [](const Element4& e) { return e.a / e.b; }},
      {"maximum", &Table::maximum, [](const Element4& e) { return std::isnan(e.b) || e.b > e.a ? e.b : e.a; }},
      {"minimum", &Table::minimum, [](const Element4& e) { return std::isnan(e.b) || e.b < e.a ? e.b : e.a; }},
      {"larger_share", &Table::larger_share,
       [](const Element4& e) { return e.a < e.b    ? 0.0f
                                      : e.a == e.b ? 0.5f
                                                   : 1.0f; }},
      {"negate", &Table::negate, [](const Element4& e) { return -e.a; }},
      {"negative_product", &Table::negative_product, [](const Element4& e) { return -(e.a * e.b); }},
      {"add_square", &Table::add_square, [](const Element4& e) { return std::fma(e.b, e.b, e.a); }},
      {"half_difference", &Table::half_difference, [](const Element4& e) { return std::fma(e.a, e.a, -e.b) * 0.5f; }},
      {"scale_shift", &Table::scale_shift, [](const Element4& e) { return std::fma(e.a, e.scale, e.shift); }, true},
      {"log1p", &Table::log1p, nullptr},
      {"standardise", &Table::standardise, [](const Element4& e) { return (e.a - e.shift) * e.scale; }, true},
      {"exp", &Table::exp, nullptr},
      {"log", &Table::log, nullptr},
  };
  return all;
}

struct ReduceCase {
  const char* name;
  void (*Table::*kernel)(const ReduceArgs&);
  float (*step)(float lane, float a, float b);
};
const ReduceCase reduce_cases[] = {
    {"sum", &Table::sum, [](float lane, float a, float) { return lane + a; }},
    {"sum_abs", &Table::sum_abs, [](float lane, float a, float) { return lane + std::fabs(a); }},
    {"sum_squares", &Table::sum_squares, [](float lane, float a, float) { return std::fma(a, a, lane); }},
    {"dot", &Table::dot, [](float lane, float a, float b) { return std::fma(a, b, lane); }},
};

// Of each family with many kernels, all are tested: a line added to the catalogue needs one here.
std::size_t catalogued(const char* family) {
  std::size_t count = 0;
#define CLENS_KERNEL(f, name, ...) count += std::strcmp(#f, family) == 0 ? 1 : 0;
#include "kernels/catalogue.inc"
#undef CLENS_KERNEL
  return count;
}

TEST(Catalogue, IsTestedWhole) {
  EXPECT_EQ(map_cases().size(), catalogued("map"));
  EXPECT_EQ(std::size(reduce_cases), catalogued("reduce"));
  EXPECT_EQ(1u, catalogued("scale"));
}

class Map : public EachIsa {};

TEST_P(Map, EveryKernelOnRandomShapesStridesAndMaps) {
  std::size_t number = 0;
  for (const MapCase& kernel : map_cases()) {
    Comparison seen;
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      Random random(seed + 100 * static_cast<std::uint32_t>(number));
      const std::size_t rows = between(random, 1, 20), cols = between(random, 1, 70);
      const bool dense = seed % 3 == 0, in_place = seed % 2 == 0;
      const auto form = dense || in_place ? Matrix::Form::dense : static_cast<Matrix::Form>(random.bits() % 4);
      Matrix a(random, form, rows, cols, true), b(random, dense ? form : Matrix::Form::strided, rows, cols, true);
      const Floats scale = random_floats(random, cols), shift = random_floats(random, cols);
      MapArgs m{a.operand, b.operand, kernel.columns ? scale.data() : nullptr, kernel.columns ? shift.data() : nullptr,
                0.3f};
      m.ldy = dense || in_place ? cols : cols + 3;
      m.rows = rows, m.cols = cols;
      m.low = Element4::low, m.high = Element4::high;
      Floats expected(rows * cols), y((rows - 1) * m.ldy + cols);
      if (kernel.reference) {
        for (std::size_t i = 0; i < rows * cols; ++i) {
          const std::size_t r = i / cols, c = i % cols;
          expected[i] = kernel.reference({at(m.a, r, c), at(m.b, r, c), scale[c], shift[c], m.slope}) + 0.0f;
        }
      } else {
        MapArgs scalar = m;
        scalar.y = expected.data(), scalar.ldy = cols;
        (table_for(Isa::scalar)->*kernel.kernel)(scalar);
      }
      m.y = in_place ? a.floats.data() : y.data();
      (table_->*kernel.kernel)(m);
      for (std::size_t i = 0; i < rows * cols; ++i) {
        seen.expect(m.y[i / cols * m.ldy + i % cols], expected[i], kernel.name);
      }
    }
    ++number;
  }
}

// Where an activation has its kink, NaN or infinity, forward and backward of a gradient of 3.
TEST_P(Map, ActivationsAtTheirEdges) {
  constexpr float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  struct Edge {
    MapKernel Table::*kernel;
    float a, b, expected;  // low -1, high 1, slope 2
  };
  const Edge edges[] = {
      {&Table::gelu, -infinity, 0, 0},
      {&Table::gelu, infinity, 0, infinity},
      {&Table::gelu_tanh, -infinity, 0, 0},
      {&Table::gelu_tanh, infinity, 0, infinity},
      {&Table::silu, -infinity, 0, 0},
      {&Table::silu, infinity, 0, infinity},
      {&Table::softplus, -infinity, 0, 0},
      {&Table::softplus, infinity, 0, infinity},
      {&Table::softplus, 1e30f, 0, 1e30f},
      {&Table::elu, -infinity, 0, -2},
      {&Table::elu, infinity, 0, infinity},
      {&Table::sqrt, -0.0f, 0, 0},
      {&Table::sqrt, -1, 0, nan},
      {&Table::reciprocal, 0, 0, infinity},
      {&Table::log, 0, 0, -infinity},
      {&Table::clip, nan, 0, nan},
      {&Table::clip, infinity, 0, 1},
      {&Table::gelu_backward, 3, -infinity, 0},
      {&Table::gelu_backward, 3, infinity, 3},
      {&Table::gelu_backward, 3, 0, 1.5f},
      {&Table::gelu_tanh_backward, 3, -1e30f, 0},
      {&Table::gelu_tanh_backward, 3, 1e30f, 3},
      {&Table::silu_backward, 3, -infinity, 0},
      {&Table::silu_backward, 3, infinity, 3},
      {&Table::softplus_backward, 3, 0, 1.5f},
      {&Table::elu_backward, 3, 0, 6},
      {&Table::elu_backward, 3, 1e-30f, 3},
      {&Table::elu_backward, 3, nan, nan},
      {&Table::abs_backward, 3, 0, 0},
      {&Table::abs_backward, 3, nan, 0},
      {&Table::erf_backward, 3, infinity, 0},
      {&Table::clip_backward, 3, 1, 3},
      {&Table::clip_backward, 3, -1, 3},
      {&Table::clip_backward, 3, nan, 0},
      {&Table::sqrt_backward, 3, 0, infinity},
      {&Table::larger_share, nan, 1, 1},
      {&Table::larger_share, 1, nan, 1},
      {&Table::larger_share, infinity, infinity, 0.5f},
      {&Table::maximum, nan, 1, nan},
      {&Table::minimum, 1, nan, nan},
  };
  Comparison seen;
  for (const Edge& edge : edges) {
    float y = 99;
    MapArgs m{{&edge.a, 1, nullptr}, {&edge.b, 1, nullptr}, nullptr, nullptr, 2.0f};
    m.y = &y, m.ldy = m.rows = m.cols = 1;
    m.low = -1, m.high = 1;
    (table_->*edge.kernel)(m);
    seen.expect(y, edge.expected, "edge " + std::to_string(&edge - edges));
  }
}

TEST_P(Map, ScaleWithoutShift) {
  Comparison seen;
  Random random(3);
  const Matrix a(random, Matrix::Form::dense, 3, 21, true);
  const Floats scale = random_floats(random, 21);
  Floats y(3 * 21);
  table_->scale_shift({a.operand, {}, scale.data(), nullptr, 0, y.data(), 21, 3, 21});
  for (std::size_t i = 0; i < y.size(); ++i) seen.expect(y[i], a.floats[i] * scale[i % 21] + 0.0f, "scale");
}

TEST_P(Map, RowsAreScaledByANumberOfTheirOwn) {
  Comparison seen;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const std::size_t rows = between(random, 1, 12), cols = between(random, 1, 40);
    const bool in_place = seed % 4 == 0;
    Matrix a(random, in_place ? Matrix::Form::dense : static_cast<Matrix::Form>(random.bits() % 4), rows, cols, true);
    const Matrix b(random, static_cast<Matrix::Form>(random.bits() % 4), rows, cols, true);
    const Matrix s(random, static_cast<Matrix::Form>(random.bits() % 4), rows, 1, true);
    ScaleArgs m;
    if (seed % 3 != 0 || in_place) m.b = b.operand;
    if (seed % 3 == 1 || in_place) m.a = a.operand;
    m.s = s.operand;
    m.ldy = in_place ? cols : cols + seed % 5;
    m.rows = rows, m.cols = cols;
    Floats expected(rows * cols), y((rows - 1) * m.ldy + cols);
    for (std::size_t i = 0; i < rows * cols; ++i) {
      const std::size_t r = i / cols, c = i % cols;
      const float scale = at(m.s, r, 0);
      const float scaled = m.b.data == nullptr ? scale : scale * at(m.b, r, c);
      expected[i] = (m.a.data == nullptr ? scaled : std::fma(scale, at(m.b, r, c), at(m.a, r, c))) + 0.0f;
    }
    m.y = in_place ? a.floats.data() : y.data();
    table_->add_scaled(m);
    for (std::size_t i = 0; i < rows * cols; ++i) seen.expect(m.y[i / cols * m.ldy + i % cols], expected[i], "scaled");
  }
}

TEST_P(Map, ReductionsHaveOneOrder) {
  for (const ReduceCase& kernel : reduce_cases) {
    Comparison seen;
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
      Random random(seed);
      const std::size_t rows = between(random, 1, 6), cols = seed == 1 ? 0 : between(random, 1, 70);
      const Matrix a(random, rows, cols, seed % 10 == 0), b(random, rows, cols);
      ReduceArgs r{a.operand, b.operand};
      r.stride = between(random, 1, 3);
      r.rows = rows, r.cols = cols, r.accumulate = seed % 2 == 0;
      Floats out = random_floats(random, (rows - 1) * r.stride + 1);
      std::vector<float> expected;
      for (std::size_t i = 0; i < rows; ++i) {
        float lane[16] = {};
        for (std::size_t c = 0; c < cols; ++c) {
          lane[c % 16] = kernel.step(lane[c % 16], at(a.operand, i, c), at(b.operand, i, c));
        }
        for (std::size_t half = 8; half > 0; half /= 2) {
          for (std::size_t l = 0; l < half; ++l) lane[l] += lane[l + half];
        }
        expected.push_back((r.accumulate ? out[i * r.stride] + lane[0] : lane[0]) + 0.0f);
      }
      r.out = out.data();
      (table_->*kernel.kernel)(r);
      for (std::size_t i = 0; i < rows; ++i) seen.expect(out[i * r.stride], expected[i], kernel.name);
    }
  }
}

CLENS_EACH_ISA(Map);

}  // namespace
}  // namespace clicklens::kernels
