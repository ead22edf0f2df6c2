// Element by element kernels: arithmetic, and the transforms of dense features.
#pragma once

#include "kernels/map_each.h"

namespace clicklens::kernels {

template <class Isa>
struct Map : MapEach<Isa> {
  using V = Vec<Isa>;

  static void copy(const MapArgs& m) {
    each(m, [](auto at) { return at.a(); });
  }
  static void add(const MapArgs& m) {
    each(m, [](auto at) { return at.a() + at.b(); });
  }
  static void subtract(const MapArgs& m) {
    each(m, [](auto at) { return at.a() - at.b(); });
  }
  static void multiply(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * at.b(); });
  }
  static void divide(const MapArgs& m) {
    each(m, [](auto at) { return at.a() / at.b(); });
  }
  static void maximum(const MapArgs& m) {
    each(m, [](auto at) { return max(at.a(), at.b()); });
  }
  static void minimum(const MapArgs& m) {
    each(m, [](auto at) { return min(at.a(), at.b()); });
  }
  static void larger_share(const MapArgs& m) {
    each(m, [](auto at) {
      const V half = select(at.a() == at.b(), V::broadcast(0.5f), V::broadcast(1.0f));
      return select(at.a() < at.b(), V::zero(), half);
    });
  }
  static void negate(const MapArgs& m) {
    each(m, [](auto at) { return kernels::negate(at.a()); });
  }
  static void negative_product(const MapArgs& m) {
    each(m, [](auto at) { return kernels::negate(at.a() * at.b()); });
  }
  static void add_square(const MapArgs& m) {
    each(m, [](auto at) { return fma(at.b(), at.b(), at.a()); });
  }
  static void half_difference(const MapArgs& m) {
    each(m, [](auto at) { return fma(at.a(), at.a(), kernels::negate(at.b())) * V::broadcast(0.5f); });
  }
  static void scale_shift(const MapArgs& m) {
    if (m.shift == nullptr) {
      each(m, [](auto at) { return at.a() * at.scale(); });
    } else {
      each(m, [](auto at) { return fma(at.a(), at.scale(), at.shift()); });
    }
  }
  static void log1p(const MapArgs& m) {
    each(m, [](auto at) { return math::signed_log1p(at.a()); });
  }
  static void standardise(const MapArgs& m) {
    each(m, [](auto at) { return (at.a() - at.shift()) * at.scale(); });
  }

 private:
  using MapEach<Isa>::each;
};

}  // namespace clicklens::kernels
