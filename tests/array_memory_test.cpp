// Where arrays lie, how much memory they take, and that it is used again.
#include <autodiff/array/array.hpp>
#include <autodiff/array/create.hpp>

#include <cstdint>
#include <doctest/doctest.h>

#include "sanitizer.hpp"

using namespace seegrad;

TEST_CASE("memory begins at multiples of 64 bytes and is used again") {
  for (const index_t n : {0, 1, 7, 100, 1000, 100000, 1000000}) {
    CHECK(reinterpret_cast<std::uintptr_t>(array::uninitialized(float32, {n}).raw()) % 64 == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(array::uninitialized(float64, {n}).raw()) % 64 == 0);
  }
  const auto step = [] {
    array x = zeros({100, 30}), y = x.permute({1, 0}).contiguous();
    y.set(1, 3, 4);
    const array z = y.cast(float32), w = z.slice(0, 1, 20, 2).copy();
    return w.at(1, 4);
  };
  const auto live = seegrad::detail::pool::in_use().live;
  CHECK(step() == 1);
  CHECK(seegrad::detail::pool::in_use().live == live);
  if (!has_address_sanitizer) {
    // A second step like the first takes what the first gave back: together they stay the same.
    const auto before = seegrad::detail::pool::in_use();
    step();
    const auto after = seegrad::detail::pool::in_use();
    CHECK(after.spare == before.spare);
    CHECK(after.peak == before.peak);
    void* first = array::uninitialized(float64, {1000}).raw();
    CHECK(array::uninitialized(float64, {1000}).raw() == first);
  }
  seegrad::detail::pool::release();
  CHECK(seegrad::detail::pool::in_use().spare == 0);
}

TEST_CASE("the memory of an array is hardly more than its elements") {
  namespace pool = seegrad::detail::pool;
  const auto taken = [](index_t bytes) {
    pool::release();
    const auto before = pool::in_use().live;
    const auto a = array::uninitialized(boolean, {bytes});
    static_cast<char*>(a.raw())[bytes - 1] = 1;  // a sanitizer sees where the block ends
    return pool::in_use().live - before;
  };
  constexpr index_t header = 192;
  for (int k = 6; k < 26; ++k) {
    const auto round = index_t{1} << k;
    CHECK(taken(round) == round + header);
    for (const auto bytes : {round + 1, round + round / 3, round + round / 2, 2 * round - 1}) {
      CAPTURE(bytes);
      CHECK(taken(bytes) >= bytes + header);
      CHECK(taken(bytes) <= bytes + bytes / (bytes > 65536 ? 16 : 4) + header + 1);
    }
  }
  if (has_address_sanitizer) return;
  // What is kept anyway serves an array that is a little smaller, and not one that is much.
  pool::release();
  const void* kept = array::uninitialized(boolean, {1200000}).raw();
  CHECK(array::uninitialized(boolean, {1000000}).raw() == kept);
  CHECK(array::uninitialized(boolean, {800000}).raw() != kept);
}
