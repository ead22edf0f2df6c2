// Rows read at random against one addition after the other; tables end at an unreadable page.
#include "support/rows.h"
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

class CopyRowsTest : public EachIsa {};
CLENS_EACH_ISA(CopyRowsTest);

// Any numbers, halves of any bits.
Guarded<std::uint8_t> table_of(Random& random, Element type, std::size_t rows, std::size_t cols, std::size_t stride) {
  const std::size_t width = type == Element::f32 ? 4 : 2;
  Guarded<std::uint8_t> table((rows - 1) * stride + width * cols);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t c = 0; c < cols; ++c) {
      std::uint8_t* const to = table.data() + row * stride + width * c;
      if (type == Element::f32) {
        const float v = draw(random, true);
        std::memcpy(to, &v, sizeof v);
      } else {
        const auto v = static_cast<std::uint16_t>(random.bits());
        std::memcpy(to, &v, sizeof v);
      }
    }
  }
  return table;
}

// Some stretches of the same rows in one call, each with its own of what may be done to it.
TEST_P(CopyRowsTest, AreThoseOfThePlainLoop) {
  Random random(9);
  Comparison seen;
  for (const Element type : {Element::f32, Element::f16}) {
    const std::size_t width = type == Element::f32 ? 4 : 2;
    for (const std::size_t cols : {1u, 7u, 16u, 33u, 512u}) {
      for (const std::size_t count : {0u, 1u, 3u, 5u, 40u}) {
        const std::size_t rows = 11, all = 5 + cols + 19, stride = width * (all + random.bits() % 3);
        const Guarded<std::uint8_t> table = table_of(random, type, rows, all, stride);
        Guarded<std::uint32_t> ids(count);
        for (std::size_t i = 0; i < count; ++i) ids[i] = random.bits() % static_cast<std::uint32_t>(rows);
        struct Part {
          std::size_t first, cols;
          Matrix addend;
          Floats out;
        };
        std::vector<Part> parts;
        std::vector<CopyStretch> stretches;
        const std::size_t bounds[] = {0, 5, 5 + cols, all};
        for (std::size_t p = 0; p < 3; ++p) {
          const std::size_t n = bounds[p + 1] - bounds[p], ld = n + 3;
          parts.push_back(
              {bounds[p], n, Matrix(random, count, n, true), Floats(count == 0 ? 0 : (count - 1) * ld + n)});
          for (std::size_t i = 0; i < parts[p].out.size(); ++i) parts[p].out[i] = 12345.0f;
          stretches.push_back({width * bounds[p], n, random.bits() % 2 != 0 ? parts[p].addend.operand : Operand{},
                               random.bits() % 2 != 0, parts[p].out.data(), ld});
        }
        table_->copy_rows({table.data(), stride, type, ids.data(), count, stretches.data(), stretches.size()});
        for (std::size_t p = 0; p < 3; ++p) {
          const CopyStretch& to = stretches[p];
          for (std::size_t i = 0; i < parts[p].out.size(); ++i) {
            const std::size_t row = i / to.ld_out, c = i % to.ld_out;
            if (c >= to.cols) {
              EXPECT_EQ(to.out[i], 12345.0f) << "between rows";
              continue;
            }
            float v = oracle::number_in_row(type, table.data() + ids[row] * stride, parts[p].first + c);
            if (to.addend.data != nullptr) v += at(to.addend, row, c);
            seen.expect(to.out[i], (to.relu && v <= 0 ? 0.0f : v) + 0.0f, "row " + std::to_string(row));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace clicklens::kernels
