// Buffers that end where the address space does, operands of any stride, and the tables under test.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "kernels/dispatch.h"
#include "simd/inputs.h"

namespace clicklens::kernels {

// `size` elements right before an unreadable page: one element too far ends the test program.
template <class T>
class Guarded {
 public:
  explicit Guarded(std::size_t size) : size_(size) {
    const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t body = (size * sizeof(T) + page - 1) / page * page;
    bytes_ = body + page;
    base_ = static_cast<char*>(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (base_ == MAP_FAILED || mprotect(base_ + body, page, PROT_NONE) != 0) std::abort();
    data_ = reinterpret_cast<T*>(base_ + body - size * sizeof(T));
  }
  Guarded(Guarded&& other) noexcept { *this = std::move(other); }
  Guarded& operator=(Guarded&& other) noexcept {
    std::swap(base_, other.base_);
    std::swap(bytes_, other.bytes_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Guarded() {
    if (base_ != nullptr) munmap(base_, bytes_);
  }
  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  char* base_ = nullptr;
  std::size_t bytes_ = 0;
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

using Floats = Guarded<float>;

// Mostly ordinary numbers, now and then a hard one.
inline float draw(Random& random, bool hard) {
  if (!hard || random.bits() % 16 != 0) return random.uniform(-2, 2);
  return edges()[random.bits() % edges().size()];
}
inline Floats random_floats(Random& random, std::size_t n, bool hard = false) {
  Floats v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = draw(random, hard);
  return v;
}
inline std::size_t between(Random& random, std::size_t low, std::size_t high) {
  return low + random.bits() % (high - low + 1);
}

// A matrix of rows x cols as kernels may meet it: any stride, one row for all, or a row map.
struct Matrix {
  Floats floats{0};
  Guarded<std::uint32_t> map{0};
  Operand operand;

  enum class Form { dense, strided, one_row, mapped };

  Matrix(Random& random, Form form, std::size_t rows, std::size_t cols, bool hard = false) {
    const std::size_t ld = form == Form::one_row ? 0 : form == Form::dense ? cols : cols + random.bits() % 7;
    const std::size_t stored = form == Form::mapped ? rows / 2 + 1 : rows;
    floats = random_floats(random, stored == 0 ? cols : (stored - 1) * ld + cols, hard);
    operand = {floats.data(), ld, nullptr};
    if (form != Form::mapped) return;
    map = Guarded<std::uint32_t>(rows);
    for (std::size_t i = 0; i < rows; ++i) map[i] = random.bits() % static_cast<std::uint32_t>(stored);
    operand.rows = map.data();
  }
  Matrix(Random& random, std::size_t rows, std::size_t cols, bool hard = false)
      : Matrix(random, static_cast<Form>(random.bits() % 4), rows, cols, hard) {}
};

inline float at(const Operand& o, std::size_t i, std::size_t c) {
  return o.data[(o.rows != nullptr ? o.rows[i] : i) * o.ld + c];
}

// Counts what was compared, so that a test can refuse to pass on nothing or on NaN alone.
struct Comparison {
  std::size_t compared = 0, numbers = 0;

  void expect(float got, float expected, const std::string& what) {
    ++compared;
    numbers += expected == expected ? 1 : 0;
    EXPECT_TRUE(same_bits(got, expected)) << what << ": " << got << ", expected " << expected;
    EXPECT_FALSE(got == 0 && std::signbit(got)) << what << ": -0";
  }
  ~Comparison() {
    if (testing::Test::IsSkipped()) return;
    EXPECT_GT(compared, 0u) << "nothing was compared";
    EXPECT_GT(numbers * 4, compared) << "nearly all NaN proves nothing";
  }
};

// A test over every set that is compiled in; a set that the machine lacks is skipped loudly.
class EachIsa : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override {
    const Isa isa = GetParam();
    table_ = table_for(isa);
    if (table_ == nullptr) {
      ASSERT_FALSE(required(isa)) << isa_name(isa) << " was required, but this machine lacks it";
      GTEST_SKIP() << "THIS MACHINE LACKS " << isa_name(isa) << ": its kernels were NOT tested";
    }
    ASSERT_EQ(table_->isa, isa) << "another set ran instead";
    ASSERT_STREQ(table_->name, isa_name(isa));
  }
  const Table* table_ = nullptr;
};

// A test of kernels in reduced precision: over every set, as any processor with it runs it, with its optional
// instructions, and with those that the system is to be asked for.
enum class With { nothing, instructions, tiles };
struct Variant {
  Isa isa;
  With with;
  [[nodiscard]] const Table* table() const {
    if (with == With::tiles) return amx_table();
    return with == With::nothing ? plain_table_for(isa) : table_for(isa);
  }
  [[nodiscard]] std::string name() const {
    return isa_name(isa) + std::string(with == With::tiles ? "_amx" : with == With::nothing ? "_plain" : "");
  }
};
inline std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const Isa isa : compiled_isas()) {
    all.push_back({isa, With::instructions});
    if (isa != Isa::avx512) continue;
    all.push_back({isa, With::nothing});
    all.push_back({isa, With::tiles});
  }
  return all;
}
class EachVariant : public testing::TestWithParam<Variant> {
 protected:
  void SetUp() override {
    table_ = GetParam().table();
    if (table_ != nullptr) return;
    const std::string name = GetParam().name();
    ASSERT_FALSE(required(name)) << name << " was required, but this machine lacks it";
    GTEST_SKIP() << "THIS MACHINE LACKS " << name << ": its kernels were NOT tested";
  }
  const Table* table_ = nullptr;
};

#define CLENS_EACH_VARIANT(Suite)                                          \
  INSTANTIATE_TEST_SUITE_P(Variants, Suite, testing::ValuesIn(variants()), \
                           [](const auto& info) { return info.param.name(); })

#define CLENS_EACH_ISA(Suite)                                                                              \
  INSTANTIATE_TEST_SUITE_P(Isas, Suite, testing::ValuesIn(compiled_isas().begin(), compiled_isas().end()), \
                           [](const auto& info) { return std::string(isa_name(info.param)); })

}  // namespace clicklens::kernels
