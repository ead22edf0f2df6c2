// A set's table, filled from the catalogue. Isa must be a type of the unit's unnamed namespace: then
// every kernel instantiated from it is local to the unit, and none can be taken for another's.
#pragma once

#include "kernels/bag.h"
#include "kernels/copy_rows.h"
#include "kernels/dots.h"
#include "kernels/linear.h"
#include "kernels/linear_bf16.h"
#include "kernels/linear_int8.h"
#include "kernels/linear_pack.h"
#include "kernels/map.h"
#include "kernels/map_activations.h"
#include "kernels/matrices.h"
#include "kernels/recurrent.h"
#include "kernels/reduce.h"
#include "kernels/roofline.h"
#include "kernels/row_places.h"
#include "kernels/scale.h"
#include "kernels/statistics.h"
#include "kernels/table.h"

namespace clicklens::kernels {

// constexpr: a table filled at start-up would run vector code before the processor was asked.
// I8: where the tiles of int8 have other shapes.
template <class I, class I8 = I>
constexpr Table make_table(Isa isa, const char* name) {
  struct linear : Linear<I>, LinearPack<I> {};  // named as the catalogue's families
  struct int8 : Quantise<I>, LinearInt8<I8> {};
  using bf16 = NoBf16;  // units of their own lay it over a table
  struct bag : Bag<I>, CopyRows<I>, RowPlaces<I> {};
  struct map : Map<I>, MapActivations<I> {};
  using reduce = Reduce<I>;
  using matrices = Matrices<I>;
  using dots = Dots<I>;
  using recurrent = Recurrent<I>;
  using scale = Scale<I>;
  using roofline = Roofline<I>;
  struct statistics : Moments<I>, FixedSums<I>, Gram<I>, Project<I> {};
  Table table{};
  table.isa = isa;
  table.name = name;
#define CLENS_KERNEL(family, kernel, ...) table.kernel = family::kernel;
#include "kernels/catalogue.inc"
#undef CLENS_KERNEL
  return table;
}

}  // namespace clicklens::kernels
