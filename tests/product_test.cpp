// Products of matrices at the edges of tiles, strips and blocks. The numbers are small and whole, so that every order of additions
// gives the same, and a result is right or wrong, without a tolerance.

#include <autodiff/array/create.hpp>
#include <autodiff/array/gemm.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/ops/linear_algebra/packed_product.hpp>
#include <doctest/doctest.h>
#include <random>

using namespace seegrad;

namespace {

std::mt19937 dice(7);
auto one_of(std::initializer_list<int> list) -> index_t { return list.begin()[dice() % list.size()]; }
auto small() -> int { return static_cast<int>(dice() % 9) - 4; }

// A matrix in memory of its own, laid out in one of many ways.
template <class T>
struct laid_out {
  std::vector<T> memory;
  seegrad::detail::kernel::matrix_view<T> view;

  laid_out(index_t rows, index_t columns) {
    const auto r = rows, c = columns;
    struct way {
      index_t row, column, first;
    };
    const way ways[] = {{c, 1, 0},         {c + 5, 1, 0}, {1, r, 0}, {1, r + 3, 0},
                        {2 * c + 1, 2, 0}, {0, 1, 0},     {1, 0, 0}, {-c, 1, c * (r - 1)}};
    const auto w = ways[dice() % std::size(ways)];
    memory.resize(static_cast<std::size_t>((2 * r + 8) * (2 * c + 8)));
    for (auto& x : memory) x = static_cast<T>(small());
    view = {memory.data() + w.first, w.row, w.column};
  }
  auto at(index_t i, index_t j) const -> T { return view.data[i * view.row_stride + j * view.column_stride]; }
};

template <class T>
auto try_one(index_t m, index_t n, index_t k, bool add) -> bool {
  const laid_out<T> a(m, k), b(k, n);
  const auto ldc = n + one_of({0, 0, 3, 17});
  std::vector<T> c(static_cast<std::size_t>(m * ldc + 64));
  for (auto& x : c) x = static_cast<T>(small());
  auto expected = c;
  for (index_t i = 0; i < m; ++i)
    for (index_t j = 0; j < n; ++j) {
      auto& e = expected[static_cast<std::size_t>(i * ldc + j)];
      if (!add) e = 0;
      for (index_t p = 0; p < k; ++p) e += a.at(i, p) * b.at(p, j);
    }
  auto packed = c;
  seegrad::detail::kernel::gemm(m, n, k, a.view, b.view, c.data(), ldc, add);
  seegrad::detail::kernel::gemm(m, a.view, seegrad::detail::kernel::packed_matrix<T>(n, k, b.view), packed.data(), ldc, add);
  return c == expected && packed == expected;  // and nothing beside the result is touched
}

auto whole(const dims& shape, dtype type = float64) -> array {
  auto x = zeros(shape);
  for (auto& v : x.writable<double>()) v = small();
  return x.cast(type);
}

}  // namespace

TEST_CASE("a packed matrix gives the bits of one that is not, whichever of the two the product copies") {
  generator g(3);
  for (const auto& size : {std::array<index_t, 3>{2, 2, 2},
                           {2, 10, 128},
                           {5, 49, 300},
                           {16, 97, 200},
                           {20, 300, 81},
                           {33, 160, 400},
                           {70, 97, 65},
                           {600, 33, 1000},
                           {3, 800, 40}})
    for (const bool add : {false, true}) {
      const auto m = size[0], n = size[1], k = size[2];
      CAPTURE(m);
      CAPTURE(add);
      const array a = randn(g, {m, k}, float32), w = randn(g, {n, k}, float32), before = randn(g, {m, n}, float32);
      auto whole = before.copy(), packed = before.copy();
      const seegrad::detail::kernel::matrix_view<float> rows{a.data<float>(), k, 1}, columns{w.data<float>(), 1, k};
      seegrad::detail::kernel::gemm(m, n, k, rows, columns, whole.writable<float>().data(), n, add);
      seegrad::detail::kernel::gemm(m, rows, seegrad::detail::kernel::packed_matrix<float>(n, k, columns),
                                    packed.writable<float>().data(), n, add);
      CHECK(whole.to_vector<float>() == packed.to_vector<float>());
    }
}

TEST_CASE("every element, whatever the sizes and the strides") {
  int wrong = 0;
  std::string first;
  for (int trial = 0; trial < 1500; ++trial) {
    const auto m = one_of({1, 1, 2, 3, 4, 7, 8, 9, 16, 17, 31, 64, 65, 130}),
               n = one_of({1, 1, 2, 3, 7, 8, 12, 15, 16, 17, 24, 31, 33, 47, 48, 49, 95, 97, 190}),
               k = one_of({0, 1, 2, 3, 4, 8, 15, 16, 17, 31, 33, 64, 100, 257});
    const bool add = dice() % 2 == 0, single = dice() % 2 == 0;
    if (single ? try_one<float>(m, n, k, add) : try_one<double>(m, n, k, add)) continue;
    if (wrong++ == 0) first = fmt::format("{} x {} x {}{}{}", m, k, n, add ? ", added" : "", single ? ", float" : "");
  }
  INFO(first);
  CHECK(wrong == 0);
}

TEST_CASE("more rows, columns and depth than a block of the cache") {
  CHECK(try_one<float>(530, 60, 40, false));
  CHECK(try_one<double>(1030, 50, 300, true));
  CHECK(try_one<float>(20, 900, 530, false));
  CHECK(try_one<double>(3, 2500, 20, true));
  CHECK(try_one<float>(5, 4100, 70, false));  // B is so large that few rows of it are read at a time
  CHECK(try_one<double>(3, 2100, 65, true));
}

TEST_CASE("the product of arrays: matrices, rows, columns, batches, transposed and sliced") {
  for (const auto type : {float64, float32})
    for (const auto& [m, k, n] : {std::array<index_t, 3>{1, 40, 30}, {30, 40, 1}, {1, 1, 1}, {5, 40, 33}, {65, 20, 17}}) {
      const auto a = whole({m, k}, type), b = whole({k, n}, type), bt = transpose(b).copy();
      const auto y = matmul(a, b);
      CHECK(y.type() == type);
      index_t wrong = 0;
      for (index_t i = 0; i < m; ++i)
        for (index_t j = 0; j < n; ++j) wrong += y.at(i, j) != sum(take(a, i) * take(b, j, 1)).item();
      CHECK(wrong == 0);
      CHECK(identical(matmul(a, transpose(bt)), y));
      CHECK(identical(matmul(flip(flip(a, {1}).copy(), {1}), b), y));
      CHECK(identical(matmul(flip(flip(a, {1}).copy(), {1}), transpose(bt)), y));
      CHECK(identical(transpose(matmul(bt, transpose(a))), y));
      CHECK(identical(matmul(unsqueeze(a, 0), b), unsqueeze(y, 0)));
      CHECK(identical(matmul(expand(a, {3, m, k}), b), expand(y, {3, m, n})));
      CHECK(identical(matmul(a, expand(b, {2, k, n})), expand(y, {2, m, n})));
      CHECK(identical(matmul(take(a, 0), b), take(y, 0)));
      CHECK(identical(matmul(a, take(b, -1, 1)), take(y, -1, 1)));
    }
}

TEST_CASE("gradients are added up in place, over several uses of a matrix") {
  const auto a = whole({9, 5}), b = whole({5, 7}), c = whole({7, 5}), g = whole({9, 5});
  graph record;
  const auto A = input(a), B = input(b), C = input(c);
  const auto y = matmul(matmul(A, B), C) + matmul(matmul(A, B), C) + A;
  backward(y, g);
  CHECK(identical(grad(A), 2.0 * matmul(matmul(g, transpose(c)), transpose(b)) + g));
  CHECK(identical(grad(B), 2.0 * matmul(matmul(transpose(a), g), transpose(c))));
  CHECK(identical(grad(C), 2.0 * matmul(transpose(matmul(a, b)), g)));
}

TEST_CASE("a packed product: the same bits for any number of threads") {
  generator random(4);
  const auto x = randn(random, {201, 500}, float32), w = randn(random, {110, 500}, float32);
  const auto packed = seegrad::detail::packed_product::of({x.shape(), x.type()}, w, true);
  const auto times = [&](int threads) {
    set_num_threads(threads);
    auto y = zeros({201, 110}, float32);
    (*packed)(y.writable<float>().data(), x.raw(), false);
    set_num_threads(1);
    return y;
  };
  CHECK(identical(times(3), times(1)));
  CHECK(identical(times(1), matmul(x, transpose(w))));
}

TEST_CASE("the same bits for any number of threads") {
  generator random(3);
  for (const auto type : {float64, float32})
    for (const auto& [m, k, n] :
         {std::array<index_t, 3>{129, 500, 150}, {65, 1100, 129}, {300, 500, 65}, {1, 4000, 2200}, {300, 4000, 1}}) {
      const auto a = randn(random, {m, k}, type), b = randn(random, {k, n}, type), bt = transpose(randn(random, {n, k}, type));
      const auto batch = randn(random, {3, m, k}, type);
      set_num_threads(1);
      const auto one = matmul(a, b), two = matmul(a, bt), three = matmul(batch, b);
      set_num_threads(3);
      CHECK(identical(matmul(a, b), one));
      CHECK(identical(matmul(a, bt), two));
      CHECK(identical(matmul(batch, b), three));
      set_num_threads(1);
    }
}
