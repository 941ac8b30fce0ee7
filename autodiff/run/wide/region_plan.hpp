#pragma once
// Which part of one memory is whose, and for how long: the smallest gap that is large enough.

#include <cstddef>
#include <map>
#include <set>

namespace seegrad::detail::run {

class region_plan {
 public:
  static constexpr std::size_t grain = 8;  // a cache line of numbers

  auto take(std::size_t count) -> std::size_t {
    count = (count + grain - 1) / grain * grain;
    const auto gap = by_size_.lower_bound({count, 0});
    if (gap == by_size_.end()) {
      const auto at = end_;
      end_ += count;
      return at;
    }
    const auto [size, at] = *gap;
    by_size_.erase(gap), by_place_.erase(at);
    if (size > count) add(at + count, size - count);
    return at;
  }
  auto give_back(std::size_t at, std::size_t count) -> void {
    count = (count + grain - 1) / grain * grain;
    const auto next = by_place_.find(at + count);
    if (next != by_place_.end()) count += remove(next);
    auto before = by_place_.lower_bound(at);
    if (before != by_place_.begin() && (--before)->first + before->second == at) {
      at = before->first;
      count += remove(before);
    }
    add(at, count);
  }
  /// So much has been used at most.
  auto size() const -> std::size_t { return end_; }

 private:
  using places = std::map<std::size_t, std::size_t>;

  auto add(std::size_t at, std::size_t count) -> void { by_place_.emplace(at, count), by_size_.emplace(count, at); }
  auto remove(places::iterator gap) -> std::size_t {
    const auto size = gap->second;
    by_size_.erase({size, gap->first}), by_place_.erase(gap);
    return size;
  }

  places by_place_;
  std::set<std::pair<std::size_t, std::size_t>> by_size_;
  std::size_t end_ = 0;
};

}  // namespace seegrad::detail::run
