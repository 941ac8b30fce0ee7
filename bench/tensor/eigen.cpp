#include "row.hpp"

#include <Eigen/Dense>
#include <memory>

namespace bench {
namespace {

template <class T>
auto product(const std::vector<std::int64_t>& n) -> way {
  using matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  struct all {
    matrix a, b, c, g, da, db;
  };
  auto m = std::make_shared<all>();
  m->a = m->da = matrix::Random(n[0], n[1]);
  m->b = m->db = matrix::Random(n[1], n[2]);
  m->c = m->g = matrix::Random(n[0], n[2]);
  return {[m] { m->c.noalias() = m->a * m->b; },
          [m] {
            m->c.noalias() = m->a * m->b;
            m->da.noalias() = m->g * m->b.transpose();
            m->db.noalias() = m->a.transpose() * m->g;
          }};
}

template <class F>
auto pointwise(const std::vector<std::int64_t>& n, F f) -> way {
  struct all {
    Eigen::ArrayXf x, y;
  };
  auto m = std::make_shared<all>();
  m->x = Eigen::ArrayXf::Random(n[0] * n[1]), m->y = m->x;
  return {[m, f] { m->y = f(m->x); }, {}};
}

}  // namespace

auto eigen_way(const work& w) -> way {
  if (w.operation == "matmul") return w.single ? product<float>(w.sizes) : product<double>(w.sizes);
  if (w.operation == "tanh") return pointwise(w.sizes, [](const auto& x) { return x.tanh(); });
  if (w.operation == "exp") return pointwise(w.sizes, [](const auto& x) { return x.exp(); });
  return {};
}

}  // namespace bench
