// Views, each compared with an index written out: what element of x stands at each place. What is clipped and refused follows
// Python and numpy.
#include <autodiff/array/create.hpp>
#include <autodiff/array/error.hpp>

#include <doctest/doctest.h>
#include <functional>
#include <random>

#include "message.hpp"

using namespace seegrad;

namespace {

/// 0, 1, 2, … in that shape, so that an element says where it comes from.
auto counted(const dims& shape) -> array { return arange(static_cast<double>(elements(shape)), int64).reshape(shape); }

/// An array like x that is not contiguous: every second row of the doubled, axes stored in reverse order.
auto strided(const array& x) -> array {
  dims backwards, wide;
  for (int i = x.rank() - 1; i >= 0; --i) backwards.push(i), wide.push(2 * x.shape()[i]);
  auto big = full(wide, -1, x.type());
  const auto spaced = seegrad::detail::row_major(wide);
  dims index = dims::filled(x.rank(), 0);
  for (index_t n = 0; n < x.size(); ++n) {
    index_t rest = n, at = 0;
    for (int i = x.rank() - 1; i >= 0; --i) {
      index[i] = rest % x.shape()[i], rest /= x.shape()[i];
      at += 2 * index[i] * spaced[x.rank() - 1 - i];
    }
    seegrad::detail::with_type(
        x.type(), [&]<class T>(T) { big.writable<T>()[static_cast<std::size_t>(at)] = static_cast<T>(x.get(index)); });
  }
  auto out = big.permute(backwards);
  for (int i = 0; i < x.rank(); ++i) out = out.slice(i, 0, out.shape()[i], 2);
  return out;
}

/// Whether v has that shape and shows x at the places `from` gives.
auto shows(const array& v, const array& x, const dims& shape, const std::function<dims(const dims&)>& from) -> bool {
  if (v.shape() != shape) return false;
  dims index = dims::filled(shape.size(), 0);
  for (index_t n = 0; n < elements(shape); ++n) {
    auto rest = n;
    for (int i = shape.size() - 1; i >= 0; --i) index[i] = rest % shape[i], rest /= shape[i];
    if (v.get(index) != x.get(from(index))) return false;
  }
  return v.contiguous().to_vector<double>() == v.to_vector<double>();
}

/// Both as it is and with other strides.
template <class F>
auto both(const dims& shape, F f) -> void {
  const auto x = counted(shape);
  for (const auto& y : {x, strided(x)}) {
    REQUIRE(identical(y, x));
    f(y);
  }
}

}  // namespace

TEST_CASE("slices as Python counts them") {
  // Every start, stop and step around a row of five, against Python's rule in its own words: clip first, then walk.
  both({5}, [](const array& x) {
    for (index_t start = -8; start <= 8; ++start)
      for (index_t stop = -8; stop <= 8; ++stop)
        for (const index_t step : {-7, -3, -2, -1, 1, 2, 3, 7}) {
          std::vector<std::int64_t> expected;
          const index_t low = step > 0 ? 0 : -1, high = step > 0 ? 5 : 4;
          const auto fix = [&](index_t k) { return std::min(high, std::max(low, k < 0 ? k + 5 : k)); };
          for (auto i = fix(start); step > 0 ? i < fix(stop) : i > fix(stop); i += step) expected.push_back(i);
          REQUIRE(x.slice(0, start, stop, step).to_vector<std::int64_t>() == expected);
        }
  });
  constexpr auto far = std::numeric_limits<index_t>::max();
  CHECK(identical(counted({4}).slice(0, 0, far, 1), counted({4})));
  CHECK(identical(counted({4}).slice(0, far, -far, -1), array{3, 2, 1, 0}));
  CHECK(identical(counted({4}).slice(0, -far, far, 3), array{0, 3}));
  CHECK(identical(counted({4}).slice(0, 1, far, far), array{1}));
  CHECK(counted({0}).slice(0, -3, 3, -1).size() == 0);

  both({3, 4, 5}, [](const array& x) {
    CHECK(shows(x.slice(1, -1, -5, -2), x, {3, 2, 5}, [](const dims& i) { return dims{i[0], 3 - 2 * i[1], i[2]}; }));
    CHECK(shows(x.slice(-1, 1, 100, 3), x, {3, 4, 2}, [](const dims& i) { return dims{i[0], i[1], 1 + 3 * i[2]}; }));
    // A slice of a slice, forwards and backwards.
    CHECK(shows(x.slice(2, 4, 0, -1).slice(2, 3, -9, -2), x, {3, 4, 2}, [](const dims& i) {
      return dims{i[0], i[1], 1 + 2 * i[2]};
    }));
    CHECK(x.slice(0, 2, 1, 1).shape() == dims{0, 4, 5});
  });
  CHECK_THROWS_AS(counted({4}).slice(0, 0, 4, 0), error);
  CHECK_THROWS_AS(counted({4}).slice(1, 0, 4, 1), error);
}

TEST_CASE("views share memory") {
  const auto x = counted({3, 4});
  for (const auto& v :
       {x.slice(0, 0, 2, 1), x.select(1, 2), x.permute({1, 0}), x.expand({2, 3, 4}), x.flip({0, 1}), x.diagonal(0, 0, 1),
        x.reshape({2, 6}), x.flip({0}).reshape({3, 2, 2}), x.permute({1, 0}).reshape({2, 2, 3})})
    CHECK(v.shares_memory(x));
  CHECK_FALSE(x.permute({1, 0}).reshape({12}).shares_memory(x));
}

TEST_CASE("select") {
  both({3, 4, 5}, [](const array& x) {
    CHECK(shows(x.select(1, 2), x, {3, 5}, [](const dims& i) { return dims{i[0], 2, i[1]}; }));
    CHECK(shows(x.select(-1, -1), x, {3, 4}, [](const dims& i) { return dims{i[0], i[1], 4}; }));
  });
  CHECK(counted({3}).select(0, 1).rank() == 0);
  CHECK_THROWS_AS(counted({3}).select(0, 3), error);
  CHECK_THROWS_AS(counted({3}).select(0, -4), error);
  CHECK_THROWS_AS(counted({3}).select(1, 0), error);
  CHECK_THROWS_AS(array(1.0).select(0, 0), error);
}

TEST_CASE("permute") {
  both({2, 3, 4, 5}, [](const array& x) {
    CHECK(shows(x.permute({2, 0, 3, 1}), x, {4, 2, 5, 3}, [](const dims& i) { return dims{i[1], i[3], i[0], i[2]}; }));
    CHECK(shows(x.permute({-1, 0, 1, -2}), x, {5, 2, 3, 4}, [](const dims& i) { return dims{i[1], i[2], i[3], i[0]}; }));
    CHECK(identical(x.permute({1, 2, 3, 0}).permute({3, 0, 1, 2}), x));
  });
  // Large enough for the copy in tiles, with edges that fill none.
  both({3, 37, 53}, [](const array& x) {
    CHECK(shows(x.permute({0, 2, 1}), x, {3, 53, 37}, [](const dims& i) { return dims{i[0], i[2], i[1]}; }));
    CHECK(shows(x.permute({2, 1, 0}), x, {53, 37, 3}, [](const dims& i) { return dims{i[2], i[1], i[0]}; }));
  });
  for (const dims& bad : {dims{0}, dims{0, 0}, dims{0, 2}, dims{0, 1, 1}, dims{0, -2}})
    CHECK_THROWS_AS(counted({2, 3}).permute(bad), error);
}

TEST_CASE("expand") {
  both({3, 1, 2}, [](const array& x) {
    CHECK(shows(x.expand({4, 3, 5, 2}), x, {4, 3, 5, 2}, [](const dims& i) { return dims{i[1], 0, i[3]}; }));
    CHECK(shows(x.expand({-1, 7, -1}), x, {3, 7, 2}, [](const dims& i) { return dims{i[0], 0, i[2]}; }));
    CHECK(x.expand({3, 0, 2}).shape() == dims{3, 0, 2});
  });
  CHECK(identical(array{2.5}.expand({2, 3}), full({2, 3}, 2.5)));
  CHECK(identical(array{2.5}.select(0, 0).expand({4}), full({4}, 2.5)));
  CHECK_THROWS_AS(counted({3}).expand({4}), error);
  CHECK_THROWS_AS(counted({3}).expand({3, 1}), error);
  CHECK_THROWS_AS(counted({2, 3}).expand({3}), error);
  CHECK_THROWS_AS(counted({0}).expand({3}), error);
  CHECK_THROWS_AS(counted({1}).expand({-2}), error);
}

TEST_CASE("flip and diagonal") {
  both({3, 4, 5}, [](const array& x) {
    CHECK(shows(x.flip({0, -1}), x, {3, 4, 5}, [](const dims& i) { return dims{2 - i[0], i[1], 4 - i[2]}; }));
    CHECK(identical(x.flip({1}).flip({1}), x));
    CHECK(shows(x.diagonal(0, 0, 1), x, {5, 3}, [](const dims& i) { return dims{i[1], i[1], i[0]}; }));
    CHECK(shows(x.diagonal(2, -1, 0), x, {4, 1}, [](const dims& i) { return dims{i[1] + 2, i[0], i[1]}; }));
    CHECK(shows(x.diagonal(-1, 1, 2), x, {3, 3}, [](const dims& i) { return dims{i[0], i[1] + 1, i[1]}; }));
    CHECK(x.diagonal(4, 0, 1).shape() == dims{5, 0});
    CHECK(x.diagonal(-50, 0, 1).shape() == dims{5, 0});
    CHECK(shows(x.flip({0}).diagonal(1, 0, 1), x, {5, 3}, [](const dims& i) { return dims{2 - i[1], i[1] + 1, i[0]}; }));
  });
  CHECK(zeros({0, 3}).flip({0, 1}).shape() == dims{0, 3});
  CHECK_THROWS_AS(counted({3}).flip({0, 0}), error);
  CHECK_THROWS_AS(counted({3}).flip({1}), error);
  CHECK_THROWS_AS(counted({3, 3}).diagonal(0, 1, -1), error);
  CHECK_THROWS_AS(counted({3}).diagonal(0, 0, 1), error);
}

TEST_CASE("reshape keeps the order of the elements, whatever the strides") {
  const auto same_order = [](const array& x, const dims& shape) {
    const auto y = x.reshape(shape);
    return y.to_vector<double>() == x.to_vector<double>();
  };
  both({4, 6, 10}, [&](const array& x) {
    for (const auto& v : {x, x.permute({2, 0, 1}), x.slice(1, 4, 0, -2), x.flip({0, 2}), x.select(0, 1).expand({3, 6, 10}),
                          x.slice(2, 0, 10, 3).slice(0, 3, -5, -1)}) {
      const auto n = v.size();
      for (const dims& shape : {dims{n}, dims{2, -1}, dims{-1, 2}, dims{1, n, 1}, dims{2, n / 2, 1}, dims{-1, 1, 2, 2},
                                dims{n / 4, 4}, dims{n / 4, 2, 2}})
        CHECK(same_order(v, shape));
      auto apart = v.shape() + dims{1};
      apart.insert(1, 1);
      CHECK(same_order(v, apart));
      CHECK(v.reshape(apart).shares_memory(v));
      CHECK(v.reshape(apart).reshape(v.shape()).shares_memory(v));
    }
  });
  CHECK(counted({6}).reshape({-1, 3}).shape() == dims{2, 3});
  CHECK(zeros({0, 3}).reshape({3, -1}).shape() == dims{3, 0});
  CHECK(zeros({0, 3}).reshape({0}).shape() == dims{0});
  // Products that come round to 0, or to 12.
  const auto huge = index_t{1} << 62;
  for (const auto& shape : {dims{huge, 4}, dims{huge, 4, -1}, dims{0, huge, 4}})
    check_contains(message_of([&] { zeros({0, 3}).reshape(shape); }), "has more elements than memory could hold");
  check_contains(message_of([&] { counted({12}).reshape({huge + 3, 4}); }), "has more elements than memory could hold");
  CHECK(counted({2, 3}).slice(0, 5, 9, 1).reshape({3, 0, 4}).shape() == dims{3, 0, 4});
  CHECK(array{5.0}.reshape({}).rank() == 0);
  CHECK(array(5.0).reshape({1, 1}).shape() == dims{1, 1});
  CHECK(array().reshape({0, 2}).shape() == dims{0, 2});
  for (const dims& bad : {dims{4}, dims{-1, 4}, dims{-1, -1}, dims{-2, -3}, dims{0, -1}, dims{}})
    CHECK_THROWS_AS(counted({6}).reshape(bad), error);
}

TEST_CASE("chains of views at random") {
  std::mt19937 random(5);
  const auto pick = [&](index_t n) { return static_cast<index_t>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 2000; ++round) {
    // Beside the view goes a plain copy that takes every step by contiguous memory: both must stay alike.
    array v = counted({2 + pick(3), 1 + pick(4), 2 + pick(5)}), plain = v;
    for (int step = 0; step < 6; ++step) {
      const auto both_do = [&](auto f) { v = f(v), plain = f(plain).copy(); };
      const auto r = v.rank();
      const auto axis = r > 0 ? pick(r) : 0;
      switch (r > 0 ? pick(7) : 6) {
        case 0: {
          const auto a = pick(9) - 4, b = pick(9) - 4, s = pick(2) ? pick(3) + 1 : -pick(3) - 1;
          both_do([&](const array& x) { return x.slice(axis, a, b, s); });
          break;
        }
        case 1:
          if (const auto n = v.shape()[static_cast<int>(axis)]; n > 0) {
            const auto i = pick(n);
            both_do([&](const array& x) { return x.select(axis, i); });
          }
          break;
        case 2: both_do([&](const array& x) { return x.flip({axis}); }); break;
        case 3: {
          dims order;
          for (index_t i = 0; i < r; ++i) order.push((i + axis) % r);
          both_do([&](const array& x) { return x.permute(order); });
          break;
        }
        case 4: both_do([&](const array& x) { return x.reshape({x.size()}); }); break;
        case 5:
          if (r > 1) both_do([&](const array& x) { return x.diagonal(pick(1), 0, r - 1); });
          break;
        default:
          if (r < 5) both_do([&](const array& x) { return x.expand(dims{2} + x.shape()); });
      }
      REQUIRE(identical(v, plain));
    }
  }
}
