#pragma once
// Rows times a matrix that is the same in every run of a program, such as the weights of a network that predicts. The matrix is kept in the
// order in which the product reads it (kernel::packed_matrix), which few rows would take longer to bring about than to use.

#include <autodiff/array/array.hpp>
#include <autodiff/array/gemm.hpp>
#include <autodiff/graph/prepared.hpp>
#include <optional>
#include <variant>

namespace seegrad::detail {

class packed_product {
 public:
  /// x [.., k] times b [k, n], or times the transpose of b [n, k]. Nothing for other shapes, for types that differ, and for one row or one column,
  /// which go another way.
  static auto of(const array_form& x, const array& b, bool transposed) -> std::optional<packed_product>;
  /// c = x b, or c += x b; by several threads if it is large.
  auto operator()(void* c, const void* x, bool add) const -> void;

 private:
  template <class T>
  using shared = std::shared_ptr<const kernel::packed_matrix<T>>;

  index_t rows_ = 0;
  std::variant<shared<float>, shared<double>> b_;
};

}  // namespace seegrad::detail
