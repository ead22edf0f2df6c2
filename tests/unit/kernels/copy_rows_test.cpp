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

TEST_P(CopyRowsTest, AreThoseOfThePlainLoop) {
  Random random(9);
  Comparison seen;
  for (const Element type : {Element::f32, Element::f16}) {
    for (const std::size_t cols : {1u, 7u, 16u, 33u, 512u}) {
      for (const std::size_t count : {0u, 1u, 3u, 5u, 40u}) {
        const std::size_t rows = 11, stride = (type == Element::f32 ? 4 : 2) * (cols + random.bits() % 3);
        const Guarded<std::uint8_t> table = table_of(random, type, rows, cols, stride);
        Guarded<std::uint32_t> ids(count);
        for (std::size_t i = 0; i < count; ++i) ids[i] = random.bits() % static_cast<std::uint32_t>(rows);
        const Matrix addend(random, count, cols, true);
        const std::size_t ld = cols + 3;
        Floats out(count == 0 ? 0 : (count - 1) * ld + cols);
        for (const bool adds : {false, true}) {
          for (const bool relu : {false, true}) {
            for (std::size_t i = 0; i < out.size(); ++i) out[i] = 12345.0f;
            table_->copy_rows({table.data(), stride, type, ids.data(), count, cols, adds ? addend.operand : Operand{},
                               relu, out.data(), ld});
            for (std::size_t i = 0; i < out.size(); ++i) {
              if (i % ld >= cols) {
                EXPECT_EQ(out[i], 12345.0f) << "between rows";
                continue;
              }
              float v = oracle::number_in_row(type, table.data() + ids[i / ld] * stride, i % ld);
              if (adds) v += at(addend.operand, i / ld, i % ld);
              seen.expect(out[i], (relu && v <= 0 ? 0.0f : v) + 0.0f, "row " + std::to_string(i / ld));
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace clicklens::kernels
