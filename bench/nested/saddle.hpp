#pragma once
// A saddle point after Pearlmutter and Siskind (2008), with the function of GradBench: the least over a of the greatest over b of |a|^2 - |b|^2,
// in the plane. Each gradient by a goes through a whole search for b, each step of which takes a gradient by b.

#include "descent.hpp"

#include <functional>

namespace bench {

struct saddle {
  // -f, whose minimum over b is sought for a given a.
  struct below {
    template <class T>
    auto operator()(std::span<const T> b, std::span<const T> a) const -> T {
      return (b[0] * b[0] + b[1] * b[1]) - (a[0] * a[0] + a[1] * a[1]);
    }
  };

  // max over b of f(a, b).
  template <class Way>
  struct greatest {
    template <class T>
    auto operator()(std::span<const T> a, std::span<const T>) const -> T {
      const auto b = minimum<Way>(below{}, std::vector<T>{1.0, 1.0}, a);
      return -below{}(std::span<const T>(b), a);
    }
  };

  template <class Way>
  auto prepared() const -> std::function<std::vector<double>()> {
    return [] {
      auto a = minimum<Way>(greatest<Way>{}, std::vector<double>{1.0, 1.0}, std::span<const double>{});
      const auto b = minimum<Way>(below{}, std::vector<double>{1.0, 1.0}, std::span<const double>(a));
      a.insert(a.end(), b.begin(), b.end());
      return a;
    };
  }
};

}  // namespace bench
