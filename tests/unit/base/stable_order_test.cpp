#include "base/stable_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

namespace clicklens::base {
namespace {

TEST(StableOrder, IsThatOfStableSort) {
  std::mt19937 random(4);
  for (const std::size_t count : {0u, 1u, 2u, 15u, 1000u}) {
    std::vector<std::pair<int, std::size_t>> items;  // a key that repeats, and where it was
    for (std::size_t i = 0; i < count; ++i) items.emplace_back(static_cast<int>(random() % 10), i);
    auto expected = items, sorted = items;
    const auto before = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::stable_sort(expected.begin(), expected.end(), before);
    stable_sort(sorted, before);
    EXPECT_EQ(sorted, expected);
    const auto order = stable_order(count, [&](std::size_t a, std::size_t b) { return before(items[a], items[b]); });
    ASSERT_EQ(order.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(order[i], expected[i].second);
  }
}

TEST(StableOrder, WhatCannotBeCopiedIsMoved) {
  std::vector<std::unique_ptr<int>> items;
  for (const int key : {3, 1, 2}) items.push_back(std::make_unique<int>(key));
  stable_sort(items, [](const auto& a, const auto& b) { return *a < *b; });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*items[static_cast<std::size_t>(i)], i + 1);
}

}  // namespace
}  // namespace clicklens::base
