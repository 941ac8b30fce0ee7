#include <autodiff/array/same_bits.hpp>

#include <algorithm>
#include <cstring>

namespace seegrad {

auto detail::same_bits(const array& a, const array& b) -> bool {
  if (a.is_null() || b.is_null()) return a.is_null() == b.is_null();
  if (a.type() != b.type() || a.shape() != b.shape() || a.is_number() != b.is_number()) return false;
  const auto x = a.contiguous(), y = b.contiguous();
  return x.raw() == y.raw() || std::memcmp(x.raw(), y.raw(), x.bytes()) == 0;
}

// Words of 64 bits, mixed one after the other (multiply and xor-shift, as the finishing of MurmurHash3 does it).
auto detail::digest(const array& a) -> double {
  const auto all = a.contiguous();
  const auto* from = static_cast<const unsigned char*>(all.raw());
  std::uint64_t h = all.bytes();
  for (std::size_t at = 0; at < all.bytes(); at += sizeof h) {
    std::uint64_t word = 0;
    std::memcpy(&word, from + at, std::min(sizeof word, all.bytes() - at));
    h = (h ^ word) * 0xff51afd7ed558ccd;
    h ^= h >> 33;
  }
  return static_cast<double>(h * 0xc4ceb9fe1a85ec53 >> 12);
}

}  // namespace seegrad
