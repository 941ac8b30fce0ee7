#include <autodiff/array/view.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace seegrad::detail::views {

auto resolve(const dims& shape, index_t n, const dims& from) -> dims {
  auto out = shape;
  int open = -1;
  index_t known = 1;
  for (int i = 0; i < shape.size(); ++i) {
    if (shape[i] == -1 && open < 0) open = i;
    else if (shape[i] < 0)
      throw error(fmt::format("reshape: {} to {}: an extent is negative; one -1 is allowed, for what is left", to_string(from),
                              to_string(shape)));
    else known *= shape[i];
  }
  if (open >= 0 && known > 0 && n % known == 0) out[open] = n / known;
  else if (open >= 0 || known != n)
    throw error(fmt::format("reshape: {} to {}: the numbers of elements differ ({} and {})", to_string(from), to_string(shape), n,
                            open >= 0 ? fmt::format("a multiple of {}", known) : fmt::format("{}", known)));
  return out;
}

namespace {

// The strides of the new shape, if each of its axes lies within a run of old axes that are walked evenly.
auto restride(const array& x, const dims& shape, dims& strides) -> bool {
  strides = dims::filled(shape.size(), 0);
  int old = 0, now = 0;
  while (old < x.rank() || now < shape.size()) {
    if (old < x.rank() && x.shape()[old] == 1) {
      ++old;
      continue;
    }
    if (now < shape.size() && shape[now] == 1) {
      strides[now++] = 1;
      continue;
    }
    if (old == x.rank() || now == shape.size()) return false;
    const int from = now;
    int last = old;  // of the run's axes that are not 1: the stride of an axis of 1 means nothing
    index_t have = x.shape()[old], want = shape[now++];
    while (have != want) {
      if (have < want) {
        if (++old == x.rank()) return false;
        if (x.shape()[old] == 1) continue;
        if (x.strides()[last] != x.strides()[old] * x.shape()[old]) return false;
        last = old;
        have *= x.shape()[old];
      } else {
        if (now == shape.size()) return false;
        want *= shape[now++];
      }
    }
    auto step = x.strides()[old++];
    for (int i = now - 1; i >= from; --i) strides[i] = step, step *= shape[i];
  }
  return true;
}

}  // namespace

auto reshape(const array& x, const dims& shape) -> array {
  const auto full = resolve(shape, x.size(), x.shape());
  if (x.is_contiguous()) return x.view(full, row_major(full));
  if (dims strides; restride(x, full, strides)) return x.view(full, strides);
  return x.copy().view(full, row_major(full));
}

auto permute(const array& x, const dims& order) -> array {
  auto sorted = order;
  for (auto& a : sorted) a = axis_of(a, x.rank(), "permute");
  dims shape, strides;
  for (auto a : sorted) shape.push(x.shape()[static_cast<int>(a)]), strides.push(x.strides()[static_cast<int>(a)]);
  std::sort(sorted.begin(), sorted.end());
  for (int i = 0; i < sorted.size(); ++i)
    if (sorted.size() != x.rank() || sorted[i] != i)
      throw error(fmt::format("permute: {} is no order of the {} axes of {}", to_list(order), x.rank(), to_string(x.shape())));
  return x.view(shape, strides);
}

auto clip(index_t start, index_t stop, index_t step, index_t n) -> stretch {
  const auto wrap = [&](index_t k) {
    if (k < 0) k = k < -n ? -1 : k + n;
    return step > 0 ? std::clamp<index_t>(k, 0, n) : std::clamp<index_t>(k, -1, n - 1);
  };
  const auto from = wrap(start);
  // A stop before the first element cannot be said by a number that counts from the front.
  const auto to = step < 0 && stop < -n ? -1 : wrap(stop);
  const auto span = step > 0 ? to - from : from - to;
  const auto pace = step > 0 ? step : -step;
  return {from, span <= 0 ? 0 : (span - 1) / pace + 1};
}

auto slice(const array& x, index_t axis, index_t start, index_t stop, index_t step) -> array {
  const int a = axis_of(axis, x.rank(), "slice");
  if (step == 0)
    throw error(fmt::format("slice: the step is 0 along axis {} of {}; it counts elements, and -1 walks backwards", a,
                            to_string(x.shape())));
  const auto s = clip(start, stop, step, x.shape()[a]);
  auto shape = x.shape(), strides = x.strides();
  shape[a] = s.count;
  const auto offset = s.count > 0 ? s.start * strides[a] : 0;
  strides[a] *= step;
  return x.view(shape, strides, offset);
}

auto select(const array& x, index_t axis, index_t index) -> array {
  const int a = axis_of(axis, x.rank(), "select");
  const auto n = x.shape()[a], k = index < 0 ? index + n : index;
  if (k < 0 || k >= n)
    throw error(fmt::format("select: index {} is out of range in axis {} of {}", index, a, to_string(x.shape())));
  auto shape = x.shape(), strides = x.strides();
  const auto offset = k * strides[a];
  shape.erase(a), strides.erase(a);
  return x.view(shape, strides, offset);
}

auto expand(const array& x, const dims& shape) -> array {
  auto full = shape;
  auto strides = dims::filled(shape.size(), 0);
  const int shift = shape.size() - x.rank();
  bool fits = shift >= 0;
  for (int i = 0; fits && i < shape.size(); ++i) {
    const auto have = i < shift ? 1 : x.shape()[i - shift];
    if (full[i] == -1) full[i] = have;
    if (full[i] == have) strides[i] = i < shift ? 0 : x.strides()[i - shift];
    else fits = have == 1;
  }
  if (!fits)
    throw error(fmt::format("expand: {} to {}: only axes of 1, and new axes in front, can be repeated", to_string(x.shape()),
                            to_string(shape)));
  return x.view(full, strides);
}

auto flip(const array& x, const dims& axes) -> array {
  auto strides = x.strides();
  index_t offset = 0;
  std::array<bool, max_rank> seen{};
  for (auto axis : axes) {
    const int a = axis_of(axis, x.rank(), "flip");
    if (std::exchange(seen[static_cast<std::size_t>(a)], true)) throw error(fmt::format("flip: axis {} is named twice", a));
    if (x.size() > 0) offset += (x.shape()[a] - 1) * strides[a];
    strides[a] = -strides[a];
  }
  return x.view(x.shape(), strides, offset);
}

auto diagonal(const array& x, index_t offset, index_t axis1, index_t axis2) -> array {
  const int a = axis_of(axis1, x.rank(), "diagonal"), b = axis_of(axis2, x.rank(), "diagonal");
  if (a == b) throw error(fmt::format("diagonal: both axes are {}", a));
  const auto rows = x.shape()[a], columns = x.shape()[b];
  const auto row = std::max<index_t>(0, -offset), column = std::max<index_t>(0, offset);
  const auto n = std::max<index_t>(0, std::min(rows - row, columns - column));
  auto shape = x.shape(), strides = x.strides();
  const auto step = strides[a] + strides[b];
  const auto start = n > 0 ? row * strides[a] + column * strides[b] : 0;
  shape.erase(std::max(a, b)), strides.erase(std::max(a, b));
  shape.erase(std::min(a, b)), strides.erase(std::min(a, b));
  shape.push(n), strides.push(step);
  return x.view(shape, strides, start);
}

}  // namespace seegrad::detail::views
