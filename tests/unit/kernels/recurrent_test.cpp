// One step of a gated recurrent unit, against plain loops in the stated order: equal bits, sigmoid and tanh from the
// scalar table; and its backward against central differences of the step in double.
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

float one_of(decltype(&Table::sigmoid) kernel, float x) {
  MapArgs m;
  m.a = {&x, 1, nullptr};
  m.y = &x;
  m.ldy = m.rows = m.cols = 1;
  (table_for(Isa::scalar)->*kernel)(m);
  return x;
}

Matrix drawn(Random& random, std::size_t rows, std::size_t cols) {
  return {random, static_cast<Matrix::Form>(random.bits() % 4), rows, cols, false};
}

// What a step is called with.
struct Step {
  Step(Random& random, std::uint32_t seed)
      : rows(between(random, 1, 4)),
        width(between(random, 1, 37)),
        input(drawn(random, rows, 3 * width)),
        hidden(drawn(random, rows, 3 * width)),
        h(drawn(random, rows, width)),
        attention(drawn(random, rows, 1)),
        mask(drawn(random, rows, 1)) {
    for (std::size_t i = 0; i < mask.floats.size(); ++i) mask.floats[i] = random.bits() % 3 == 0 ? 0.0f : 1.0f;
    args.kind = static_cast<GruKind>(seed % 3);
    args.input = input.operand, args.hidden = hidden.operand, args.h = h.operand;
    if (args.kind != GruKind::gru) args.attention = attention.operand;
    if (seed % 2 == 0) args.mask = mask.operand;
    args.rows = rows, args.width = width;
  }
  [[nodiscard]] bool masked(std::size_t r) const { return args.mask.data != nullptr && at(args.mask, r, 0) == 0.0f; }

  std::size_t rows, width;
  Matrix input, hidden, h, attention, mask;
  GruBackwardArgs args;
};

// The state, of numbers in double.
double state(GruKind kind, const double (&x)[3], const double (&u)[3], double h, double a) {
  const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
  const double r = sigmoid(x[0] + u[0]), z = sigmoid(x[1] + u[1]), n = std::tanh(x[2] + r * u[2]);
  if (kind == GruKind::gru) return (1 - z) * n + z * h;
  const double share = kind == GruKind::agru ? a : a * z;
  return (1 - share) * h + share * n;
}

class Recurrent : public EachIsa {};
CLENS_EACH_ISA(Recurrent);

TEST_P(Recurrent, AStepHasOneOrder) {
  Comparison seen;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    Step step(random, seed);
    Floats y((step.rows - 1) * (step.width + 3) + step.width);
    step.args.y = y.data();
    step.args.ldy = step.width + 3;
    table_->gru(step.args);
    for (std::size_t r = 0; r < step.rows; ++r)
      for (std::size_t c = 0; c < step.width; ++c) {
        const auto x = [&](std::size_t gate) { return at(step.args.input, r, gate * step.width + c); };
        const auto u = [&](std::size_t gate) { return at(step.args.hidden, r, gate * step.width + c); };
        const float h = at(step.args.h, r, c);
        const float reset = one_of(&Table::sigmoid, x(0) + u(0)), z = one_of(&Table::sigmoid, x(1) + u(1));
        const float n = one_of(&Table::tanh, std::fma(reset, u(2), x(2)));
        float expected = std::fma(z, h - n, n);
        if (step.args.kind != GruKind::gru) {
          const float a = at(step.args.attention, r, 0);
          expected = std::fma(step.args.kind == GruKind::agru ? a : a * z, n - h, h);
        }
        seen.expect(y[r * step.args.ldy + c], (step.masked(r) ? h : expected) + 0.0f, "gru");
      }
  }
}

TEST_P(Recurrent, BackwardIsTheSlope) {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    Random random(seed);
    Step step(random, seed);
    const std::size_t width = step.width;
    const Matrix dy = drawn(random, step.rows, width), carried = drawn(random, step.rows, width);
    Floats d_input(step.rows * 3 * width), d_hidden(step.rows * 3 * width), direct(step.rows * width), work(width),
        d_attention(step.rows);
    GruBackwardArgs& g = step.args;
    g.dy = dy.operand, g.carried = carried.operand;
    g.d_input = d_input.data(), g.d_hidden = d_hidden.data(), g.direct = direct.data(), g.work = work.data();
    g.ld_input = g.ld_hidden = 3 * width, g.ld_direct = width, g.ld_attention = 1;
    if (g.kind != GruKind::gru) g.d_attention = d_attention.data();
    table_->gru_backward(g);
    for (std::size_t r = 0; r < step.rows; ++r) {
      double of_attention = 0;
      for (std::size_t c = 0; c < width; ++c) {
        const double d = double{at(g.dy, r, c)} + at(g.carried, r, c);
        double x[3], u[3];
        for (std::size_t gate = 0; gate < 3; ++gate)
          x[gate] = at(g.input, r, gate * width + c), u[gate] = at(g.hidden, r, gate * width + c);
        double h = at(g.h, r, c), a = g.kind == GruKind::gru ? 0 : at(g.attention, r, 0);
        const auto slope = [&](double& number) {
          if (step.masked(r)) return &number == &h ? d : 0.0;
          const double was = number, by = 1e-5;
          number = was + by;
          const double above = state(g.kind, x, u, h, a);
          number = was - by;
          const double below = state(g.kind, x, u, h, a);
          number = was;
          return d * (above - below) / (2 * by);
        };
        for (std::size_t gate = 0; gate < 3; ++gate) {
          EXPECT_NEAR(d_input[r * 3 * width + gate * width + c], slope(x[gate]), 2e-5);
          EXPECT_NEAR(d_hidden[r * 3 * width + gate * width + c], slope(u[gate]), 2e-5);
        }
        EXPECT_NEAR(direct[r * width + c], slope(h), 2e-5);
        of_attention += slope(a);
      }
      if (g.d_attention != nullptr) {
        EXPECT_NEAR(d_attention[r], of_attention, 2e-4);
      }
    }
  }
}

}  // namespace
}  // namespace clicklens::kernels
