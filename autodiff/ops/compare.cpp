#include <autodiff/ops/compare.hpp>

#include <algorithm>

namespace seegrad {

auto count_nonzero(const array& x) -> index_t {
  const auto c = x.contiguous();
  return with_type(c.type(), [&]<class T>(T) { return c.size() - std::count(c.data<T>(), c.data<T>() + c.size(), T{}); });
}

auto all(const array& x) -> bool { return count_nonzero(x) == x.size(); }
auto any(const array& x) -> bool { return count_nonzero(x) > 0; }

}  // namespace seegrad
