#pragma once
// The addresses of an aggregate's fields, as a tuple: the part of trace/point.hpp and nn/module/fields.hpp that C++20 wants to have written out.

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace seegrad::detail {

// Stands for a value of any type where only the types are asked. The conversion has a body, which never runs, since compilers warn of one
// without where T is in an unnamed namespace.
struct anything {
  template <class T>
  operator T() const {
    throw 0;
  }
};

template <class T, std::size_t... I>
consteval auto takes(std::index_sequence<I...>) -> bool {
  return requires { T{(static_cast<void>(I), anything{})...}; };
}

/// How many fields T has: the most values that it can be made from. Counting goes down, since T cannot be made from fewer than its last field
/// that must be given a value.
template <class T, std::size_t N = 32>
consteval auto count_fields() -> std::size_t {
  if constexpr (N == 0 || takes<T>(std::make_index_sequence<N>())) return N;
  else return count_fields<T, N - 1>();
}

template <class T, class X>
constexpr auto addresses_of_fields(X& x) {
  constexpr auto fields = count_fields<T>();
  static_assert(fields <= 24, "an aggregate of more than 24 fields must list them in a static function `fields`");
  static_assert(fields > 0 || std::is_empty_v<T>,
                "the fields of this aggregate cannot be counted: it must list them in a static function `fields`");
  // clang-format off
  if constexpr (fields == 0) return std::tuple<>();
  else if constexpr (fields == 1) { auto& [a] = x; return std::tuple(&a); }
  else if constexpr (fields == 2) { auto& [a, b] = x; return std::tuple(&a, &b); }
  else if constexpr (fields == 3) { auto& [a, b, c] = x; return std::tuple(&a, &b, &c); }
  else if constexpr (fields == 4) { auto& [a, b, c, d] = x; return std::tuple(&a, &b, &c, &d); }
  else if constexpr (fields == 5) { auto& [a, b, c, d, e] = x; return std::tuple(&a, &b, &c, &d, &e); }
  else if constexpr (fields == 6) { auto& [a, b, c, d, e, f] = x; return std::tuple(&a, &b, &c, &d, &e, &f); }
  else if constexpr (fields == 7) { auto& [a, b, c, d, e, f, g] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g); }
  else if constexpr (fields == 8) { auto& [a, b, c, d, e, f, g, h] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h); }
  else if constexpr (fields == 9) { auto& [a, b, c, d, e, f, g, h, i] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i); }
  else if constexpr (fields == 10) { auto& [a, b, c, d, e, f, g, h, i, j] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j); }
  else if constexpr (fields == 11) { auto& [a, b, c, d, e, f, g, h, i, j, k] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k); }
  else if constexpr (fields == 12) { auto& [a, b, c, d, e, f, g, h, i, j, k, l] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l); }
  else if constexpr (fields == 13) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m); }
  else if constexpr (fields == 14) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n); }
  else if constexpr (fields == 15) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o); }
  else if constexpr (fields == 16) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p); }
  else if constexpr (fields == 17) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q); }
  else if constexpr (fields == 18) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r); }
  else if constexpr (fields == 19) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s); }
  else if constexpr (fields == 20) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t); }
  else if constexpr (fields == 21) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t, &u); }
  else if constexpr (fields == 22) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t, &u, &v); }
  else if constexpr (fields == 23) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t, &u, &v, &w); }
  else if constexpr (fields == 24) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, y] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t, &u, &v, &w, &y); }
  // clang-format on
}

}  // namespace seegrad::detail
