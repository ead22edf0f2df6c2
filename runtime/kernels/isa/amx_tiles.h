// AMX: eight registers of up to 16 rows of 64 bytes, and products of two of them added to a third. By asm, since g++'s
// intrinsics neither take a tile's number from a template nor tell the compiler which memory they read.
#pragma once

#include <cstddef>
#include <cstdint>

namespace clicklens::kernels::amx {

constexpr std::size_t tile_rows = 16, row_bytes = 64;

// Shapes of the tiles, as the processor reads them.
struct alignas(64) Shapes {
  std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
  std::uint16_t bytes[16] = {};  // of a row
  std::uint8_t rows[16] = {};
};

// While it lives tiles hold values. 70-100 ns, most of which is the shaping; let go, so that the system has no 8 KiB
// to save whenever it switches threads.
class Tiles {
 public:
  [[gnu::always_inline]] explicit Tiles(const Shapes& shapes) { __asm__ volatile("ldtilecfg %0" : : "m"(shapes)); }
  [[gnu::always_inline]] ~Tiles() { __asm__ volatile("tilerelease" : : : "memory"); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;
};

// `stride`: bytes from row to row; 0 reads one row for all.
template <int tile>
[[gnu::always_inline]] inline void load(const void* from, std::size_t stride) {
  __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(stride), "i"(tile) : "memory");
}
template <int tile>
[[gnu::always_inline]] inline void store(void* to, std::size_t stride) {
  __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(stride), "i"(tile) : "memory");
}
template <int tile>
[[gnu::always_inline]] inline void zero() {
  __asm__ volatile("tilezero %%tmm%c0" : : "i"(tile));
}
// sum += x * w: of unsigned by signed bytes in groups of four, of bfloat16 in pairs
template <int sum, int x, int w>
[[gnu::always_inline]] inline void add_bytes() {
  __asm__ volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(sum), "i"(x), "i"(w));
}
template <int sum, int x, int w>
[[gnu::always_inline]] inline void add_bf16() {
  __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(sum), "i"(x), "i"(w));
}

}  // namespace clicklens::kernels::amx
