// Kernels of rows that are matrices, against plain loops in the stated order: equal bits, but for the exponential,
// which comes from the scalar table.
#include <algorithm>

#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

template <class Term>
float in_lanes(std::size_t count, Term term) {
  float lane[16] = {};
  for (std::size_t c = 0; c < count; ++c) lane[c % 16] = term(c, lane[c % 16]);
  for (std::size_t half = 8; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) lane[i] += lane[i + half];
  return lane[0];
}

float exponential(float x) {
  MapArgs m;
  m.a = {&x, 1, nullptr};
  m.y = &x;
  m.ldy = m.rows = m.cols = 1;
  table_for(Isa::scalar)->exp(m);
  return x;
}

Matrix some(Random& random, std::size_t rows, std::size_t cols, bool hard = false) {
  return {random, static_cast<Matrix::Form>(random.bits() % 4), rows, cols, hard};
}

class Matrices : public EachIsa {};
CLENS_EACH_ISA(Matrices);

TEST_P(Matrices, ProductsAreChains) {
  Comparison seen;
  for (std::uint32_t seed = 1; seed <= 90; ++seed) {
    Random random(seed);
    MatmulArgs m;
    m.transpose_a = seed % 3 == 1;
    m.transpose_b = seed % 3 == 2;
    m.rows = between(random, 1, 5), m.m = between(random, 1, 19), m.k = between(random, 1, 40);
    m.n = between(random, 1, 35);
    if (seed % 7 == 2) m.k = 16 * between(random, 1, 5);  // 64: the most that dots turn
    const Matrix a = some(random, m.rows, m.m * m.k, seed % 5 == 0), b = some(random, m.rows, m.k * m.n);
    m.a = a.operand, m.b = b.operand;
    m.ldy = m.m * m.n + seed % 4;
    const Matrix seeds = some(random, m.rows, m.m * m.n, seed % 7 == 0);
    if (!m.transpose_b && seed % 2 == 0) m.seed = seeds.operand;
    Floats y((m.rows - 1) * m.ldy + m.m * m.n);
    m.y = y.data();
    table_->matmul(m);
    for (std::size_t r = 0; r < m.rows; ++r)
      for (std::size_t i = 0; i < m.m; ++i)
        for (std::size_t j = 0; j < m.n; ++j) {
          const auto left = [&](std::size_t p) { return at(m.a, r, m.transpose_a ? p * m.m + i : i * m.k + p); };
          const auto right = [&](std::size_t p) { return at(m.b, r, m.transpose_b ? j * m.k + p : p * m.n + j); };
          float sum = m.seed.data == nullptr ? 0.0f : at(m.seed, r, i * m.n + j);
          for (std::size_t p = 0; p < m.k; ++p) sum = std::fma(left(p), right(p), sum);
          if (m.transpose_b)
            sum = in_lanes(m.k, [&](std::size_t p, float lane) { return std::fma(left(p), right(p), lane); });
          seen.expect(m.y[r * m.ldy + i * m.n + j], sum + 0.0f, "product");
        }
  }
}

FieldArgs fields_of(Random& random) {
  FieldArgs f;
  f.rows = between(random, 1, 5), f.fields = between(random, 1, 9), f.width = between(random, 1, 40);
  if (random.bits() % 6 == 0) f.width += 60;  // more than softmax keeps
  f.b_fields = f.fields;
  f.ldy = f.fields * f.width + random.bits() % 4;
  return f;
}

TEST_P(Matrices, SoftmaxHasOneOrderAndAMask) {
  Comparison seen;
  for (std::uint32_t seed = 1; seed <= 90; ++seed) {
    Random random(seed);
    FieldArgs f = fields_of(random);
    const Matrix x = some(random, f.rows, f.fields * f.width, seed % 4 == 0);
    if (seed % 2 == 0) f.b_fields = 1;
    Matrix mask = some(random, f.rows, f.b_fields * f.width);
    for (std::size_t i = 0; i < mask.floats.size(); ++i)
      mask.floats[i] = seed % 5 == 0 || random.bits() % 3 == 0 ? 0.0f : 1.0f;
    f.a = x.operand;
    if (seed % 3 != 0) f.b = mask.operand;
    Floats y((f.rows - 1) * f.ldy + f.fields * f.width);
    f.y = y.data();
    table_->softmax(f);
    for (std::size_t r = 0; r < f.rows; ++r)
      for (std::size_t i = 0; i < f.fields; ++i) {
        const auto in = [&](std::size_t c) { return at(f.a, r, i * f.width + c); };
        const auto passes = [&](std::size_t c) {
          return f.b.data == nullptr || at(f.b, r, (f.b_fields == 1 ? 0 : i) * f.width + c) != 0.0f;
        };
        float top = -INFINITY;
        bool any = false;
        for (std::size_t c = 0; c < f.width; ++c) {
          if (!passes(c)) continue;
          any = true;
          if (std::isnan(in(c)) || std::isnan(top))
            top = NAN;
          else
            top = std::max(top, in(c));
        }
        std::vector<float> power(f.width);
        for (std::size_t c = 0; c < f.width; ++c) power[c] = passes(c) ? exponential(in(c)-top) : 0.0f;
        const float total = in_lanes(f.width, [&](std::size_t c, float lane) { return lane + power[c]; });
        for (std::size_t c = 0; c < f.width; ++c)
          seen.expect(f.y[r * f.ldy + i * f.width + c], any ? power[c] / total + 0.0f : 0.0f, "softmax");
      }
  }
}

TEST_P(Matrices, SoftmaxBackward) {
  Comparison seen;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    FieldArgs f = fields_of(random);
    const Matrix dy = some(random, f.rows, f.fields * f.width), out = some(random, f.rows, f.fields * f.width);
    f.a = dy.operand, f.b = out.operand;
    Floats dx((f.rows - 1) * f.ldy + f.fields * f.width);
    f.y = dx.data();
    table_->softmax_backward(f);
    for (std::size_t r = 0; r < f.rows; ++r)
      for (std::size_t i = 0; i < f.fields; ++i) {
        const auto g = [&](std::size_t c) { return at(f.a, r, i * f.width + c); };
        const auto y = [&](std::size_t c) { return at(f.b, r, i * f.width + c); };
        const float sum = in_lanes(f.width, [&](std::size_t c, float lane) { return std::fma(g(c), y(c), lane); });
        for (std::size_t c = 0; c < f.width; ++c)
          seen.expect(f.y[r * f.ldy + i * f.width + c], y(c) * (g(c) - sum) + 0.0f, "softmax_backward");
      }
  }
}

// Few numbers, so that there are ties; NaNs.
TEST_P(Matrices, LargestOfFields) {
  Comparison seen;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    FieldArgs f = fields_of(random);
    Matrix x = some(random, f.rows, f.fields * f.width);
    for (std::size_t i = 0; i < x.floats.size(); ++i)
      x.floats[i] = seed % 3 == 0 && random.bits() % 9 == 0 ? NAN : static_cast<float>(random.bits() % 4);
    const Matrix dy = some(random, f.rows, f.width);
    Floats y(f.rows * f.width), dx((f.rows - 1) * f.ldy + f.fields * f.width);
    FieldArgs back = f;
    f.a = x.operand, f.y = y.data(), f.ldy = f.width;
    back.a = dy.operand, back.b = x.operand, back.y = dx.data();
    table_->field_max(f);
    table_->field_max_backward(back);
    for (std::size_t r = 0; r < f.rows; ++r)
      for (std::size_t c = 0; c < f.width; ++c) {
        const auto in = [&](std::size_t i) { return at(f.a, r, i * f.width + c); };
        std::size_t top = 0;
        for (std::size_t i = 1; i < f.fields; ++i)
          if (!std::isnan(in(top)) && !(in(i) <= in(top))) top = i;
        seen.expect(y[r * f.width + c], in(top), "field_max");
        for (std::size_t i = 0; i < f.fields; ++i)
          seen.expect(dx[r * back.ldy + i * f.width + c], i == top ? at(back.a, r, c) + 0.0f : 0.0f,
                      "field_max_backward");
      }
  }
}

TEST_P(Matrices, LayerNormAndItsBackward) {
  Comparison seen;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    FieldArgs f = fields_of(random);
    const Matrix x = some(random, f.rows, f.fields * f.width, seed % 6 == 0),
                 dy = some(random, f.rows, f.fields * f.width);
    const Floats scale = random_floats(random, f.width), shift = random_floats(random, f.width);
    Floats work(f.width), y((f.rows - 1) * f.ldy + f.fields * f.width), dx((f.rows - 1) * f.ldy + f.fields * f.width);
    f.eps = 1e-5f;
    if (seed % 2 == 0) f.scale = scale.data(), f.shift = shift.data();
    f.a = x.operand;
    f.y = y.data();
    table_->layer_norm(f);
    FieldArgs back = f;
    back.a = dy.operand, back.b = x.operand;
    back.work = work.data();
    back.y = dx.data();
    table_->layer_norm_backward(back);
    const auto width = static_cast<float>(f.width);
    for (std::size_t r = 0; r < f.rows; ++r)
      for (std::size_t i = 0; i < f.fields; ++i) {
        std::vector<float> h(f.width), g(f.width);
        const float sum =
            in_lanes(f.width, [&](std::size_t c, float lane) { return lane + at(f.a, r, i * f.width + c); });
        for (std::size_t c = 0; c < f.width; ++c) h[c] = at(f.a, r, i * f.width + c) - sum / width + 0.0f;
        const float squares = in_lanes(f.width, [&](std::size_t c, float lane) { return std::fma(h[c], h[c], lane); });
        const float inverse = 1.0f / std::sqrt(squares / width + f.eps);
        for (std::size_t c = 0; c < f.width; ++c) {
          h[c] = h[c] * inverse + 0.0f;
          const float expected = f.scale == nullptr ? h[c] : std::fma(h[c], scale[c], shift[c]);
          seen.expect(f.y[r * f.ldy + i * f.width + c], expected + 0.0f, "layer_norm");
          g[c] = at(back.a, r, i * f.width + c) * (f.scale == nullptr ? 1.0f : scale[c]) + 0.0f;
        }
        const float mean = in_lanes(f.width, [&](std::size_t c, float lane) { return lane + g[c]; }) / width;
        const float slope =
            in_lanes(f.width, [&](std::size_t c, float lane) { return std::fma(g[c], h[c], lane); }) / width;
        for (std::size_t c = 0; c < f.width; ++c)
          seen.expect(back.y[r * f.ldy + i * f.width + c], std::fma(-h[c], slope, g[c] - mean) * inverse + 0.0f,
                      "layer_norm_backward");
      }
  }
}

}  // namespace
}  // namespace clicklens::kernels
