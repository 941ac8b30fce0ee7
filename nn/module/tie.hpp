#pragma once
// The addresses of an aggregate's fields, as a tuple: the part of nn/module/fields.hpp that C++20 wants to have written out.

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace seegrad::nn::detail {

struct anything {
  template <class T>
  operator T() const;
};

/// How many fields T has: as many as it can be made from, found from below.
template <class T, class... A>
consteval auto count_fields() -> std::size_t {
  if constexpr (requires { T{A{}..., anything{}}; }) return count_fields<T, A..., anything>();
  else return sizeof...(A);
}

template <class T, class X>
constexpr auto addresses_of_fields(X& x) {
  constexpr auto n = count_fields<T>();
  static_assert(n <= 24, "an aggregate of more than 24 fields must list them in a static function `fields`");
  // clang-format off
  if constexpr (n == 0) return std::tuple<>();
  else if constexpr (n == 1) { auto& [a] = x; return std::tuple(&a); }
  else if constexpr (n == 2) { auto& [a, b] = x; return std::tuple(&a, &b); }
  else if constexpr (n == 3) { auto& [a, b, c] = x; return std::tuple(&a, &b, &c); }
  else if constexpr (n == 4) { auto& [a, b, c, d] = x; return std::tuple(&a, &b, &c, &d); }
  else if constexpr (n == 5) { auto& [a, b, c, d, e] = x; return std::tuple(&a, &b, &c, &d, &e); }
  else if constexpr (n == 6) { auto& [a, b, c, d, e, f] = x; return std::tuple(&a, &b, &c, &d, &e, &f); }
  else if constexpr (n == 7) { auto& [a, b, c, d, e, f, g] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g); }
  else if constexpr (n == 8) { auto& [a, b, c, d, e, f, g, h] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h); }
  else if constexpr (n == 9) { auto& [a, b, c, d, e, f, g, h, i] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i); }
  else if constexpr (n == 10) { auto& [a, b, c, d, e, f, g, h, i, j] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j); }
  else if constexpr (n == 11) { auto& [a, b, c, d, e, f, g, h, i, j, k] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k); }
  else if constexpr (n == 12) { auto& [a, b, c, d, e, f, g, h, i, j, k, l] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l); }
  else if constexpr (n == 13) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m); }
  else if constexpr (n == 14) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n); }
  else if constexpr (n == 15) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o); }
  else if constexpr (n == 16) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p); }
  else if constexpr (n == 17) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q); }
  else if constexpr (n == 18) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r); }
  else if constexpr (n == 19) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s); }
  else if constexpr (n == 20) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t); }
  else if constexpr (n == 21) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t, &u); }
  else if constexpr (n == 22) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t, &u, &v); }
  else if constexpr (n == 23) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t, &u, &v, &w); }
  else if constexpr (n == 24) { auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, y] = x; return std::tuple(&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t, &u, &v, &w, &y); }
  // clang-format on
}

}  // namespace seegrad::nn::detail
