// The activations of the linear epilogue and of the map kernels, and how an operand's rows are found.
#pragma once

#include "kernels/args.h"
#include "kernels/math.h"

namespace clicklens::kernels {

[[gnu::always_inline]] inline const float* row_of(const Operand& operand, std::size_t i) {
  if (operand.data == nullptr) return nullptr;
  return operand.data + (operand.rows != nullptr ? operand.rows[i] : i) * operand.ld;
}

// No kernel emits -0: this turns it into +0 and leaves everything else.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> canonical(Vec<Ops> v) {
  return v + Vec<Ops>::zero();
}

// The first n lanes at p; a whole vector is loaded or stored as such.
template <class V>
[[gnu::always_inline]] inline V load_some(const float* p, std::size_t n) {
  return n == V::lanes ? V::load(p) : V::load_n(p, n);
}
template <class V>
[[gnu::always_inline]] inline void store_some(float* p, V v, std::size_t n) {
  if (n == V::lanes) {
    v.store(p);
  } else {
    v.store_n(p, n);
  }
}

// Whether a vector of a tile, whose last has `tail` lanes, is taken whole. Where a masked load or store costs what a
// whole one does the last never is: asking would have what follows in the code twice.
template <class V>
[[gnu::always_inline]] inline bool is_whole(bool last, std::size_t tail) {
  return !last || (!V::Isa::free_masks && tail == V::lanes);
}
template <class V>
[[gnu::always_inline]] inline V load_of_tile(const float* p, bool last, std::size_t tail) {
  return is_whole<V>(last, tail) ? V::load(p) : V::load_n(p, tail);
}
template <class V>
[[gnu::always_inline]] inline void store_of_tile(float* p, V v, bool last, std::size_t tail) {
  if (is_whole<V>(last, tail)) {
    v.store(p);
  } else {
    v.store_n(p, tail);
  }
}

template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> relu(Vec<Ops> x) {
  return select(x <= Vec<Ops>::zero(), Vec<Ops>::zero(), x);
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> leaky_relu(Vec<Ops> x, Vec<Ops> slope) {
  return select(x <= Vec<Ops>::zero(), x * slope, x);
}

// A gradient through a kink at 0: scaled where `at` <= 0.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> gate(Vec<Ops> gradient, Vec<Ops> at, Vec<Ops> otherwise) {
  return select(at <= Vec<Ops>::zero(), otherwise, gradient);
}

}  // namespace clicklens::kernels
