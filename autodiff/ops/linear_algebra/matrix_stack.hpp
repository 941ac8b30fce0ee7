#pragma once
// Stacks of matrices as Eigen sees them, for kernels. To be included in .cpp files only.
//
//   const matrices_in<T> a(x, batch);           // the last two axes; the others repeated to `batch`
//   matrices_out<T> y(out);
//   for_each_matrix(elements(batch), n * n * n, [&](index_t k) { y(k) = a(k).transpose(); });

#include <Eigen/Core>
#include <algorithm>
#include <autodiff/array/nest.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/linear_algebra/matrix_checks.hpp>
#include <exception>
#include <limits>
#include <mutex>

namespace seegrad::detail {

template <class T>
using matrix_of = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

/// Fills `out` by f, in double whatever its type, and rounds. Factorisations hardly gain from float, and Eigen's take long to compile.
template <class F>
auto in_double(array& out, F f) -> void {
  const auto type = out.type();
  out = array::uninitialized(float64, out.shape());
  f(double{});
  out = out.cast(type);
}

/// The same for several: arrays like the stand-ins, which f fills.
template <class F>
auto several_in_double(const std::vector<array>& stand_ins, F f) -> std::vector<array> {
  std::vector<array> out;
  for (const auto& s : stand_ins) out.push_back(array::uninitialized(float64, s.shape()));
  f(out);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = out[i].cast(stand_ins[i].type());
  return out;
}

/// The axes before the last two.
inline auto batch_of(const dims& shape) -> dims { return shape.first(shape.size() - 2); }

template <class T>
class matrices_in {
 public:
  using map = Eigen::Map<const matrix_of<T>, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;

  matrices_in(const array& x, const dims& batch) : x_(forwards(x.cast(dtype_of<T>))), batch_(batch) {
    const int r = x_.rank();
    rows_ = x_.shape()[r - 2], columns_ = x_.shape()[r - 1];
    row_step_ = x_.strides()[r - 2], column_step_ = x_.strides()[r - 1];
    steps_ = repeated(x_.shape().first(r - 2), x_.strides().first(r - 2), batch_);
  }
  explicit matrices_in(const array& x) : matrices_in(x, batch_of(x.shape())) {}

  auto operator()(index_t k) const -> map {
    index_t at = 0;
    for (int i = batch_.size() - 1; i >= 0; --i) at += k % batch_[i] * steps_[i], k /= batch_[i];
    return {
        x_.data<T>() + at, Eigen::Index(rows_), Eigen::Index(columns_), {Eigen::Index(column_step_), Eigen::Index(row_step_)}};
  }

 private:
  // Eigen knows no axis that runs backwards.
  static auto forwards(const array& x) -> array {
    return std::any_of(x.strides().begin(), x.strides().end(), [](auto s) { return s < 0; }) ? x.contiguous() : x;
  }

  array x_;
  dims batch_, steps_;
  index_t rows_, columns_, row_step_, column_step_;
};

/// The matrices of an array that nobody else has yet.
template <class T>
class matrices_out {
 public:
  using map = Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

  explicit matrices_out(array& x) : matrices_out(x, x.shape()[x.rank() - 2], x.shape()[x.rank() - 1]) {}
  /// As a stack of matrices of that size.
  matrices_out(array& x, index_t rows, index_t columns) : data_(x.writable<T>().data()), rows_(rows), columns_(columns) {}
  auto operator()(index_t k) const -> map { return {data_ + k * rows_ * columns_, Eigen::Index(rows_), Eigen::Index(columns_)}; }

 private:
  T* data_;
  index_t rows_, columns_;
};

/// f(k) for 0 .. count - 1, each about `work` multiplications. Of what they throw, that of the lowest k goes on, whatever the
/// threads.
template <class F>
auto for_each_matrix(index_t count, index_t work, F&& f) -> void {
  std::mutex one_at_a_time;
  std::exception_ptr problem;
  auto lowest = count;
  parallel_for(count, std::max<index_t>(1, 50000 / std::max<index_t>(work, 1)), [&](index_t begin, index_t end) {
    auto k = begin;
    try {
      for (; k < end; ++k) f(k);
    } catch (...) {
      const std::lock_guard hold(one_at_a_time);
      if (k < lowest) lowest = k, problem = std::current_exception();
    }
  });
  if (problem) std::rethrow_exception(problem);
}

template <class T>
auto nan_of() -> T {
  return std::numeric_limits<T>::quiet_NaN();
}

}  // namespace seegrad::detail
