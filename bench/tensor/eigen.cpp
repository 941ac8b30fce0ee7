#include "row.hpp"

#include <Eigen/Dense>
#include <memory>

namespace bench {
namespace {

template <class T>
auto product(int n) -> way {
  using matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  struct all {
    matrix a, b, c, g, da, db;
  };
  auto m = std::make_shared<all>();
  for (auto* x : {&m->a, &m->b, &m->c, &m->g, &m->da, &m->db}) *x = matrix::Random(n, n);
  return {[m] { m->c.noalias() = m->a * m->b; },
          [m] {
            m->c.noalias() = m->a * m->b;
            m->da.noalias() = m->g * m->b.transpose();
            m->db.noalias() = m->a.transpose() * m->g;
          }};
}

template <class F>
auto pointwise(int n, F f) -> way {
  struct all {
    Eigen::ArrayXf x, y;
  };
  auto m = std::make_shared<all>();
  m->x = Eigen::ArrayXf::Random(n), m->y = m->x;
  return {[m, f] { m->y = f(m->x); }, {}};
}

}  // namespace

auto eigen_way(const work& w) -> way {
  const auto space = w.name.find_last_of(' ');
  const auto last = w.name.substr(space + 1);
  const bool plain = last.find('x') == std::string::npos;
  if (w.name.rfind("matmul", 0) == 0 && plain)
    return w.single ? product<float>(std::stoi(last)) : product<double>(std::stoi(last));
  if (w.name.rfind("tanh", 0) == 0) return pointwise(std::stoi(last), [](const auto& x) { return x.tanh(); });
  if (w.name.rfind("exp", 0) == 0) return pointwise(std::stoi(last), [](const auto& x) { return x.exp(); });
  return {};
}

}  // namespace bench
