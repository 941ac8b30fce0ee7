#include <autodiff/array/array.hpp>
#include <autodiff/array/slice_range.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace seegrad {

namespace detail {

auto clipped_slice(index_t start, index_t stop, index_t step, index_t n) -> slice_range {
  const auto wrap = [&](index_t k) {
    if (k < 0) k = k < -n ? -1 : k + n;
    return step > 0 ? std::clamp<index_t>(k, 0, n) : std::clamp<index_t>(k, -1, n - 1);
  };
  step = std::clamp<index_t>(step, -n - 1, n + 1);  // any longer one leads outside, too
  const auto from = wrap(start);
  // A stop before the first element cannot be said by a number that counts from the front.
  const auto to = step < 0 && stop < -n ? -1 : wrap(stop);
  const auto span = step > 0 ? to - from : from - to;
  const auto pace = step > 0 ? step : -step;
  return {from, span <= 0 ? 0 : (span - 1) / pace + 1, step};
}

}  // namespace detail

namespace {

// `shape` with its -1 replaced so that it has n elements. Throws if that cannot be.
auto resolve(const dims& shape, index_t n, const dims& from) -> dims {
  auto out = shape;
  int open = -1;
  for (int i = 0; i < shape.size(); ++i) {
    if (shape[i] == -1 && open < 0) open = i, out[i] = 1;
    else if (shape[i] < 0)
      throw error(fmt::format("reshape: {} to {}: an extent is negative; one -1 is allowed, for what is left", to_string(from),
                              to_string(shape)));
  }
  const auto known = elements(out);  // throws for more than there can be
  if (open >= 0 && known > 0 && n % known == 0) out[open] = n / known;
  else if (open >= 0 || known != n)
    throw error(fmt::format("reshape: {} to {}: the numbers of elements differ ({} and {})", to_string(from), to_string(shape), n,
                            open >= 0 ? fmt::format("a multiple of {}", known) : fmt::format("{}", known)));
  return out;
}

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

auto array::reshape(const dims& to) const -> array {
  const auto full = resolve(to, size(), shape());
  if (is_contiguous()) return view(full, detail::row_major(full));
  if (dims steps; restride(*this, full, steps)) return view(full, steps);
  return copy().view(full, detail::row_major(full));
}

auto array::permute(const dims& order) const -> array {
  auto sorted = order;
  for (auto& a : sorted) a = detail::axis_of(a, rank(), "permute");
  dims extents, steps;
  for (auto a : sorted) extents.push(shape()[static_cast<int>(a)]), steps.push(strides()[static_cast<int>(a)]);
  std::sort(sorted.begin(), sorted.end());
  for (int i = 0; i < sorted.size(); ++i)
    if (sorted.size() != rank() || sorted[i] != i)
      throw error(
          fmt::format("permute: {} is no order of the {} axes of {}", detail::to_list(order), rank(), to_string(shape())));
  return view(extents, steps);
}

auto array::slice(index_t axis, index_t start, index_t stop, index_t step) const -> array {
  const int a = detail::axis_of(axis, rank(), "slice");
  if (step == 0)
    throw error(fmt::format("slice: the step is 0 along axis {} of {}; it counts elements, and -1 walks backwards", a,
                            to_string(shape())));
  auto extents = shape(), steps = strides();
  const auto s = detail::clipped_slice(start, stop, step, extents[a]);
  extents[a] = s.count;
  const auto offset = s.count > 0 ? s.start * steps[a] : 0;
  steps[a] *= s.step;
  return view(extents, steps, offset);
}

auto array::select(index_t axis, index_t index) const -> array {
  const int a = detail::axis_of(axis, rank(), "select");
  auto extents = shape(), steps = strides();
  const auto n = extents[a], k = index < 0 ? index + n : index;
  if (k < 0 || k >= n)
    throw error(fmt::format("select: index {} is out of range in axis {} of {}", index, a, to_string(shape())));
  const auto offset = k * steps[a];
  extents.erase(a), steps.erase(a);
  return view(extents, steps, offset);
}

auto array::expand(const dims& to) const -> array {
  auto full = to, steps = dims::filled(to.size(), 0);
  const int shift = to.size() - rank();
  bool fits = shift >= 0;
  for (int i = 0; fits && i < to.size(); ++i) {
    const auto have = i < shift ? 1 : shape()[i - shift];
    if (full[i] == -1) full[i] = have;
    if (full[i] == have) steps[i] = i < shift ? 0 : strides()[i - shift];
    else fits = have == 1;
  }
  if (!fits)
    throw error(fmt::format("expand: {} to {}: only axes of 1, and new axes in front, can be repeated", to_string(shape()),
                            to_string(to)));
  return view(full, steps);
}

auto array::flip(const dims& axes) const -> array {
  auto steps = strides();
  index_t offset = 0;
  std::array<bool, detail::max_rank> seen{};
  for (auto axis : axes) {
    const int a = detail::axis_of(axis, rank(), "flip");
    if (std::exchange(seen[static_cast<std::size_t>(a)], true)) throw error(fmt::format("flip: axis {} is named twice", a));
    if (size() > 0) offset += (shape()[a] - 1) * steps[a];
    steps[a] = -steps[a];
  }
  return view(shape(), steps, offset);
}

auto array::diagonal(index_t offset, index_t axis1, index_t axis2) const -> array {
  const int a = detail::axis_of(axis1, rank(), "diagonal"), b = detail::axis_of(axis2, rank(), "diagonal");
  if (a == b) throw error(fmt::format("diagonal: both axes are {}", a));
  auto extents = shape(), steps = strides();
  offset = std::clamp(offset, -extents[a], extents[b]);  // beyond the corners there is nothing, either
  const auto row = std::max<index_t>(0, -offset), column = std::max<index_t>(0, offset);
  const auto n = std::max<index_t>(0, std::min(extents[a] - row, extents[b] - column));
  const auto start = n > 0 ? row * steps[a] + column * steps[b] : 0;
  const auto step = steps[a] + steps[b];
  extents.erase(std::max(a, b)), steps.erase(std::max(a, b));
  extents.erase(std::min(a, b)), steps.erase(std::min(a, b));
  extents.push(n), steps.push(step);
  return view(extents, steps, start);
}

}  // namespace seegrad
