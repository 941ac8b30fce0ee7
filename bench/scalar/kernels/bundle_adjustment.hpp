#pragma once
// Bundle adjustment after ADBench, with the size of its first data set: cameras look at points, and the objective is the sum
// of the squares of the weighted errors of reprojection and of the residuals of the weights. The data are synthetic.

#include "../random.hpp"

#include <array>
#include <cmath>
#include <span>

namespace bench {

struct bundle_adjustment {
  static constexpr std::size_t cameras = 49, points = 7776, observations = 31843;
  static constexpr std::size_t per_camera = 11;  // rotation 3, centre 3, focal length, principal point 2, distortion 2
  struct observation {
    std::size_t camera, point;
    std::array<double, 2> feature;
  };
  std::vector<double> inputs;  // cameras, points, weights
  std::vector<observation> seen;

  bundle_adjustment() {
    generator g(11);
    const auto add = [&](std::size_t n, double low, double high) {
      for (std::size_t i = 0; i < n; ++i) inputs.push_back(g.uniform(low, high));
    };
    for (std::size_t c = 0; c < cameras; ++c) {
      add(3, -0.3, 0.3);
      add(3, -1.0, 1.0);
      add(1, 500.0, 1000.0);
      add(2, -10.0, 10.0);
      add(2, -0.1, 0.1);
    }
    for (std::size_t p = 0; p < points; ++p) {
      add(2, -2.0, 2.0);
      add(1, 6.0, 9.0);
    }
    add(observations, 0.5, 1.5);
    const std::span<const double> x(inputs);
    for (std::size_t o = 0; o < observations; ++o) {
      observation s{g.below(cameras), o % points, {}};
      s.feature = project(camera(x, s.camera), point(x, s.point));  // the truth and up to a pixel of noise
      for (auto& coordinate : s.feature) coordinate += g.uniform(-1.0, 1.0);
      seen.push_back(s);
    }
  }

  template <class T>
  static auto camera(std::span<const T> x, std::size_t c) -> std::span<const T, per_camera> {
    return x.subspan(c * per_camera).template first<per_camera>();
  }
  template <class T>
  static auto point(std::span<const T> x, std::size_t p) -> std::span<const T, 3> {
    return x.subspan(cameras * per_camera + 3 * p).template first<3>();
  }

  // Rodrigues' rotation of a point about the axis and by the angle that the vector r stands for.
  template <class T>
  static auto rotate(std::span<const T, 3> r, const std::array<T, 3>& v) -> std::array<T, 3> {
    using std::cos;
    using std::sin;
    using std::sqrt;
    const T squared = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    const T angle = sqrt(squared);
    const T c = cos(angle);
    const T s = sin(angle);
    const T inverse = 1.0 / angle;
    const std::array<T, 3> w{r[0] * inverse, r[1] * inverse, r[2] * inverse};
    const std::array<T, 3> cross{w[1] * v[2] - w[2] * v[1], w[2] * v[0] - w[0] * v[2], w[0] * v[1] - w[1] * v[0]};
    const T along = (w[0] * v[0] + w[1] * v[1] + w[2] * v[2]) * (1.0 - c);
    return {v[0] * c + cross[0] * s + w[0] * along, v[1] * c + cross[1] * s + w[1] * along,
            v[2] * c + cross[2] * s + w[2] * along};
  }

  // Where a camera sees a point.
  template <class T>
  static auto project(std::span<const T, per_camera> cam, std::span<const T, 3> p) -> std::array<T, 2> {
    const std::array<T, 3> shifted{p[0] - cam[3], p[1] - cam[4], p[2] - cam[5]};
    const auto q = rotate(cam.template first<3>(), shifted);
    const T u = q[0] / q[2];
    const T v = q[1] / q[2];
    const T r2 = u * u + v * v;
    const T stretch = 1.0 + cam[9] * r2 + cam[10] * r2 * r2;
    return {u * stretch * cam[6] + cam[7], v * stretch * cam[6] + cam[8]};
  }

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    const auto weights = x.last(observations);
    T sum = 0.0;
    for (std::size_t o = 0; o < observations; ++o) {
      const T& weight = weights[o];
      const auto image = project(camera(x, seen[o].camera), point(x, seen[o].point));
      const T e0 = weight * (image[0] - seen[o].feature[0]);
      const T e1 = weight * (image[1] - seen[o].feature[1]);
      const T residual = 1.0 - weight * weight;
      sum += e0 * e0 + e1 * e1 + residual * residual;
    }
    return sum;
  }
};

}  // namespace bench
