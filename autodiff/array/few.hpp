#pragma once
// A list as long as an operation has operands: up to three of them need no memory of their own.

#include <array>
#include <autodiff/array/pool_vector.hpp>
#include <cstddef>
#include <span>

namespace seegrad::detail {

template <class T>
class few {
 public:
  explicit few(std::size_t size) : size_(size) {
    if (size > here_.size()) many_.resize(size);
  }
  auto size() const -> std::size_t { return size_; }
  auto data() const -> const T* { return size_ > here_.size() ? many_.data() : here_.data(); }
  auto data() -> T* { return size_ > here_.size() ? many_.data() : here_.data(); }
  auto operator[](std::size_t i) const -> const T& { return data()[i]; }
  auto operator[](std::size_t i) -> T& { return data()[i]; }
  operator std::span<const T>() const { return {data(), size_}; }

 private:
  std::size_t size_;
  std::array<T, 3> here_;
  pool_vector<T> many_;
};

}  // namespace seegrad::detail
