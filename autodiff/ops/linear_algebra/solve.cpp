#include <autodiff/ops/linear_algebra/solve.hpp>

#include <Eigen/LU>
#include <autodiff/ops/linear_algebra/matrix_stack.hpp>
#include <fmt/format.h>
#include <optional>

namespace seegrad::detail {
namespace {

// Pivot k is u_kk = a_kk - Σ l_kj u_jk, and carries about the rounding errors of that sum. This holds whatever scale rows and
// columns have. Of singular products of random n by n-1 and n-1 by n matrices, 16 epsilons find at least eight in ten (n up to
// 300); random regular ones stay 20 times above that in float32, 1e10 times in float64.
template <class T>
auto need_regular(const Eigen::PartialPivLU<matrix_of<T>>& lu, std::string_view who, const auto& which) -> void {
  const auto& m = lu.matrixLU();
  for (Eigen::Index k = 0; k < m.rows(); ++k) {
    const auto pivot = std::abs(m(k, k));
    const auto cancelled = k == 0 ? T(0) : m.row(k).head(k).cwiseAbs().dot(m.col(k).head(k).cwiseAbs());
    if (pivot == 0) throw error(fmt::format("{}: {} is singular: its pivot {} is 0", who, which(), k));
    if (pivot <= 16 * std::numeric_limits<T>::epsilon() * cancelled)
      throw error(
          fmt::format("{}: {} is singular to working precision: its pivot {} is {:.3g}, where numbers of size {:.3g} cancelled",
                      who, which(), k, m(k, k), cancelled));
  }
}

template <class T>
using elimination = std::optional<Eigen::PartialPivLU<matrix_of<T>>>;

// Nothing for a matrix that is not finite.
template <class T>
auto eliminate(const matrices_in<T>& stack, index_t k, std::string_view who, const dims& shape, const dims& batch)
    -> elimination<T> {
  const auto a = stack(k);
  if (!a.allFinite()) return {};
  elimination<T> lu(a);
  need_regular<T>(*lu, who, [&] { return name_of_matrix(shape, batch, k); });
  return lu;
}

}  // namespace

auto solution_axes(int i, std::span<const array> x) -> dims {
  const int rank = std::max(x[0].rank(), x[1].rank());
  auto to = leading_axes(x[static_cast<std::size_t>(i)].rank(), rank - 2, 2);
  if (i == 1) to[to.size() - 1] = rank - 1;
  return to;
}

auto solved(const array& a, const array& b) -> array {
  auto out = array::uninitialized(narrowest(a, b), solution_shape(a.shape(), b.shape(), "solve"));
  const auto batch = batch_of(out.shape());
  const auto n = a.shape().back(), m = b.shape().back();
  if (out.size() == 0) return out;
  with_floating(out.type(), [&]<class T>(T) {
    const matrices_in<T> as(a, batch), bs(b, batch);
    const matrices_out<T> xs(out);
    const bool is_one = elements(batch_of(a.shape())) == 1;  // for all right-hand sides
    const auto eliminated = [&](index_t k) { return eliminate(as, k, "solve", a.shape(), batch); };
    const auto shared = is_one ? eliminated(0) : elimination<T>();
    for_each_matrix(elements(batch), n * n * (n + m), [&](index_t k) {
      const auto own = is_one ? elimination<T>() : eliminated(k);
      if (const auto& lu = is_one ? shared : own) xs(k) = lu->solve(bs(k));
      else xs(k).setConstant(nan_of<T>());
    });
  });
  return out;
}

auto triangular_solved(const triangular& how, const array& a, const array& b) -> array {
  auto out = array::uninitialized(narrowest(a, b), solution_shape(a.shape(), b.shape(), "triangular_solve"));
  const auto batch = batch_of(out.shape());
  const auto n = a.shape().back(), m = b.shape().back();
  if (out.size() == 0) return out;
  with_floating(out.type(), [&]<class T>(T) {
    const matrices_in<T> as(a, batch), bs(b, batch);
    const matrices_out<T> xs(out);
    for_each_matrix(elements(batch), n * n * m, [&](index_t k) {
      const matrix_of<T> t = as(k);
      for (Eigen::Index i = 0; i < n && !how.unit_diagonal; ++i)
        if (t(i, i) == 0)
          throw error(fmt::format("triangular_solve: {} is singular: element {} of its diagonal is 0",
                                  name_of_matrix(a.shape(), batch, k), i));
      matrix_of<T> x = bs(k);
      const auto in_place = [&](const auto& triangle) {
        if (how.transposed) triangle.transpose().solveInPlace(x);
        else triangle.solveInPlace(x);
      };
      if (how.upper)
        how.unit_diagonal ? in_place(t.template triangularView<Eigen::UnitUpper>())
                          : in_place(t.template triangularView<Eigen::Upper>());
      else
        how.unit_diagonal ? in_place(t.template triangularView<Eigen::UnitLower>())
                          : in_place(t.template triangularView<Eigen::Lower>());
      xs(k) = x;
    });
  });
  return out;
}

auto inverted(const array& a) -> array {
  need_square(a.shape(), "inverse");
  auto out = array::uninitialized(narrowest(a), a.shape());
  if (out.size() == 0) return out;
  const auto n = a.shape().back();
  const auto batch = batch_of(a.shape());
  with_floating(out.type(), [&]<class T>(T) {
    const matrices_in<T> as(a);
    const matrices_out<T> ys(out);
    for_each_matrix(elements(batch), 2 * n * n * n, [&](index_t k) {
      if (const auto lu = eliminate(as, k, "inverse", a.shape(), batch)) ys(k) = lu->inverse();
      else ys(k).setConstant(nan_of<T>());
    });
  });
  return out;
}

}  // namespace seegrad::detail
