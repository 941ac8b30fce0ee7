#include <autodiff/array/same_bits.hpp>

#include <cstring>

namespace seegrad {

auto detail::same_bits(const array& a, const array& b) -> bool {
  if (a.is_null() || b.is_null()) return a.is_null() == b.is_null();
  if (a.type() != b.type() || a.shape() != b.shape() || a.is_number() != b.is_number()) return false;
  const auto x = a.contiguous(), y = b.contiguous();
  return x.raw() == y.raw() || std::memcmp(x.raw(), y.raw(), x.bytes()) == 0;
}

}  // namespace seegrad
