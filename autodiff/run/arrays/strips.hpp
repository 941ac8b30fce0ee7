#pragma once
// Operations element by element, one after the other over a strip of elements before the next strip: what one hands to the next stays in the
// innermost cache, and what only they need has no memory but a strip. (Loop fusion by strip-mining; no code is made for it.)

#include <autodiff/array/dtype.hpp>
#include <autodiff/array/pool_vector.hpp>
#include <autodiff/graph/operation.hpp>
#include <span>

namespace seegrad::detail::run {

/// Where a step finds its numbers: in an array, which it walks along; where every strip finds the same; or in a strip that lives between steps.
struct strip_address {
  enum { whole, fixed, between } kind = whole;
  void* data = nullptr;
  std::uint32_t strip = 0;
};

struct strip_step {
  const prepared* call;
  strip_address to, from[max_arity + 2];
  std::uint32_t count;  ///< of `from`
};

/// Which strips are in use while steps are put together; few are wanted, so that they stay in the cache.
class strip_list {
 public:
  auto take() -> std::uint32_t {
    if (free_.empty()) return most_++;
    const auto s = free_.back();
    return free_.pop_back(), s;
  }
  auto give(std::uint32_t s) -> void { free_.push_back(s); }
  auto most() const -> std::uint32_t { return most_; }

 private:
  pool_vector<std::uint32_t> free_;
  std::uint32_t most_ = 0;
};

inline constexpr index_t strip_length = 1024;  ///< elements, at most

/// All steps over so many elements of that type, with `strips` strips between them, by several threads if there are many.
auto run_strips(std::span<const strip_step> steps, std::uint32_t strips, index_t elements, dtype type) -> void;

}  // namespace seegrad::detail::run
