// The floating-point environment that canonical arithmetic needs: round to nearest even, gradual
// underflow, every exception masked. A host's -ffast-math library may have turned flush-to-zero on, or
// the host may round upwards; scores must not depend on it. The guard costs about 9 ns and puts the
// host's own environment, sticky flags included, back on every way out.
#pragma once

#include <cstdint>

#if defined(__FAST_MATH__)
#error "clicklens must not be compiled with -ffast-math: its results are promised bit for bit"
#endif

#if defined(__x86_64__)
#include <xmmintrin.h>
#elif !defined(__aarch64__)
#error "clicklens knows the floating-point control registers of x86-64 and aarch64 only"
#endif

namespace clicklens::base {

class FpEnvironment {
 public:
  FpEnvironment() noexcept : saved_(read()) { write(canonical); }
  ~FpEnvironment() { write(saved_); }
  FpEnvironment(const FpEnvironment&) = delete;
  FpEnvironment& operator=(const FpEnvironment&) = delete;

#if defined(__x86_64__)
  using Word = unsigned int;                  // MXCSR
  static constexpr Word canonical = 0x1F80u;  // all exceptions masked; RC, FTZ, DAZ and flags zero

  static Word read() noexcept {
    return _mm_getcsr();
  }

 private:
  // The empty asm keeps loads and stores of the guarded code on their side of the switch.
  static void write(Word word) noexcept {
    asm volatile("" ::: "memory");
    _mm_setcsr(word);
    asm volatile("" ::: "memory");
  }
#else
  using Word = std::uint64_t;           // FPCR
  static constexpr Word canonical = 0;  // nearest, no FZ / FZ16 / DN / AHP, no traps

  static Word read() noexcept {
    Word word;
    asm volatile("mrs %0, fpcr" : "=r"(word)::"memory");
    return word;
  }

 private:
  static void write(Word word) noexcept {
    asm volatile("msr fpcr, %0" ::"r"(word) : "memory");
  }
#endif

  Word saved_;
};

}  // namespace clicklens::base
