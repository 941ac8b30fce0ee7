#pragma once
// A std::vector in memory of the pool (pool.hpp), for lists that each call of an operation makes anew.

#include <autodiff/array/pool.hpp>
#include <vector>

namespace seegrad::detail {

template <class T>
class pool_allocator {
 public:
  using value_type = T;

  pool_allocator() = default;
  template <class U>
  pool_allocator(const pool_allocator<U>&) {}

  auto allocate(std::size_t n) -> T* { return static_cast<T*>(pool::take_bytes(n * sizeof(T))); }
  auto deallocate(T* p, std::size_t n) noexcept -> void { pool::give_bytes(p, n * sizeof(T)); }

  friend auto operator==(pool_allocator, pool_allocator) -> bool { return true; }
};

template <class T>
using pool_vector = std::vector<T, pool_allocator<T>>;

}  // namespace seegrad::detail
