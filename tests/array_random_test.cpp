// Random arrays: the published answers of the cipher, distributions, and the same bits however they are made.
#include <autodiff/array/error.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/random.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <doctest/doctest.h>
#include <map>
#include <numeric>
#include <set>

using namespace seegrad;

namespace {

auto same_bits(const array& a, const array& b) -> bool {
  return a.shape() == b.shape() && a.type() == b.type() && std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
}

/// FNV-1a over the bytes.
auto hash(const array& a) -> std::uint64_t {
  std::uint64_t h = 1469598103934665603u;
  const auto* p = static_cast<const unsigned char*>(a.raw());
  for (std::size_t i = 0; i < a.bytes(); ++i) h = (h ^ p[i]) * 1099511628211u;
  return h;
}

/// The largest distance between the empirical distribution and F, times √n: above 1.95 in one case of a thousand.
template <class F>
auto kolmogorov(const array& x, F distribution) -> double {
  auto v = x.to_vector<double>();
  std::sort(v.begin(), v.end());
  const auto n = static_cast<double>(v.size());
  double d = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    const double f = distribution(v[i]);
    d = std::max({d, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
  }
  return d * std::sqrt(n);
}
auto normal_distribution(double x) -> double { return std::erfc(-x / std::sqrt(2.0)) / 2; }

auto correlation(const array& x, const array& y) -> double {
  const auto a = x.to_vector<double>(), b = y.to_vector<double>();
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / static_cast<double>(a.size());
}

}  // namespace

TEST_CASE("the cipher's known answers") {
  // Random123, tests/kat_vectors, philox4x32 10.
  using words = std::array<std::uint32_t, 4>;
  constexpr auto all = 0xffffffffu;
  CHECK(detail::philox({0, 0, 0, 0}, {0, 0}) == words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(detail::philox({all, all, all, all}, {all, all}) == words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(detail::philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("an array is made of the blocks it says, whatever its length") {
  for (const index_t n : {0, 1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 65, 5000}) {
    generator g({7, 9, (std::uint64_t{1} << 32) - 2});
    const auto d = rand(g, {n});
    CHECK(g.save().position == (std::uint64_t{1} << 32) - 2 + static_cast<std::uint64_t>((n + 1) / 2));
    bool same = true;
    for (index_t k = 0; k < n; ++k) {
      const auto at = (std::uint64_t{1} << 32) - 2 + static_cast<std::uint64_t>(k / 2);
      const auto w = detail::philox({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at >> 32), 9, 0}, {7, 0});
      const auto bits = k % 2 ? w[2] | std::uint64_t{w[3]} << 32 : w[0] | std::uint64_t{w[1]} << 32;
      same = same && d.at(k) == std::ldexp(static_cast<double>(bits >> 11), -53);
    }
    CHECK(same);
    generator h({7, 9, 0});
    const auto f = rand(h, {n}, float32);
    CHECK(h.save().position == static_cast<std::uint64_t>((n + 3) / 4));
    for (index_t k = 0; k < n; ++k) {
      const auto w = detail::philox({static_cast<std::uint32_t>(k / 4), 0, 9, 0}, {7, 0});
      same = same && f.at(k) == std::ldexp(static_cast<double>(w[static_cast<std::size_t>(k % 4)] >> 8), -24);
    }
    CHECK(same);
  }
}

TEST_CASE("the inverse of the normal distribution") {
  // Against erfcl, whose relative error is some 1e-19. dx = dp / density, and density/p is about x in the tail.
  double worst = 0;
  const auto check = [&](double p) {
    const double x = detail::normal_tail(p);
    const long double q = std::erfc(static_cast<long double>(x) / std::sqrt(2.0L)) / 2;
    const long double density = std::exp(-static_cast<long double>(x) * x / 2) / std::sqrt(2 * std::acos(-1.0L));
    // 1/2 - p has the rounding of p itself, which no formula can mend.
    const double error = static_cast<double>(std::abs((q - p) / density)) / std::max(x, 0.5);
    worst = std::max(worst, error);
  };
  for (int i = 1; i <= 20000; ++i) check(i / 40000.0);
  for (int e = 2; e <= 65; ++e)
    for (int i = 0; i < 200; ++i) check(std::ldexp(1 + i / 200.0, -e - 1));
  for (const double p : {0.075, std::nextafter(0.075, 0), std::nextafter(0.075, 1), std::exp(-25.0)}) check(p);
  CHECK(worst < 1e-15);
  CHECK(detail::normal_tail(0.5) == 0);
  CHECK(detail::normal_tail(0.025) == doctest::Approx(1.959963984540054).epsilon(1e-15));
  CHECK(detail::normal_tail(0x1p-65) == doctest::Approx(9.1).epsilon(0.01));
}

TEST_CASE("distributions") {
  constexpr index_t n = 200000;
  generator g(1);
  for (const auto type : {float32, float64}) {
    CAPTURE(name_of(type));
    const auto u = rand(g, {n}, type), z = randn(g, {n}, type);
    CHECK(kolmogorov(u, [](double x) { return x; }) < 1.95);
    CHECK(kolmogorov(z, normal_distribution) < 1.95);
    CHECK(kolmogorov(uniform(g, {n}, -3, 5, type), [](double x) { return (x + 3) / 8; }) < 1.95);
    CHECK(kolmogorov(normal(g, {n}, 10, 2, type), [](double x) { return normal_distribution((x - 10) / 2); }) < 1.95);
    const auto v = u.to_vector<double>();
    CHECK(*std::min_element(v.begin(), v.end()) >= 0);
    CHECK(*std::max_element(v.begin(), v.end()) < 1);
    // Neighbours, and pairs that share a block, have nothing to do with each other.
    for (const index_t lag : {1, 2, 3, 4}) {
      const auto shifted = z.view({n - 4}, {1}, lag), head = z.view({n - 4}, {1});
      CHECK(std::abs(correlation(head, shifted)) < 4 / std::sqrt(static_cast<double>(n)));
    }
  }
  // Every value of a die about as often: chi-squared with 5 degrees of freedom is above 20.5 in one case of a thousand.
  std::array<double, 6> seen{};
  for (const auto k : randint(g, {n}, 1, 7).to_vector<std::int64_t>()) {
    REQUIRE((k >= 1 && k <= 6));
    ++seen[static_cast<std::size_t>(k - 1)];
  }
  double chi = 0;
  for (const double s : seen) chi += (s - n / 6.0) * (s - n / 6.0) / (n / 6.0);
  CHECK(chi < 20.5);
  const auto b = bernoulli(g, {n}, 0.3).to_vector<double>();
  CHECK(std::abs(std::accumulate(b.begin(), b.end(), 0.0) - 0.3 * n) < 3.3 * std::sqrt(0.21 * n));
  for (const double p : {0.0, 1.0}) {
    const auto all = bernoulli(g, {1000}, p).to_vector<double>();
    CHECK(std::accumulate(all.begin(), all.end(), 0.0) == 1000 * p);
  }
}

TEST_CASE("whole numbers at the edges") {
  generator g(3);
  const auto wide = randint(g, {1000}, INT64_MIN, INT64_MAX).to_vector<std::int64_t>();
  CHECK(*std::min_element(wide.begin(), wide.end()) < INT64_MIN / 100 * 95);
  CHECK(*std::max_element(wide.begin(), wide.end()) > INT64_MAX / 100 * 95);
  for (const auto k : randint(g, {100}, -7, -6).to_vector<std::int64_t>()) CHECK(k == -7);
  CHECK(randint(g, {2, 3}, 0, 9, float32).type() == float32);
}

TEST_CASE("a uniform number never reaches the upper bound") {
  generator g(4);
  // Four representable numbers: half of what rounds to the fifth would be hi.
  for (const auto& [type, step] : {std::pair(float32, 0x1p-4), std::pair(float64, 0x1p-33)}) {
    const auto v = uniform(g, {10000}, 1e6, 1e6 + 4 * step, type).to_vector<double>();
    CHECK(std::set<double>(v.begin(), v.end()) == std::set<double>{1e6, 1e6 + step, 1e6 + 2 * step, 1e6 + 3 * step});
  }
}

TEST_CASE("permutations") {
  generator g(5);
  for (const index_t n : {0, 1, 2, 1000}) {
    auto v = permutation(g, n).to_vector<std::int64_t>();
    CHECK(std::ssize(v) == n);
    if (n == 1000) CHECK(v[0] + v[1] + v[2] != 3);
    std::sort(v.begin(), v.end());
    for (index_t i = 0; i < n; ++i) CHECK(v[static_cast<std::size_t>(i)] == i);
  }
  // All six orders of three, about as often.
  std::map<std::vector<std::int64_t>, int> orders;
  for (int i = 0; i < 6000; ++i) ++orders[permutation(g, 3).to_vector<std::int64_t>()];
  CHECK(orders.size() == 6);
  for (const auto& [order, times] : orders) CHECK(std::abs(times - 1000) < 120);
}

TEST_CASE("state, copies and streams") {
  generator g(6);
  rand(g, {5});
  const auto saved = g.save();
  generator copy = g, restored(saved);
  const auto x = randn(g, {10}), y = randn(g, {10});
  CHECK(same_bits(randn(copy, {10}), x));
  CHECK(same_bits(randn(restored, {10}), x));
  CHECK(copy.save() == restored.save());
  CHECK_FALSE(copy.save() == saved);
  CHECK_FALSE(same_bits(x, y));

  generator a = g.split(), b = g.split(), c = a.split();
  std::set<double> first;
  for (auto* s : {&g, &a, &b, &c}) first.insert(rand(*s, {1}).item());
  CHECK(first.size() == 4);
  constexpr index_t n = 100000;
  for (auto* s : {&a, &b, &c})
    CHECK(std::abs(correlation(randn(g, {n}), randn(*s, {n}))) < 4 / std::sqrt(static_cast<double>(n)));
  generator zero(0), one(1);
  CHECK(std::abs(correlation(randn(zero, {n}), randn(one, {n}))) < 4 / std::sqrt(static_cast<double>(n)));
}

TEST_CASE("the same numbers with any number of threads, by any compiler") {
  // These were made by g++ 12 without optimisation for plain x86-64, and are met by g++ -O3 and clang -O2 for AVX-512 with fused
  // multiplication.
  std::uint64_t expected = 0;
  for (const int threads : {1, 2, 5}) {
    set_num_threads(threads);
    generator g(42);
    std::uint64_t all = 0;
    for (const auto type : {float32, float64}) {
      all = all * 31 + hash(rand(g, {100, 1001}, type));
      all = all * 31 + hash(randn(g, {100, 1001}, type));
      all = all * 31 + hash(uniform(g, {100, 1001}, -0.1, 1.7, type));
      all = all * 31 + hash(normal(g, {100, 1001}, 0.3, 1.7, type));
    }
    all = all * 31 + hash(randint(g, {100, 1001}, -5, 1000));
    all = all * 31 + hash(bernoulli(g, {100, 1001}, 0.3));
    all = all * 31 + hash(permutation(g, 100001));
    auto other = g.split();
    all = all * 31 + hash(rand(other, {33}));
    if (expected == 0) expected = all;
    CHECK(all == expected);
  }
  set_num_threads(1);
  CHECK(expected == 2037267824688300522u);
}

TEST_CASE("what makes no sense is refused") {
  generator g(0);
  CHECK_THROWS_WITH_AS(uniform(g, {3}, 1, 1), "uniform: from 1 to 1 is no interval; lo must be below hi", error);
  CHECK_THROWS_AS(uniform(g, {3}, 0, INFINITY), error);
  CHECK_THROWS_AS(uniform(g, {3}, NAN, 1), error);
  CHECK_THROWS_AS(uniform(g, {3}, 0, 1, int64), error);
  CHECK_THROWS_AS(rand(g, {3}, int64), error);
  CHECK_THROWS_AS(rand(g, {-3}), error);
  CHECK_THROWS_AS(randn(g, {3}, boolean), error);
  CHECK_THROWS_AS(normal(g, {3}, 0, -1), error);
  CHECK_THROWS_AS(normal(g, {3}, NAN, 1), error);
  CHECK_THROWS_AS(randint(g, {3}, 5, 5), error);
  CHECK_THROWS_AS(bernoulli(g, {3}, 1.5), error);
  CHECK_THROWS_AS(bernoulli(g, {3}, NAN), error);
  CHECK_THROWS_AS(permutation(g, -1), error);
  CHECK(g.save() == generator::state{0, 0, 0});
}
