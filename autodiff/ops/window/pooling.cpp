#include <autodiff/ops/window/pooling.hpp>

#include <algorithm>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/platform.hpp>
#include <cstring>
#include <fmt/format.h>
#include <limits>

namespace seegrad::detail {
namespace {

struct pooled_shape {
  index_t planes, h, w, rows, columns;
};
auto check_max_axis(const window_axis& a) -> void {
  if (2 * a.padding > a.kernel)
    throw error(fmt::format("max_pool: padding {} is more than half of the kernel {}, so that windows would see padding alone",
                            a.padding, a.kernel));
}
auto shape_of(const max_pool_parameters& p, const dims& s) -> pooled_shape {
  check_images(s, 2, "max_pool");
  const auto rows = p.windows.rows(), columns = p.windows.columns();
  windows_in(rows, s[2], "height", "max_pool", s), windows_in(columns, s[3], "width", "max_pool", s);
  check_max_axis(rows), check_max_axis(columns);
  return {s[0] * s[1], s[2], s[3], rows.count(s[2], p.ceil_mode), columns.count(s[3], p.ceil_mode)};
}

// Calls f(output, the largest number, its place) for each window of a plane. A later number takes the place of the largest so far if it is
// larger, or no number.
template <class T, class F>
auto each_maximum(const max_pool_parameters& p, const pooled_shape& s, const T* plane, F&& f) -> void {
  const auto& o = p.windows.options;
  for (index_t r = 0; r < s.rows; ++r)
    for (index_t c = 0; c < s.columns; ++c) {
      auto most = -std::numeric_limits<T>::infinity();
      index_t at = -1;
      for (index_t i = 0; i < p.windows.kernel.h; ++i) {
        const auto y = r * o.stride.h + i * o.dilation.h - o.padding.h;
        if (y < 0 || y >= s.h) continue;
        for (index_t j = 0; j < p.windows.kernel.w; ++j) {
          const auto x = c * o.stride.w + j * o.dilation.w - o.padding.w;
          if (x < 0 || x >= s.w) continue;
          const auto v = plane[y * s.w + x];
          if (at < 0 || v > most || v != v) most = v, at = y * s.w + x;
        }
      }
      f(r * s.columns + c, most, at);
    }
}

// Two by two, side by side, is the common case, and goes some windows at a time.
auto is_halving(const max_pool_parameters& p) -> bool {
  return p.windows.kernel == sides(2) && p.windows.options.stride == sides(2) && p.windows.options.padding == sides(0) &&
         p.windows.options.dilation == sides(1) && !p.ceil_mode;
}

// One row of N neighbouring windows: the numbers on the left of each, and those on the right.
template <class T, int N>
struct window_row {
  typedef T vec __attribute__((vector_size(N * sizeof(T))));
  using mask = decltype(std::declval<vec&>() > std::declval<vec&>());
  vec left, right;

  [[gnu::always_inline]] auto load(const T* from) -> void { load(from, std::make_integer_sequence<int, N>{}); }
  [[gnu::always_inline]] auto store(T* to) const -> void { store(to, std::make_integer_sequence<int, N>{}); }

 private:
  template <int... i>
  [[gnu::always_inline]] auto load(const T* from, std::integer_sequence<int, i...>) -> void {
    vec a, b;
    std::memcpy(&a, from, sizeof a), std::memcpy(&b, from + N, sizeof b);
    left = SEEGRAD_SHUFFLED(a, b, (2 * i)...), right = SEEGRAD_SHUFFLED(a, b, (2 * i + 1)...);
  }
  template <int... i>
  [[gnu::always_inline]] auto store(T* to, std::integer_sequence<int, i...>) const -> void {
    const vec a = SEEGRAD_SHUFFLED(left, right, (i / 2 + i % 2 * N)...),
              b = SEEGRAD_SHUFFLED(left, right, ((N + i) / 2 + (N + i) % 2 * N)...);
    std::memcpy(to, &a, sizeof a), std::memcpy(to + N, &b, sizeof b);
  }
};

// f(first number of two rows of a plane, first window) for groups of N windows. The last group of a row reaches back to be whole:
// doing a window twice does no harm.
template <int N, class F>
auto each_group(const pooled_shape& s, F f) -> void {
  for (index_t r = 0; r < s.rows; ++r) {
    const auto group = [&](index_t c) { f(2 * r * s.w + 2 * c, r * s.columns + c); };
    for (index_t c = 0; c + N <= s.columns; c += N) group(c);
    if (s.columns % N != 0) group(s.columns - N);
  }
}
template <class F>
auto in_groups(const pooled_shape& s, F f) -> void {
  if (s.columns >= 8) f(std::integral_constant<int, 8>{});
  else if (s.columns >= 4) f(std::integral_constant<int, 4>{});
  else if (s.columns >= 1) f(std::integral_constant<int, 1>{});
}

template <class T>
auto halve(const pooled_shape& s, const T* plane, T* y) -> void {
  in_groups(s, [&]<int N>(std::integral_constant<int, N>) {
    each_group<N>(s, [&](index_t from, index_t to) {
      window_row<T, N> a, b;
      a.load(plane + from), b.load(plane + from + s.w);
      auto most = a.left;
      for (const auto* x : {&a.right, &b.left, &b.right}) most = ((*x > most) | (*x != *x)) ? *x : most;
      std::memcpy(y + to, &most, sizeof most);
    });
  });
}
template <class T>
auto halve_vjp(const pooled_shape& s, const T* plane, const T* g, T* d) -> void {
  if (s.h % 2 != 0) std::fill_n(d + (s.h - 1) * s.w, s.w, T{});
  for (index_t r = 0; s.w % 2 != 0 && r < s.h; ++r) d[r * s.w + s.w - 1] = T{};
  in_groups(s, [&]<int N>(std::integral_constant<int, N>) {
    each_group<N>(s, [&](index_t at, index_t from) {
      window_row<T, N> a, b;
      a.load(plane + at), b.load(plane + at + s.w);
      auto most = a.left;
      typename window_row<T, N>::mask taken[3];
      int k = 0;
      for (const auto* x : {&a.right, &b.left, &b.right}) {
        taken[k] = (*x > most) | (*x != *x);
        most = taken[k] ? *x : most;
        ++k;
      }
      const auto &second = taken[0], &third = taken[1], &fourth = taken[2];
      auto given = most;
      std::memcpy(&given, g + from, sizeof given);
      const auto zero = decltype(given){};
      b.right = fourth ? given : zero;
      b.left = third & ~fourth ? given : zero;
      a.right = second & ~(third | fourth) ? given : zero;
      a.left = second | third | fourth ? zero : given;
      a.store(d + at), b.store(d + at + s.w);
    });
  });
}

}  // namespace

auto pooling_windows(sides kernel, sides stride, sides padding, sides dilation) -> window_parameters {
  return {kernel, {{stride.h == 0 ? kernel.h : stride.h, stride.w == 0 ? kernel.w : stride.w}, padding, dilation}};
}

auto max_pool_shape(const max_pool_parameters& p, const dims& x) -> dims {
  const auto s = shape_of(p, x);
  return x.first(2) + dims{s.rows, s.columns};
}

auto pooled_max(const max_pool_parameters& p, const array& x_any) -> array {
  const auto s = shape_of(p, x_any.shape());
  const auto x = detail::in_floating_type(x_any);
  auto y = array::uninitialized(x.type(), x.shape().first(2) + dims{s.rows, s.columns});
  with_floating(x.type(), [&]<class T>(T) {
    const auto* from = x.data<T>();
    auto* to = y.writable<T>().data();
    detail::parallel_rows(s.planes, s.h * s.w, [&](index_t begin, index_t end) {
      for (auto k = begin; k < end; ++k) {
        const auto* plane = from + k * s.h * s.w;
        auto* out = to + k * s.rows * s.columns;
        if (is_halving(p)) vectorised([=] { halve(s, plane, out); });
        else each_maximum(p, s, plane, [&](index_t i, T most, index_t) { out[i] = most; });
      }
    });
  });
  return y;
}

auto places_of_max(const max_pool_parameters& p, const array& x_any) -> array {
  const auto s = shape_of(p, x_any.shape());
  const auto x = detail::in_floating_type(x_any);
  auto places = array::uninitialized(int64, x.shape().first(2) + dims{s.rows, s.columns});
  with_floating(x.type(), [&]<class T>(T) {
    const auto* from = x.data<T>();
    auto* to = places.writable<std::int64_t>().data();
    detail::parallel_rows(s.planes, s.h * s.w, [&](index_t begin, index_t end) {
      for (auto k = begin; k < end; ++k)
        each_maximum(p, s, from + k * s.h * s.w, [&](index_t i, T, index_t at) { to[k * s.rows * s.columns + i] = at; });
    });
  });
  return places;
}

auto max_vjp(const max_pool_parameters& p, const array& x_any, const array& g_any) -> array {
  const auto s = shape_of(p, x_any.shape());
  const auto x = detail::in_floating_type(x_any), g = g_any.cast(x.type()).contiguous();
  auto d = array::uninitialized(x.type(), x.shape());
  with_floating(x.type(), [&]<class T>(T) {
    const auto *from = x.data<T>(), *gs = g.data<T>();
    auto* to = d.writable<T>().data();
    detail::parallel_rows(s.planes, s.h * s.w, [&](index_t begin, index_t end) {
      for (auto k = begin; k < end; ++k) {
        const auto *plane = from + k * s.h * s.w, *cotangent = gs + k * s.rows * s.columns;
        auto* out = to + k * s.h * s.w;
        if (is_halving(p)) {
          vectorised([=] { halve_vjp(s, plane, cotangent, out); });
          continue;
        }
        std::fill_n(out, s.h * s.w, T{});
        each_maximum(p, s, plane, [&](index_t i, T, index_t at) {
          if (at >= 0) out[at] += cotangent[i];
        });
      }
    });
  });
  return d;
}

namespace {

// Calls f(place in its plane or -1, number of the plane, number of the place), for all places.
template <class F>
auto each_place(const array& given, index_t plane, std::string_view who, F f) -> void {
  const auto places = given.contiguous();
  const auto at = places.elements<std::int64_t>();
  const auto each = given.shape()[2] * given.shape()[3];
  for (index_t i = 0; i < given.size(); ++i) {
    const auto place = at[std::size_t(i)];
    if (place >= plane) throw error(fmt::format("{}: place {} is not in a plane of {} numbers", who, place, plane));
    f(place, each == 0 ? 0 : i / each, i);
  }
}
auto check_places(const array& places, std::string_view who) -> void {
  if (places.rank() != 4 || places.type() != int64)
    throw error(fmt::format("{}: places are int64 and [N, C, h, w], not {} and {}", who, name_of(places.type()),
                            to_string(places.shape())));
}

}  // namespace

auto taken_from_planes(const array& x_any, const array& places) -> array {
  check_places(places, "take_places");
  const auto x = detail::in_floating_type(x_any);
  if (x.rank() != 4 || x.shape().first(2) != places.shape().first(2))
    throw error(fmt::format("take_places: {} does not have the planes of the places {}", to_string(x.shape()),
                            to_string(places.shape())));
  auto y = array::uninitialized(x.type(), places.shape());
  with_floating(x.type(), [&]<class T>(T) {
    const auto out = y.writable<T>();
    const auto plane = x.shape()[2] * x.shape()[3];
    each_place(places, plane, "take_places", [&](index_t place, index_t p, index_t i) {
      out[std::size_t(i)] = place < 0 ? T{} : x.data<T>()[p * plane + place];
    });
  });
  return y;
}

auto placed_in_planes(sides extent, const array& x_any, const array& places) -> array {
  check_places(places, "put_places");
  const auto x = detail::in_floating_type(x_any);
  if (x.shape() != places.shape())
    throw error(fmt::format("put_places: {} numbers for {} places", to_string(x.shape()), to_string(places.shape())));
  auto y = array::uninitialized(x.type(), x.shape().first(2) + dims{extent.h, extent.w});
  with_floating(x.type(), [&]<class T>(T) {
    const auto out = y.writable<T>();
    std::fill(out.begin(), out.end(), T{});
    const auto plane = extent.h * extent.w;
    each_place(places, plane, "put_places", [&](index_t place, index_t p, index_t i) {
      if (place >= 0) out[std::size_t(p * plane + place)] += x.data<T>()[i];
    });
  });
  return y;
}

}  // namespace seegrad::detail
