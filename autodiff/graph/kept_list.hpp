#pragma once
// A list that is taken back and grows again at every step of a training loop. What is taken back keeps its memory, such as that of a string, for
// the element that comes there next.

#include <algorithm>
#include <cstddef>
#include <vector>

namespace seegrad::detail {

template <class T>
class kept_list {
 public:
  auto size() const -> std::size_t { return size_; }
  auto begin() const -> const T* { return items_.data(); }
  auto end() const -> const T* { return items_.data() + size_; }
  auto begin() -> T* { return items_.data(); }
  auto end() -> T* { return items_.data() + size_; }
  auto operator[](std::size_t i) const -> const T& { return items_[i]; }
  auto back() const -> const T& { return items_[size_ - 1]; }

  /// One more at the end, with whatever it held before.
  auto grow() -> T& {
    if (size_ == items_.size()) items_.emplace_back();
    return items_[size_++];
  }
  /// One more before place i.
  auto grow_at(std::size_t i) -> T& {
    grow();
    std::rotate(begin() + i, end() - 1, end());
    return items_[i];
  }
  auto take_back(std::size_t size) -> void { size_ = size; }

 private:
  std::vector<T> items_;
  std::size_t size_ = 0;
};

}  // namespace seegrad::detail
