#pragma once
// A list of a known length in memory of the pool (pool.hpp), not set: what a function works with for as long as it runs.

#include <autodiff/array/pool.hpp>
#include <cstring>
#include <type_traits>
#include <utility>

namespace seegrad::detail {

template <class T>
class pooled {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  pooled() = default;
  /// Throws std::bad_alloc.
  explicit pooled(std::size_t size) : block_(pool::take(size * sizeof(T))), size_(size) {}
  pooled(pooled&& o) noexcept : block_(std::exchange(o.block_, {})), size_(std::exchange(o.size_, 0)) {}
  auto operator=(pooled&& o) noexcept -> pooled& { return std::swap(block_, o.block_), std::swap(size_, o.size_), *this; }
  ~pooled() {
    if (block_.data) pool::give(block_);
  }

  auto data() const -> T* { return static_cast<T*>(block_.data); }
  auto size() const -> std::size_t { return size_; }
  auto operator[](std::size_t i) const -> T& { return data()[i]; }
  /// All bytes 0.
  auto clear() -> void {
    if (size_ > 0) std::memset(block_.data, 0, size_ * sizeof(T));
  }

 private:
  pool::block block_{};
  std::size_t size_ = 0;
};

}  // namespace seegrad::detail
