#pragma once
// Bytes of pictures become numbers between 0 and 1 in one way everywhere, so that the bits are the same.

#include <autodiff/array/array.hpp>

namespace seegrad::nn::detail {

/// x / divisor, in the type of x, which is floating unless the divisor is 1; in place if nobody else has x.
inline auto divided(array x, double divisor) -> array {
  if (divisor == 1) return x;
  seegrad::detail::with_floating(x.type(), [&]<class T>(T) {
    for (auto& v : x.writable<T>()) v /= static_cast<T>(divisor);
  });
  return x;
}

}  // namespace seegrad::nn::detail
