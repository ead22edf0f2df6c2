// Operators that see a value as fields, [fields, width], or as a matrix, in plain loops: the part of Reference that
// needs to know no node. Of float and double.
#pragma once

#include <cstddef>
#include <vector>

namespace clicklens::testing::plain {

template <class T>
std::vector<T> pairwise_dots(const std::vector<T>& x, std::size_t fields);
// weight [out, width], bias [out].
template <class T>
std::vector<T> field_linear(const std::vector<T>& x, const std::vector<T>& weight, const std::vector<T>& bias);
// [m, n].
template <class T>
std::vector<T> matmul(const std::vector<T>& a, const std::vector<T>& b, std::size_t m, std::size_t n, bool transpose_b);
// mask: empty, `width` of them, or as many as x.
template <class T>
std::vector<T> softmax(const std::vector<T>& x, const std::vector<T>& mask, std::size_t width);
// scale and shift: empty, or `width` of them.
template <class T>
std::vector<T> layer_norm(const std::vector<T>& x, std::size_t width, T eps, const std::vector<T>& scale,
                          const std::vector<T>& shift);
// weight [out, fields], bias [out].
template <class T>
std::vector<T> field_mix(const std::vector<T>& x, const std::vector<T>& weight, const std::vector<T>& bias);
template <class T>
std::vector<T> field_max(const std::vector<T>& x, std::size_t width);

}  // namespace clicklens::testing::plain
