#pragma once
// A charged particle after Pearlmutter and Siskind (2008): two charges push it along, and Newton's method moves one of them until the path
// ends in the origin. Each step of the path takes a gradient of the potential, and each step of Newton a derivative of the whole path.

#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <vector>

namespace bench {

// How the slopes of the potential are found; the path is always differentiated in reverse.
enum class inner { reverse, forward };

template <inner How>
struct particle {
  static constexpr double time_step = 0.06;
  static constexpr int newton_steps = 5;

  // p is how far the first charge is moved.
  struct potential {
    template <class T>
    auto operator()(std::span<const T> x, std::span<const T> p) const -> T {
      using std::sqrt;
      const T dx = x[0] - 10.0;
      const T dy = x[1] - 10.0 + p[0];
      return 1.0 / sqrt(dx * dx + dy * dy) + 1.0 / sqrt(dx * dx + x[1] * x[1]);
    }
  };

  // Where the path meets the axis y = 0.
  template <class Way>
  struct path {
    template <class T>
    auto operator()(std::span<const T> w, std::span<const T>) const -> T {
      std::vector<T> x{0.0, 8.0};
      std::array<T, 2> v{0.75, 0.0};
      for (;;) {
        const auto slope = slopes(std::span<const T>(x), w);
        const T below = x[1] + time_step * v[1];
        if (Way::number_of(below) < 0.0) break;
        x[0] = x[0] + time_step * v[0];
        x[1] = below;
        for (std::size_t i = 0; i < 2; ++i) v[i] = v[i] - time_step * slope[i];
      }
      return x[0] - x[1] / v[1] * v[0];
    }

    template <class T>
    static auto slopes(std::span<const T> x, std::span<const T> w) -> std::vector<T> {
      if constexpr (How == inner::reverse) return Way::gradient(potential{}, x, w);
      else return Way::forward_gradient(potential{}, x, w);
    }
  };

  template <class Way>
  auto prepared() const -> std::function<std::vector<double>()> {
    return [] {
      const path<Way> ends;
      std::vector<double> w{0.0};
      for (int i = 0; i < newton_steps; ++i) {
        const auto slope = Way::gradient(ends, std::span<const double>(w), std::span<const double>{});
        w[0] -= ends(std::span<const double>(w), std::span<const double>{}) / slope[0];
      }
      return w;
    };
  }
};

}  // namespace bench
