#pragma once
// An n-dimensional array of numbers: float or double, and whole numbers or truth values for indices, labels and masks.
//
//   array x{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}};      // [2x3], float64
//   x(1, 2);                                        // 6, as x.at(1, 2)
//   array row = take(x, 1), t = transpose(x);       // views: they share x's memory
//   x.set(9.0, 1, 2);                               // row and t keep their 6
//
// An array is a value. Copies and views share memory until one of them is written to, which then gets memory of its own; what another
// array shows never changes. Copying costs a count, a view some twenty stores. Rows come last (row-major), strides count elements and may be
// 0 (an axis repeated) or negative (an axis reversed). Memory comes from a pool (pool.hpp) and begins at a multiple of 64 bytes.

#include <array>
#include <atomic>
#include <autodiff/array/dims.hpp>
#include <autodiff/array/dtype.hpp>
#include <autodiff/array/literal.hpp>
#include <autodiff/array/platform.hpp>
#include <autodiff/array/pool.hpp>
#include <span>
#include <type_traits>
#include <vector>

namespace seegrad {

namespace detail {

/// What stands behind the handles; the elements follow it in the same block, unless they are of `owner` or the user's own.
struct array_body {
  std::atomic<std::uint32_t> handles;
  std::uint32_t size_class;
  dtype type;
  bool contiguous;  // row-major without gaps
  bool borrowed;    // never written to
  bool number;      // made from a plain number or a scalar: it takes the type of what it meets
  index_t size;
  void* data;
  array_body* owner;
  dims shape, strides;
};

auto destroy(array_body* b) noexcept -> void;

// An atomic addition costs as much as adding sixteen numbers, and is not needed while the program has one thread.
inline auto hold(array_body* b) -> void {
  if (single_threaded()) b->handles.store(b->handles.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  else b->handles.fetch_add(1, std::memory_order_relaxed);
}
inline auto drop(array_body* b) noexcept -> void {
  if (single_threaded()) {
    const auto left = b->handles.load(std::memory_order_relaxed) - 1;
    b->handles.store(left, std::memory_order_relaxed);
    if (left == 0) destroy(b);
  } else if (b->handles.load(std::memory_order_acquire) == 1 || b->handles.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    destroy(b);  // Whoever has the only handle need not ask the others.
  }
}

}  // namespace detail

/// What a nested brace list is made of.
class nested {
 public:
  /// A number, or a list of the same.
  template <class T>
    requires std::is_arithmetic_v<T>
  nested(T x) : number_(x) {}
  nested(std::initializer_list<nested> list) : list_(list), is_list_(true) {}

 private:
  friend class array;
  literal number_ = false;
  std::initializer_list<nested> list_;
  bool is_list_ = false;
};

class array {
 public:
  /// No elements, shape [0].
  array() = default;
  /// A number: shape [], of the type of its literal; where it meets an array it takes that one's type, unless it has a fraction to
  /// lose: whole numbers become floating where they meet such, and 1.5 makes float64 of an int64.
  template <class T>
    requires std::is_arithmetic_v<T>
  array(T x) : array(of_number(x)) {}
  /// Nested braces: {{1, 2}, {3, 4}}. Whole numbers throughout make int64, truth values bool, anything else float64. Throws if rows
  /// differ in length.
  array(std::initializer_list<nested> list);
  array(std::initializer_list<nested> list, dtype type);
  /// One axis, or the given shape row by row. Throws if the shape has another number of elements.
  template <class T>
    requires std::is_arithmetic_v<T>
  array(const std::vector<T>& v) : array(v, dims{static_cast<index_t>(v.size())}) {}
  /// As above, in the given shape, row by row. Throws if the shape has another number of elements.
  template <class T>
    requires std::is_arithmetic_v<T>
  array(const std::vector<T>& v, const dims& shape);
  template <element T>
  array(std::span<const T> v, const dims& shape) : array(copy_of(v.data(), v.size(), dtype_of<T>, shape)) {}

  /// Memory of the caller's, read in place. It must outlive the array and its views and not change meanwhile.
  template <element T>
  static auto borrow(const T* data, const dims& shape) -> array {
    return borrowed(data, dtype_of<T>, shape, detail::row_major(shape));
  }
  template <element T>
  static auto borrow(const T* data, const dims& shape, const dims& strides) -> array {
    return borrowed(data, dtype_of<T>, shape, strides);
  }
  /// Elements not set yet.
  static auto uninitialized(dtype type, const dims& shape) -> array;
  /// The same for the shape and type of another array.
  static auto uninitialized_like(const array& x) -> array;
  /// Another shape and other strides over the same memory, beginning `offset` elements after the first.
  auto view(const dims& shape, const dims& strides, index_t offset = 0) const -> array;

  // Views of the same memory, as what is recorded under the same names (ops/shape/shape.hpp) makes of values. Negative axes count from the last.
  /// One extent may be -1: what is left. A copy where strides cannot express the shape.
  auto reshape(const dims& shape) const -> array;
  /// The axes in another order.
  auto permute(const dims& order) const -> array;
  /// Elements start, start + step, … before stop (after it, for a negative step) of one axis; negative positions count from the end, and
  /// what lies outside is left out, as in Python.
  auto slice(index_t axis, index_t start, index_t stop, index_t step = 1) const -> array;
  /// One element of an axis, which is dropped.
  auto select(index_t axis, index_t index) const -> array;
  /// Axes of 1, and new ones in front, repeated to `shape`; -1 keeps an extent.
  auto expand(const dims& shape) const -> array;
  /// Axes backwards.
  auto flip(const dims& axes) const -> array;
  /// Elements i, i + offset of two axes, which are dropped, as a new last one.
  auto diagonal(index_t offset, index_t axis1, index_t axis2) const -> array;

  array(const array& o) noexcept : body_(o.body_) {
    if (body_) detail::hold(body_);
  }
  array(array&& o) noexcept : body_(std::exchange(o.body_, nullptr)) {}
  auto operator=(const array& o) noexcept -> array& {
    if (o.body_) detail::hold(o.body_);
    if (auto* old = std::exchange(body_, o.body_)) detail::drop(old);
    return *this;
  }
  auto operator=(array&& o) noexcept -> array& {
    std::swap(body_, o.body_);
    return *this;
  }
  ~array() {
    if (body_) detail::drop(body_);
  }

  /// How many elements each axis has; [0] of an array without any elements.
  auto shape() const -> const dims& { return body_ ? body_->shape : no_shape(); }
  /// How far the next element of each axis is, in elements: 0 for an axis that is repeated, negative for one that runs backwards.
  auto strides() const -> const dims& { return body_ ? body_->strides : no_shape(); }
  /// How many axes.
  auto rank() const -> int { return shape().size(); }
  /// How many elements.
  auto size() const -> index_t { return body_ ? body_->size : 0; }
  /// Of one axis; negative ones count from the last. Throws if there is no such axis.
  auto extent(index_t axis) const -> index_t { return shape()[detail::axis_of(axis, rank(), "extent")]; }
  /// The type of the elements.
  auto type() const -> dtype { return body_ ? body_->type : float64; }
  /// Whether that is float32 or float64.
  auto is_floating() const -> bool { return seegrad::is_floating(type()); }
  /// Whether the elements lie row by row without gaps.
  auto is_contiguous() const -> bool { return !body_ || body_->contiguous; }
  /// Made from a plain number or a scalar, and not yet an array of a type of its own.
  auto is_number() const -> bool { return body_ && body_->number; }
  /// Made by the default constructor.
  auto is_null() const -> bool { return body_ == nullptr; }
  /// Of the elements, as if each lay there once.
  auto bytes() const -> std::size_t { return static_cast<std::size_t>(size()) * size_of(type()); }
  /// Whether both lie in the same block of memory.
  auto shares_memory(const array& o) const -> bool;

  /// The first element; walk from it by strides(). Throws if T is not the type of the array.
  template <element T>
  auto data() const -> const T* {
    return static_cast<const T*>(raw(dtype_of<T>));
  }
  /// All elements, row by row; the array must be contiguous.
  template <element T>
  auto elements() const -> std::span<const T> {
    need_contiguous();
    return {data<T>(), static_cast<std::size_t>(size())};
  }
  /// The same for writing. What shares this memory keeps what it shows: the array moves to memory of its own first, and is
  /// contiguous then.
  template <element T>
  auto writable() -> std::span<T> {
    make_writable();
    return {const_cast<T*>(data<T>()), static_cast<std::size_t>(size())};
  }
  /// Memory of its own, contiguous, if it has not.
  auto make_writable() -> void;
  /// Whether it has.
  auto is_writable_in_place() const -> bool {
    return body_ && body_->contiguous && !body_->borrowed && !body_->owner && body_->handles.load(std::memory_order_acquire) == 1;
  }

  /// One element: x.at(1, 2), or x(1, 2). Indices may count from the end by negative numbers. Throws for one out of range, or too few or many.
  /// Where nothing but the time counts, elements<T>() has no such questions.
  template <std::integral... I>
  auto at(I... i) const -> double {
    if (!body_ || body_->shape.size() != int{sizeof...(I)}) [[unlikely]]
      refuse(i...);
    std::uint64_t sum = 0;  // which comes round where an index is out of range, before that is said
    int axis = 0;
    bool is_inside = true;
    [[maybe_unused]] const auto step = [&](index_t k) {
      const auto n = body_->shape[axis];
      k += k < 0 ? n : 0;
      is_inside &= static_cast<std::uint64_t>(k) < static_cast<std::uint64_t>(n);
      sum += static_cast<std::uint64_t>(k) * static_cast<std::uint64_t>(body_->strides[axis++]);
    };
    (step(static_cast<index_t>(i)), ...);
    if (!is_inside) [[unlikely]]
      refuse(i...);
    const auto offset = static_cast<index_t>(sum);
    if (body_->type == float64) [[likely]]
      return static_cast<const double*>(body_->data)[offset];
    return detail::with_type(body_->type,
                             [&]<class T>(T) { return static_cast<double>(static_cast<const T*>(body_->data)[offset]); });
  }
  template <std::integral... I>
  auto operator()(I... i) const -> double {
    return at(i...);
  }
  /// One element, by a list of indices, as at.
  auto get(const dims& index) const -> double;
  /// Sets one element: x.set(9.0, 1, 2). Memory that others show is not touched. Throws as at.
  template <std::integral... I>
  auto set(const literal& x, I... i) -> void {
    put(x, dims{static_cast<index_t>(i)...});
  }
  /// The same by a list of indices.
  auto put(const literal& x, const dims& index) -> void;
  /// The only element. Throws if there are more, or none.
  auto item() const -> double;

  /// The same numbers as another type; the array itself if it has it. Fractions are cut off, and what no int64 can be becomes the
  /// lowest one; anything but 0 is true.
  auto cast(dtype type) const -> array;
  /// Row-major without gaps; the array itself if it is.
  auto contiguous() const -> array;
  /// A contiguous copy that shares nothing.
  auto copy() const -> array;
  /// A copy of all elements, row by row, as T.
  template <element T>
  auto to_vector() const -> std::vector<T> {
    const array c = cast(dtype_of<T>).contiguous();
    return std::vector<T>(c.data<T>(), c.data<T>() + c.size());  // braces would be a list of two truth values
  }

  /// What identifies the block of memory its elements lie in, and how large that is; arrays that share memory have the same.
  auto block() const -> const void* { return !body_ ? nullptr : body_->owner ? body_->owner : body_; }
  /// 0 of an array without memory.
  auto block_bytes() const -> std::size_t;

  /// The elements' address without regard to type, for kernels.
  auto raw() const -> void* { return body_ ? body_->data : nullptr; }
  /// How many arrays share this one's body.
  auto use_count() const -> unsigned { return body_ ? body_->handles.load(std::memory_order_relaxed) : 0; }

 private:
  // What is no element is told apart from a loop of the caller's, which then keeps shape and address in registers.
  template <std::integral... I>
  [[noreturn, gnu::noinline, gnu::cold]] auto refuse(I... i) const -> void {
    get(dims{static_cast<index_t>(i)...});
    __builtin_unreachable();
  }
  explicit array(detail::array_body* b) : body_(b) {}
  static auto no_shape() -> const dims&;
  static auto of_number(const literal& x) -> array;
  static auto copy_of(const void* data, std::size_t n, dtype type, const dims& shape) -> array;
  static auto borrowed(const void* data, dtype type, const dims& shape, const dims& strides) -> array;
  static auto make(detail::pool::block at, dtype type, index_t size, const dims& shape, const dims& strides)
      -> detail::array_body*;
  auto raw(dtype type) const -> const void*;
  auto need_contiguous() const -> void;
  auto offset_of(const dims& index, const char* who) const -> index_t;

  detail::array_body* body_ = nullptr;
};

template <class T>
  requires std::is_arithmetic_v<T>
array::array(const std::vector<T>& v, const dims& shape) {
  if constexpr (element<T> && !std::same_as<T, bool>) {
    *this = copy_of(v.data(), v.size(), dtype_of<T>, shape);
  } else if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    std::vector<std::int64_t> wide;
    wide.reserve(v.size());
    for (const auto x : v) wide.push_back(literal(x).template as<std::int64_t>());
    *this = copy_of(wide.data(), wide.size(), int64, shape);
  } else if constexpr (std::same_as<T, bool>) {
    const std::vector<unsigned char> bytes(v.begin(), v.end());
    *this = copy_of(bytes.data(), bytes.size(), boolean, shape);
  } else {
    const std::vector<double> wide(v.begin(), v.end());
    *this = copy_of(wide.data(), wide.size(), float64, shape);
  }
}

/// Whether shapes, types and all elements are equal; NaN is equal to nothing.
auto identical(const array& a, const array& b) -> bool;
/// Whether the shapes are equal and |a - b| <= absolute + relative * |b| everywhere; equal infinities are close, NaN is not.
auto all_close(const array& a, const array& b, double relative = 1e-5, double absolute = 1e-8) -> bool;

}  // namespace seegrad
