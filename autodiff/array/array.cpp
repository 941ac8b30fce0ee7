#include <autodiff/array/array.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/error.hpp>
#include <autodiff/array/held.hpp>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <new>

namespace seegrad {
namespace detail {
namespace {

constexpr std::size_t header = (sizeof(array_body) + 63) / 64 * 64;

}  // namespace

auto too_large(std::uint64_t x) -> void {
  throw error(fmt::format("array: {} is larger than any int64; write it as a floating-point number", x));
}

auto destroy(array_body* b) noexcept -> void {
  if (is_keeper(*b)) release_kept(*b);
  auto* owner = b->owner;
  const pool::block block{b, b->size_class};
  b->~array_body();
  pool::give(block);
  if (owner) drop(owner);
}

}  // namespace detail

auto array::no_shape() -> const dims& {
  static const dims zero{0};
  return zero;
}

auto array::make(detail::pool::block at, dtype type, index_t size, const dims& shape, const dims& strides)
    -> detail::array_body* {
  return new (at.data) detail::array_body{{1},     at.size_class, type,   true,
                                          false,   false,         size,   static_cast<std::byte*>(at.data) + detail::header,
                                          nullptr, shape,         strides};
}

auto array::uninitialized(dtype type, const dims& shape) -> array {
  const auto n = seegrad::elements(shape);
  const auto bytes = static_cast<std::size_t>(n) * size_of(type);
  return array(make(detail::pool::take(detail::header + bytes), type, n, shape, detail::row_major(shape)));
}

auto array::uninitialized_like(const array& x) -> array {
  if (!x.is_contiguous() || x.is_null() || x.body_->owner || x.body_->borrowed) return uninitialized(x.type(), x.shape());
  const auto& like = *x.body_;
  return array(make(detail::pool::take_like(like.size_class), like.type, like.size, like.shape, like.strides));
}

auto array::of_number(const literal& x) -> array {
  auto a = uninitialized(x.type(), {});
  detail::with_type(x.type(), [&]<class T>(T) { *static_cast<T*>(a.body_->data) = x.as<T>(); });
  a.body_->number = true;
  return a;
}

auto array::copy_of(const void* data, std::size_t n, dtype type, const dims& shape) -> array {
  if (seegrad::elements(shape) != static_cast<index_t>(n))
    throw error(
        fmt::format("array: {} numbers do not make the shape {}, which has {}", n, to_string(shape), seegrad::elements(shape)));
  auto a = uninitialized(type, shape);
  if (n > 0) std::memcpy(a.body_->data, data, a.bytes());
  return a;
}

auto array::borrowed(const void* data, dtype type, const dims& shape, const dims& strides) -> array {
  if (shape.size() != strides.size())
    throw error(
        fmt::format("array: the shape {} and the strides {} differ in length", to_string(shape), detail::to_list(strides)));
  const auto n = seegrad::elements(shape);
  auto* b = make(detail::pool::take(detail::header), type, n, shape, strides);
  b->data = const_cast<void*>(data);
  b->borrowed = true;
  b->contiguous = detail::is_row_major(shape, strides);
  return array(b);
}

auto array::view(const dims& shape, const dims& strides, index_t offset) const -> array {
  const auto n = seegrad::elements(shape);
  if (!body_) return uninitialized(float64, shape);
  auto* b = make(detail::pool::take(detail::header), type(), n, shape, strides);
  b->data = static_cast<std::byte*>(body_->data) + offset * static_cast<index_t>(size_of(type()));
  b->contiguous = detail::is_row_major(shape, strides);
  b->borrowed = body_->borrowed;
  b->owner = body_->owner ? body_->owner : body_->borrowed ? nullptr : body_;
  if (b->owner) detail::hold(b->owner);
  return array(b);
}

auto array::shares_memory(const array& o) const -> bool { return body_ && block() == o.block(); }

auto array::block_bytes() const -> std::size_t {
  const auto* b = static_cast<const detail::array_body*>(block());
  return b ? static_cast<std::size_t>(b->size) * size_of(b->type) : 0;
}

auto array::make_writable() -> void {
  if (!is_writable_in_place()) *this = copy();
}

auto array::raw(dtype type) const -> const void* {
  if (type != this->type())
    throw error(fmt::format("array: its elements are {}, not {}; cast() converts", name_of(this->type()), name_of(type)));
  return raw();
}

auto array::need_contiguous() const -> void {
  if (!is_contiguous())
    throw error(fmt::format("array: {} with strides {} is not contiguous; contiguous() makes it so", to_string(shape()),
                            detail::to_list(strides())));
}

auto array::offset_of(const dims& index, const char* who) const -> index_t {
  if (index.size() != rank())
    throw error(fmt::format("{}: {} indices into an array of shape {}", who, index.size(), to_string(shape())));
  index_t offset = 0;
  for (int i = 0; i < rank(); ++i) {
    const auto n = shape()[i], k = index[i] < 0 ? index[i] + n : index[i];
    if (k < 0 || k >= n)
      throw error(
          fmt::format("{}: index {} is out of range in axis {} of an array of shape {}", who, index[i], i, to_string(shape())));
    offset += k * strides()[i];
  }
  return offset;
}

auto array::get(const dims& index) const -> double {
  const auto at = offset_of(index, "at");
  return detail::with_type(type(), [&]<class T>(T) { return static_cast<double>(static_cast<const T*>(raw())[at]); });
}

auto array::put(const literal& x, const dims& index) -> void {
  offset_of(index, "set");
  make_writable();
  const auto at = offset_of(index, "set");
  detail::with_type(type(), [&]<class T>(T) { static_cast<T*>(raw())[at] = x.as<T>(); });
}

auto array::item() const -> double {
  if (size() != 1)
    throw error(fmt::format("item: an array of shape {} has {} elements, not one; use at(…), or sum or mean first",
                            to_string(shape()), size()));
  return detail::with_type(type(), [&]<class T>(T) { return static_cast<double>(*static_cast<const T*>(raw())); });
}

auto array::cast(dtype type) const -> array {
  if (type == this->type() && !is_number()) return *this;
  auto out = uninitialized(type, shape());
  detail::copy_elements(out, *this);
  return out;
}

auto array::contiguous() const -> array { return is_contiguous() ? *this : copy(); }

auto array::copy() const -> array {
  auto out = uninitialized(type(), shape());
  detail::copy_elements(out, *this);
  return out;
}

// --- nested braces ---------------------------------------------------------------------------------------------------------

array::array(std::initializer_list<nested> list) {
  auto type = boolean;
  const auto widen = [&](const auto& self, const nested& n) -> void {
    if (!n.is_list_) type = std::max(type, n.number_.type());
    for (const auto& m : n.list_) self(self, m);
  };
  bool any = false;
  for (const auto& n : list) widen(widen, n), any = true;
  *this = array(list, any ? (type == float32 ? float64 : type) : float64);
}

// It begins as the empty array, so that what is there is given back if the braces turn out to be uneven.
array::array(std::initializer_list<nested> list, dtype type) : array() {
  dims shape;
  const nested whole(list);
  for (const auto* n = &whole; n->is_list_; n = n->list_.begin()) {
    shape.push(static_cast<index_t>(n->list_.size()));
    if (n->list_.size() == 0) break;
  }
  *this = uninitialized(type, shape);
  detail::with_type(type, [&]<class T>(T) {
    auto* to = static_cast<T*>(raw());
    const auto fill = [&](const auto& self, const nested& n, int axis) -> void {
      if (n.is_list_ ? axis == shape.size() || static_cast<index_t>(n.list_.size()) != shape[axis] : axis != shape.size())
        throw error(fmt::format("array: the nested braces are uneven: a row differs from the shape {} of those before it",
                                to_string(shape)));
      if (!n.is_list_) *to++ = n.number_.as<T>();
      for (const auto& m : n.list_) self(self, m, axis + 1);
    };
    fill(fill, whole, 0);
  });
}

// --- comparing -------------------------------------------------------------------------------------------------------------

auto identical(const array& a, const array& b) -> bool {
  if (a.shape() != b.shape() || a.type() != b.type()) return false;
  const auto x = a.contiguous(), y = b.contiguous();
  return detail::with_type(x.type(), [&]<class T>(T) {
    const auto *p = x.data<T>(), *q = y.data<T>();
    return std::equal(p, p + x.size(), q);
  });
}

auto all_close(const array& a, const array& b, double relative, double absolute) -> bool {
  if (a.shape() != b.shape()) return false;
  const auto x = a.to_vector<double>(), y = b.to_vector<double>();
  return std::equal(x.begin(), x.end(), y.begin(), [&](double p, double q) {
    return p == q || (std::isfinite(q) && std::abs(p - q) <= absolute + relative * std::abs(q));
  });
}

}  // namespace seegrad
