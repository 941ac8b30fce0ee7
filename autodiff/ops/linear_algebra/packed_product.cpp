#include <algorithm>
#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/linear_algebra/packed_product.hpp>
#include <autodiff/ops/linear_algebra/product_threads.hpp>

namespace seegrad::detail {

auto packed_product::of(const array_form& x, const array& b, bool transposed) -> std::optional<packed_product> {
  if (x.shape.size() < 2 || b.rank() != 2 || x.type != b.type() || !is_floating(x.type)) return {};
  const auto n = b.shape()[transposed ? 0 : 1], k = b.shape()[transposed ? 1 : 0];
  packed_product p;
  p.rows_ = elements(x.shape.first(x.shape.size() - 1));
  if (x.shape.back() != k || p.rows_ < 2 || n < 2 || k < 2) return {};
  with_floating(x.type, [&]<class T>(T) {
    kernel::matrix_view<T> view{static_cast<const T*>(b.raw()), b.strides()[0], b.strides()[1]};
    if (transposed) std::swap(view.row_stride, view.column_stride);
    p.b_ = std::make_shared<const kernel::packed_matrix<T>>(n, k, view);
  });
  return p;
}

auto packed_product::operator()(void* c, const void* x, bool add) const -> void {
  const auto multiply = [&]<class T>(const shared<T>& b) {
    const auto n = b->columns(), k = b->rows();
    share_rows(rows_, rows_ * n * k, [&](index_t first, index_t last) {
      kernel::gemm(last - first, kernel::matrix_view<T>{static_cast<const T*>(x) + first * k, k, 1}, *b,
                   static_cast<T*>(c) + first * n, n, add);
    });
  };
  std::visit([&](const auto& b) { multiply(b); }, b_);
}

}  // namespace seegrad::detail
