// Rows that lie apart, against a plain copy of the whole.
#include "format/overlay.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <random>
#include <vector>

namespace clicklens::format {
namespace {

struct Case {
  std::uint64_t base_rows, rows, stride;
  double share;  // of rows that change
};

// Mapped, as a model's file is: a sanitizer's heap has no room beside it.
class Pages {
 public:
  explicit Pages(std::size_t size) : size_(size) {
    data_ = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(data_, MAP_FAILED);
  }
  ~Pages() { ::munmap(data_, size_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  [[nodiscard]] std::byte* data() const { return static_cast<std::byte*>(data_); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  void* data_;
};

class OverlayTest : public ::testing::TestWithParam<Case> {
 protected:
  OverlayTest() {
    const Case& c = GetParam();
    const std::size_t size = c.base_rows * c.stride;
    for (std::size_t i = 0; i < size; ++i) base_.data()[i] = static_cast<std::byte>(random_());
    const std::uint64_t covered = std::min(c.base_rows, c.rows);
    whole_.assign(base_.data(), base_.data() + covered * c.stride);
    for (std::uint32_t row = 0; row < covered; ++row)
      if (std::uniform_real_distribution<double>(0, 1)(random_) < c.share) changed_.push_back(row);
    whole_.resize(c.rows * c.stride);
    const auto redraw = [&](std::uint64_t row) {
      for (std::uint64_t i = 0; i < c.stride; ++i) {
        whole_[row * c.stride + i] = static_cast<std::byte>(random_());
        apart_.push_back(whole_[row * c.stride + i]);
      }
    };
    for (const std::uint32_t row : changed_) redraw(row);
    for (std::uint64_t row = covered; row < c.rows; ++row) redraw(row);
  }

  std::shared_ptr<Overlay> make(bool indexed) {
    Overlay::Parts parts;
    parts.base = {base_.data(), base_.size()};
    parts.stride = GetParam().stride;
    parts.size = whole_.size();
    parts.changed = std::move(*base::AlignedBlock::allocate(changed_.size() * sizeof(std::uint32_t)));
    if (!changed_.empty()) std::memcpy(parts.changed.data(), changed_.data(), changed_.size() * sizeof(std::uint32_t));
    parts.is_indexed = indexed;
    auto made = Overlay::make(std::move(parts));
    EXPECT_TRUE(made.ok()) << made.status().message();
    if (!made.ok()) return nullptr;
    EXPECT_EQ((*made)->room().size(), apart_.size());
    std::copy(apart_.begin(), apart_.end(), (*made)->room().begin());
    return *made;
  }

  std::mt19937 random_{static_cast<std::uint32_t>(GetParam().rows * 31 + GetParam().stride)};
  Pages base_{GetParam().base_rows * GetParam().stride};
  std::vector<std::uint32_t> changed_;
  std::vector<std::byte> whole_, apart_;
};

TEST_P(OverlayTest, EveryRowIsTheWholes) {
  const auto overlay = make(true);
  ASSERT_NE(overlay, nullptr);
  const std::uint64_t stride = GetParam().stride;
  const TableRows rows = overlay->rows();
  for (std::uint32_t row = 0; row < GetParam().rows; ++row)
    ASSERT_EQ(std::memcmp(rows.row(row, stride), whole_.data() + row * stride, stride), 0) << row;
}

TEST_P(OverlayTest, PiecesAreTheWholeInOrder) {
  for (const bool indexed : {true, false}) {
    const auto overlay = make(indexed);
    ASSERT_NE(overlay, nullptr);
    std::vector<std::byte> pieces;
    std::size_t count = 0;
    const base::Status status = overlay->each_piece([&](std::span<const std::byte> piece) {
      pieces.insert(pieces.end(), piece.begin(), piece.end());
      EXPECT_FALSE(piece.empty());
      ++count;
      return base::Status();
    });
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(pieces, whole_);
    EXPECT_LE(count, 2 * changed_.size() + 2);
  }
}

TEST_P(OverlayTest, APieceThatFailsEndsIt) {
  const auto overlay = make(true);
  ASSERT_NE(overlay, nullptr);
  int calls = 0;
  const base::Status status = overlay->each_piece([&](std::span<const std::byte>) {
    ++calls;
    return base::Status::error(base::Code::io_error, "full");
  });
  EXPECT_EQ(status.code(), base::Code::io_error);
  EXPECT_EQ(calls, 1);
}

INSTANTIATE_TEST_SUITE_P(Shapes, OverlayTest,
                         ::testing::Values(Case{1, 1, 4, 0}, Case{1, 1, 4, 1}, Case{31, 31, 12, 0.3},
                                           Case{32, 32, 16, 0.3}, Case{33, 33, 20, 0.5}, Case{64, 70, 64, 0.1},
                                           Case{64, 96, 64, 0}, Case{70, 64, 100, 0.2}, Case{500, 20, 4, 0.9},
                                           Case{1, 200, 8, 0}, Case{5000, 5003, 36, 0.01}, Case{5000, 5000, 36, 1}));

}  // namespace
}  // namespace clicklens::format
