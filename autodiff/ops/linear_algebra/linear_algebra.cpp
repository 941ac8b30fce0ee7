#include <autodiff/array/create.hpp>
#include <autodiff/ops/linear_algebra/matrix_checks.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <fmt/format.h>

namespace seegrad::detail {

auto need_matrix(const dims& shape, std::string_view who) -> void {
  if (shape.size() < 2) throw error(fmt::format("{}: {} is no matrix, which has two axes or more", who, to_string(shape)));
}

auto need_square(const dims& shape, std::string_view who) -> void {
  need_matrix(shape, who);
  const auto rows = shape[shape.size() - 2], columns = shape.back();
  if (rows == columns) return;
  throw error(fmt::format("{}: the matrices of {} are not square, but {} by {}", who, to_string(shape), rows, columns));
}

auto need_right_side(const dims& a, const dims& b, std::string_view who) -> void {
  need_square(a, who);
  const auto n = a.back();
  if (b.size() < 2)
    throw error(
        fmt::format("{}: {} beside the matrices {} is no right-hand side: a vector has one axis less than the matrices, and "
                    "unsqueeze(b, -1) makes a column of it",
                    who, to_string(b), to_string(a)));
  if (const auto rows = b[b.size() - 2]; rows != n)
    throw error(fmt::format("{}: the right-hand side {} has {} rows, but the matrices {} have {}{}", who, to_string(b), rows,
                            to_string(a), n,
                            b.back() == n ? "; transpose(b), or unsqueeze(b, -1) for a vector, might be meant" : ""));
}

auto rows_of(const dims& shape) -> index_t { return shape.size() < 2 ? 0 : shape[shape.size() - 2]; }

auto solution_shape(const dims& a, const dims& b, std::string_view who) -> dims {
  need_right_side(a, b, who);
  return broadcast(a.first(a.size() - 2), b.first(b.size() - 2), who) + b.from(b.size() - 2);
}

auto is_vector_beside(const dims& a, const dims& b, std::string_view who) -> bool {
  need_square(a, who);
  if (b.size() != a.size() - 1) return false;
  if (b.back() != a.back())
    throw error(fmt::format(
        "{}: {}, with one axis less than the matrices {}, is a stack of vectors, which should have {} elements; for one "
        "matrix beside all of them, write unsqueeze(b, 0)",
        who, to_string(b), to_string(a), a.back()));
  return true;
}

auto name_of_matrix(const dims& shape, const dims& batch, index_t k) -> std::string {
  const int own = shape.size() - 2;
  if (own == 0) return "the matrix " + to_string(shape);
  auto index = batch;
  for (int i = batch.size() - 1; i >= 0; --i) index[i] = k % batch[i], k /= batch[i];
  index = index.from(batch.size() - own);
  for (int i = 0; i < own; ++i)
    if (shape[i] == 1) index[i] = 0;  // repeated along the batch
  return "matrix " + to_list(index) + " of " + to_string(shape);
}

auto diagonal_values(const dims& shape, unsigned seed) -> array {
  auto x = sample_values(shape, seed);
  const auto columns = shape.size() < 2 ? 1 : shape.back(), rows = shape.size() < 2 ? elements(shape) : shape[shape.size() - 2];
  const auto to = x.writable<double>();
  for (index_t i = 0; i < x.size(); ++i) {
    const auto row = i / columns % rows, column = i % columns;
    auto& v = to[static_cast<std::size_t>(i)];
    v = 0.2 * v + (row == column ? 2 + 0.7 * static_cast<double>(row) : 0);
  }
  return x;
}

auto zero_values(const dims& shape, unsigned) -> array { return zeros(shape); }

}  // namespace seegrad::detail
