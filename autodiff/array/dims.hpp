#pragma once
// A short list of whole numbers: a shape, strides, or a permutation of axes. It lives in place, without an allocation.
//
//   dims s{2, 3};
//   s.size();          // 2 axes
//   elements(s);       // 6
//   to_string(s);      // "[2x3]"

#include <autodiff/array/error.hpp>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad {

/// Extents, strides and indices: whole numbers with a sign, so that counting from the end is possible.
using index_t = std::int64_t;

namespace detail {
inline constexpr int max_rank = 8;

/// Throws, and says how many are the most.
[[noreturn]] auto too_many_axes(std::size_t n) -> void;
}  // namespace detail

class dims {
 public:
  dims() = default;
  dims(std::initializer_list<index_t> list) : dims(std::span<const index_t>(list.begin(), list.size())) {}
  dims(const std::vector<index_t>& list) : dims(std::span<const index_t>(list)) {}
  explicit dims(std::span<const index_t> list) {
    for (auto n : list) push(n);
  }
  /// So many times the same number.
  static auto filled(int size, index_t n) -> dims {
    dims d;
    for (int i = 0; i < size; ++i) d.push(n);
    return d;
  }

  /// How many numbers.
  auto size() const -> int { return static_cast<int>(size_); }
  /// Whether there is none.
  auto empty() const -> bool { return size_ == 0; }
  /// Number i, from 0; not checked.
  auto operator[](int i) const -> index_t { return at_[i]; }
  auto operator[](int i) -> index_t& { return at_[i]; }
  /// The last; there must be one.
  auto back() const -> index_t { return at_[size_ - 1]; }
  /// The numbers, one behind the other.
  auto begin() const -> const index_t* { return at_; }
  /// Behind the last.
  auto end() const -> const index_t* { return at_ + size_; }
  auto begin() -> index_t* { return at_; }
  auto end() -> index_t* { return at_ + size_; }

  /// One more at the end. Throws if there are max_rank already.
  auto push(index_t n) -> void {
    if (size_ == detail::max_rank) detail::too_many_axes(detail::max_rank + 1);
    at_[size_++] = n;
  }
  /// One more before number i. Throws as push.
  auto insert(int i, index_t n) -> void {
    push(n);
    for (int k = size() - 1; k > i; --k) std::swap(at_[k], at_[k - 1]);
  }
  /// Without number i.
  auto erase(int i) -> void {
    for (--size_; i < size(); ++i) at_[i] = at_[i + 1];
  }
  /// The first n, of at least as many.
  auto first(int n) const -> dims { return dims(std::span(at_, static_cast<std::size_t>(n))); }
  /// Those from number n on.
  auto from(int n) const -> dims { return dims(std::span(at_ + n, static_cast<std::size_t>(size_ - n))); }

  friend auto operator==(const dims& a, const dims& b) -> bool {
    bool same = a.size_ == b.size_;
    for (index_t i = 0; same && i < a.size_; ++i) same = a.at_[i] == b.at_[i];
    return same;
  }

 private:
  // All of it is copied, which is two registers' worth, rather than counted.
  index_t at_[detail::max_rank] = {};
  index_t size_ = 0;
};

auto operator+(const dims& a, const dims& b) -> dims;  ///< one list after the other

/// The number of elements of that shape; 1 without axes. Throws where it would overflow.
auto elements(const dims& shape) -> index_t;
/// "[2x3]"; "[]" for a shape without axes.
auto to_string(const dims& shape) -> std::string;

namespace detail {
/// "(0, 1)", for lists that are not shapes.
auto to_list(const dims& list) -> std::string;
/// The strides, in elements, of a row-major array of that shape.
auto row_major(const dims& shape) -> dims;
}  // namespace detail

/// The shape both can be repeated to: axes are matched from the last, and an axis of 1 or none is repeated (numpy's rule). Throws in
/// the name of `who` if there is none.
auto broadcast(const dims& a, const dims& b, std::string_view who) -> dims;

namespace detail {
/// An axis counted from the front, from one that may be counted from the back by a negative number. Throws if there is no such axis.
auto axis_of(index_t axis, int rank, std::string_view who) -> int;
}  // namespace detail

}  // namespace seegrad
