// A camera turns all that it sees by one matrix. It is made once, and its adjoint is gathered, so that what leads from the
// rotation vector to the matrix is differentiated once a camera and not once an observation.

#include "by_hand.hpp"

#include <algorithm>

namespace bench {
namespace {

using vec3 = std::array<double, 3>;
using mat3 = std::array<vec3, 3>;

struct rotation {
  vec3 axis;
  double angle, sine, cosine;
  mat3 matrix, adjoint;
};

auto turn(const double* r) -> rotation {
  rotation t{};
  t.angle = std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
  t.sine = std::sin(t.angle), t.cosine = std::cos(t.angle);
  for (std::size_t i = 0; i < 3; ++i) t.axis[i] = r[i] / t.angle;
  const auto& w = t.axis;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) t.matrix[i][j] = (1.0 - t.cosine) * w[i] * w[j];
    const auto next = (i + 1) % 3, after = (i + 2) % 3;
    t.matrix[i][i] += t.cosine;
    t.matrix[i][next] -= t.sine * w[after];
    t.matrix[i][after] += t.sine * w[next];
  }
  return t;
}

// From the adjoint of the matrix to that of the vector.
auto turn_back(const rotation& t, double* by_r) -> void {
  const auto& [w, g] = std::tie(t.axis, t.adjoint);
  const vec3 skew{g[2][1] - g[1][2], g[0][2] - g[2][0], g[1][0] - g[0][1]};
  vec3 by_w{};
  double by_sine = 0.0, by_cosine = 0.0, along = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    double symmetric = 0.0;
    for (std::size_t j = 0; j < 3; ++j) symmetric += (g[i][j] + g[j][i]) * w[j];
    by_w[i] = t.sine * skew[i] + (1.0 - t.cosine) * symmetric;
    by_sine += w[i] * skew[i];
    by_cosine += g[i][i] - 0.5 * w[i] * symmetric;
    along += w[i] * by_w[i];
  }
  const double by_angle = t.cosine * by_sine - t.sine * by_cosine;
  for (std::size_t i = 0; i < 3; ++i) by_r[i] = by_w[i] / t.angle + w[i] * (by_angle - along / t.angle);
}

// One observation: what it adds to the sum, and to the adjoints of what it depends on.
auto observe(const double* cam, rotation& t, const double* p, double weight, const std::array<double, 2>& feature, double* by_cam,
             double* by_p, double& by_weight) -> double {
  const auto& m = t.matrix;
  const vec3 s{p[0] - cam[3], p[1] - cam[4], p[2] - cam[5]};
  const double inverse = 1.0 / (m[2][0] * s[0] + m[2][1] * s[1] + m[2][2] * s[2]);
  const double u = (m[0][0] * s[0] + m[0][1] * s[1] + m[0][2] * s[2]) * inverse;
  const double v = (m[1][0] * s[0] + m[1][1] * s[1] + m[1][2] * s[2]) * inverse;
  const double r2 = u * u + v * v, focal = cam[6], stretch = 1.0 + r2 * (cam[9] + cam[10] * r2), zoom = focal * stretch;
  const double off0 = u * zoom + cam[7] - feature[0], off1 = v * zoom + cam[8] - feature[1];
  const double squares = off0 * off0 + off1 * off1, residual = 1.0 - weight * weight;
  by_weight = 2.0 * weight * (squares - 2.0 * residual);

  const double twice = 2.0 * weight * weight, by0 = twice * off0, by1 = twice * off1;
  const double outward = u * by0 + v * by1, by_stretch = focal * outward;
  const double by_r2 = 2.0 * by_stretch * (cam[9] + 2.0 * cam[10] * r2);
  by_cam[6] += stretch * outward;
  by_cam[7] += by0, by_cam[8] += by1;
  by_cam[9] += by_stretch * r2, by_cam[10] += by_stretch * r2 * r2;
  const double by_u = zoom * by0 + u * by_r2, by_v = zoom * by1 + v * by_r2;
  const vec3 by_q{by_u * inverse, by_v * inverse, -(by_u * u + by_v * v) * inverse};
  for (std::size_t j = 0; j < 3; ++j) {
    const double by_s = m[0][j] * by_q[0] + m[1][j] * by_q[1] + m[2][j] * by_q[2];
    by_p[j] += by_s, by_cam[3 + j] -= by_s;
    for (std::size_t i = 0; i < 3; ++i) t.adjoint[i][j] += by_q[i] * s[j];
  }
  return weight * weight * squares + residual * residual;
}

}  // namespace

auto by_hand(const bundle_adjustment& f) -> gradient_by_hand {
  using ba = bundle_adjustment;
  return [&f, turns = std::vector<rotation>(ba::cameras)](std::span<const double> x, std::span<double> slopes) mutable {
    constexpr auto points_at = ba::cameras * ba::per_camera, weights_at = points_at + 3 * ba::points;
    std::fill_n(slopes.data(), weights_at, 0.0);
    for (std::size_t c = 0; c < ba::cameras; ++c) turns[c] = turn(&x[c * ba::per_camera]);
    double sum = 0.0;
    for (std::size_t o = 0; o < ba::observations; ++o) {
      const auto& [camera, point, feature] = f.seen[o];
      const auto c = camera * ba::per_camera, p = points_at + 3 * point, w = weights_at + o;
      sum += observe(&x[c], turns[camera], &x[p], x[w], feature, &slopes[c], &slopes[p], slopes[w]);
    }
    for (std::size_t c = 0; c < ba::cameras; ++c) turn_back(turns[c], &slopes[c * ba::per_camera]);
    return sum;
  };
}

}  // namespace bench
