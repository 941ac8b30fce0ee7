// Arrays as values: made from everything they may be made from, shared until written to, converted, and refused.
#include <autodiff/array/array.hpp>
#include <autodiff/array/create.hpp>
#include <autodiff/array/eigen.hpp>
#include <autodiff/array/error.hpp>
#include <autodiff/array/held.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <memory>
#include <numeric>
#include <string>

#include "message.hpp"

using namespace seegrad;

namespace {

using numbers = std::vector<double>;
using whole = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("nested braces") {
  const array x{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}};
  CHECK(x.shape() == dims{2, 3});
  CHECK(x.type() == float64);
  CHECK(x.to_vector<double>() == numbers{1, 2, 3, 4, 5, 6});
  CHECK(array{1, 2}.type() == int64);
  CHECK(array{true, false}.type() == boolean);
  CHECK(array{true, 2}.type() == int64);
  CHECK(array{1, 2.5}.type() == float64);
  CHECK(array{1.0f}.type() == float64);
  CHECK(array({1, 2}, float32).type() == float32);
  CHECK(array{{{{{{{{1.0}}}}}}}}.rank() == 8);
  const array deep{{{1, 2}, {3, 4}, {5, 6}}};
  CHECK(deep.shape() == dims{1, 3, 2});
  CHECK(deep.at(0, 2, 1) == 6);
  CHECK_THROWS_AS((array{{1, 2}, {3}}), error);
  CHECK_THROWS_AS((array{{1, 2}, 3}), error);
  CHECK_THROWS_AS((array{1, {2, 3}}), error);
  CHECK_THROWS_AS((array{{{1}, {2}}, {{3}, {4, 5}}}), error);
}

TEST_CASE("an element by its indices, of any type, of views, and errors") {
  const array x(numbers{1.5, 2, 3, 4, 5, 6}, {2, 3});
  const std::size_t row = 1;
  CHECK(x(0, 0) == 1.5);
  CHECK(x(row, 2) == 6);
  CHECK(x(-1, -3) == 4);  // counted from the end
  CHECK(x.view({3, 2}, {1, 3})(2, 1) == 6);
  CHECK(x.view({3, 2}, {1, 3})(1, 0) == 2);
  CHECK(x.flip({1})(0, 0) == 3);
  CHECK(array{7.0, 8.0}.expand({3, 2})(2, 1) == 8);
  CHECK(x.cast(float32)(1, 0) == 4);
  CHECK(array{{1, 2}, {3, 4}}(1, 0) == 3);
  CHECK(array{true, false}(0) == 1);
  CHECK(array(2.5)() == 2.5);
  CHECK(array{1.0, 2.0}(1) == 2);
  CHECK(message_of([&] { x(0, 3); }).find("index 3 is out of range in axis 1 of an array of shape [2x3]") != std::string::npos);
  CHECK(message_of([&] { x(2, 0); }).find("index 2 is out of range in axis 0") != std::string::npos);
  CHECK(message_of([&] { x(-3, 0); }).find("index -3 is out of range in axis 0") != std::string::npos);
  CHECK(message_of([&] { x(1); }).find("1 indices into an array of shape [2x3]") != std::string::npos);
  CHECK(message_of([&] { x(0, 0, 0); }).find("3 indices") != std::string::npos);
  CHECK_THROWS_AS(zeros({0, 2})(0, 0), error);
  CHECK_THROWS_AS(array()(0), error);
}

TEST_CASE("vectors, spans, numbers") {
  CHECK(array(numbers{1, 2, 3}).shape() == dims{3});
  CHECK(array(numbers{}).shape() == dims{0});
  CHECK(array(std::vector<float>{1, 2}).type() == float32);
  CHECK(array(std::vector<int>{-1, 2}).to_vector<std::int64_t>() == whole{-1, 2});
  CHECK(array(std::vector<unsigned char>{255}).item() == 255);
  CHECK(array(std::vector<bool>{true, false, true}).to_vector<bool>() == std::vector<bool>{true, false, true});
  const array m(numbers{1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(m.at(1, 0) == 4);
  CHECK(message_of([&] { array(numbers{1, 2, 3}, {2, 2}); }).find("3 numbers do not make the shape [2x2]") != std::string::npos);
  const std::vector<float> f{1, 2, 3, 4};
  CHECK(array(std::span<const float>(f), {2, 2}).at(1, 1) == 4);

  const array number = 2.5;
  CHECK((number.rank() == 0 && number.size() == 1 && number.item() == 2.5));
  CHECK(number.is_number());
  CHECK_FALSE(number.cast(float64).is_number());
  CHECK(array().shape() == dims{0});
  CHECK(array().is_null());
  CHECK(array().to_vector<double>().empty());
}

TEST_CASE("the caller's own memory") {
  numbers mine(6);
  std::iota(mine.begin(), mine.end(), 0.0);
  auto x = array::borrow(mine.data(), {2, 3});
  CHECK(x.data<double>() == mine.data());
  mine[4] = 40;
  CHECK(x.at(1, 1) == 40);
  // Column-major, as Fortran has it.
  CHECK(array::borrow(mine.data(), {3, 2}, {1, 3}).to_vector<double>() == numbers{0, 3, 1, 40, 2, 5});
  auto view = x.select(0, 1);
  CHECK(view.data<double>() == mine.data() + 3);
  view.set(-1, 0);
  x.set(-2, 0, 0);
  CHECK(mine == numbers{0, 1, 2, 3, 40, 5});
  CHECK((view.at(0) == -1 && x.at(0, 0) == -2 && x.at(1, 0) == 3));
  CHECK_THROWS_AS(array::borrow(mine.data(), {2, 3}, {1}), error);
}

TEST_CASE("memory of somebody else's is let go of with the last array that shows it") {
  auto mine = std::make_shared<numbers>(numbers{0, 1, 2, 3, 4, 5});
  const std::weak_ptr<numbers> there = mine;
  const auto* first = mine->data();
  array view;
  {
    const auto x = held_memory(first, float64, {2, 3}, {3, 1}, mine);
    mine.reset();
    CHECK(x.data<double>() == first);
    auto other = x;
    other.set(-1, 0, 0);
    CHECK((x.at(0, 0) == 0 && other.at(0, 0) == -1 && !other.shares_memory(x)));
    view = x.flip({1}).select(0, 1);
    CHECK(view.shares_memory(x));
  }
  REQUIRE_FALSE(there.expired());
  CHECK(view.to_vector<double>() == numbers{5, 4, 3});
  view.make_writable();
  CHECK(there.expired());
  CHECK(view.to_vector<double>() == numbers{5, 4, 3});
  for (const auto type : {boolean, int64, float32, float64}) {
    struct alignas(8) block {  // which a double in itself is not everywhere
      double at[4];
    };
    const auto bytes = std::make_shared<block>();
    auto x = held_memory(bytes->at, type, {2}, {-1}, bytes);
    CHECK(bytes.use_count() == 2);
    x = array();
    CHECK(bytes.use_count() == 1);
  }
  auto unused = std::make_shared<numbers>(1);
  CHECK_THROWS_AS(held_memory(unused->data(), float64, {1, 1}, {1}, unused), error);
  CHECK_THROWS_AS(held_memory(reinterpret_cast<const char*>(unused->data()) + 1, float64, {1}, {1}, unused), error);
  CHECK(unused.use_count() == 1);
}

TEST_CASE("writing to one leaves what the others show") {
  array a{{1.0, 2.0}, {3.0, 4.0}};
  const auto* memory = a.raw();
  const array copy = a, row = a.select(0, 1), turned = a.permute({1, 0});
  CHECK((copy.raw() == memory && a.shares_memory(row) && row.shares_memory(turned)));
  CHECK_FALSE(a.is_writable_in_place());
  a.set(9, 1, 0);
  CHECK(a.raw() != memory);
  CHECK(a.at(1, 0) == 9);
  CHECK((copy.at(1, 0) == 3 && row.at(0) == 3 && turned.at(0, 1) == 3));
  CHECK_FALSE(a.shares_memory(row));

  // Alone, it stays where it is; also when those it shared with are gone.
  memory = a.raw();
  a.set(8, 0, 0);
  CHECK(a.raw() == memory);
  { const array passing = a.flip({0}); }
  a.writable<double>()[3] = 7;
  CHECK((a.raw() == memory && a.at(1, 1) == 7));

  // A view that is written to becomes contiguous, and what it was made from stays.
  array v = a.permute({1, 0});
  const auto span = v.writable<double>();
  CHECK(std::vector<double>(span.begin(), span.end()) == numbers{8, 9, 2, 7});
  span[1] = -1;
  CHECK((v.at(0, 1) == -1 && a.at(1, 0) == 9));

  // A view keeps the memory when its array is gone, but not for writing in place.
  auto owner = std::make_unique<array>(numbers{1, 2, 3, 4});
  array part = owner->slice(0, 1, 3, 1);
  owner.reset();
  part.set(5, 0);
  CHECK(part.to_vector<double>() == numbers{5, 3});
  // Repeated elements are one each once they are written to.
  array repeated = array{1.0}.expand({3});
  repeated.set(2, 1);
  CHECK(repeated.to_vector<double>() == numbers{1, 2, 1});

  array moved = std::move(a);
  CHECK(moved.at(0, 0) == 8);
  auto& self = moved;
  moved = self;
  CHECK(moved.at(0, 0) == 8);
}

TEST_CASE("other types") {
  const array x{-1.7, 0.0, 0.3, 1e10};
  CHECK(x.cast(int64).to_vector<std::int64_t>() == whole{-1, 0, 0, 10000000000});
  CHECK(x.cast(boolean).to_vector<bool>() == std::vector<bool>{true, false, true, true});
  CHECK(x.cast(float32).at(2) == static_cast<double>(0.3f));
  CHECK(x.cast(float64).raw() == x.raw());
  CHECK(array{true, false}.cast(float32).to_vector<float>() == std::vector<float>{1, 0});
  CHECK(array{{1, 2}, {3, 4}}.permute({1, 0}).cast(float64).to_vector<double>() == numbers{1, 3, 2, 4});
  CHECK(array{std::nan("")}.cast(boolean).at(0) == 1);
  const auto lowest = std::numeric_limits<std::int64_t>::min();
  const array strange{std::nan(""), 1e300, -1e300, 9.3e18, -9.2e18};
  CHECK(strange.cast(int64).to_vector<std::int64_t>() == whole{lowest, lowest, lowest, lowest, -9200000000000000000});
  CHECK(strange.cast(float32).cast(int64).at(2) == static_cast<double>(lowest));  // from minus infinity
  CHECK(zeros({0, 3}).cast(int64).shape() == dims{0, 3});
}

TEST_CASE("indices") {
  array x{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}};
  CHECK((x.at(-1, -3) == 4 && x.at(0, -1) == 3));
  x.set(7, -2, 1);
  CHECK(x.at(0, 1) == 7);
  CHECK(message_of([&] { x.at(2, 0); }).find("index 2 is out of range in axis 0 of an array of shape [2x3]") !=
        std::string::npos);
  CHECK(message_of([&] { x.at(0, -4); }).find("index -4") != std::string::npos);
  CHECK(message_of([&] { x.at(0); }).find("1 indices into an array of shape [2x3]") != std::string::npos);
  CHECK(message_of([&] { x.item(); }).find("6 elements, not one") != std::string::npos);
  CHECK(message_of([&] { array().item(); }).find("0 elements") != std::string::npos);
  CHECK(message_of([&] { x.data<float>(); }).find("float64, not float32") != std::string::npos);
  CHECK(message_of([&] { x.permute({1, 0}).elements<double>(); }).find("not contiguous") != std::string::npos);
  const array copy = x;
  CHECK_THROWS_AS(x.set(0, 5, 5), error);
  CHECK(x.shares_memory(copy));  // what failed did not move it
  CHECK_THROWS_AS(array::uninitialized(float64, {-1, 2}), error);
  CHECK_THROWS_AS(array::uninitialized(float64, {1 << 20, 1 << 20, 1 << 20}), error);
  CHECK_THROWS_AS(zeros({1, 1, 1, 1, 1, 1, 1, 1, 1}), error);
}

TEST_CASE("comparing") {
  const array x{1.0, 2.0};
  CHECK(identical(x, x.copy()));
  CHECK_FALSE(identical(x, array{1.0, 2.5}));
  CHECK_FALSE(identical(x, array({1.0, 2.0}, float32)));
  CHECK_FALSE(identical(x, array{{1.0, 2.0}}));
  CHECK(identical(array{{1, 2}, {3, 4}}, array{{1, 3}, {2, 4}}.permute({1, 0})));
  CHECK_FALSE(identical(array{NAN}, array{NAN}));
  CHECK(all_close(array{1.0, INFINITY}, array{1 + 1e-6, INFINITY}));
  CHECK_FALSE(all_close(array{1.0}, array{1 + 1e-4}));
  CHECK_FALSE(all_close(array{INFINITY}, array{-INFINITY}));
  CHECK_FALSE(all_close(array{1.0}, array{INFINITY}));
  CHECK_FALSE(all_close(array{NAN}, array{NAN}));
}

TEST_CASE("constants and rows of numbers") {
  CHECK(identical(zeros({2, 2}), array{{0.0, 0.0}, {0.0, 0.0}}));
  CHECK(identical(ones({3}, int64), array{1, 1, 1}));
  CHECK(identical(full({2}, 2.5), array{2.5, 2.5}));
  CHECK(identical(full({2}, 2.5, int64), array{2, 2}));
  CHECK(identical(full({}, 3, boolean), array(std::vector<bool>{true}, {})));
  CHECK(ones_like(array({1, 2}, float32)).type() == float32);
  CHECK(identical(zeros_like(ones({2, 3}, int64).permute({1, 0})), zeros({3, 2}, int64)));
  CHECK(identical(eye(2), array{{1.0, 0.0}, {0.0, 1.0}}));
  CHECK(identical(eye(2, 3, int64), array{{1, 0, 0}, {0, 1, 0}}));
  CHECK(identical(eye(3, 2, int64), array{{1, 0}, {0, 1}, {0, 0}}));
  CHECK(identical(eye(1, boolean), array{{true}}));
  CHECK(eye(0, 3).shape() == dims{0, 3});

  CHECK(identical(arange(3), array{0.0, 1.0, 2.0}));
  CHECK(identical(arange(2, 5, int64), array{2, 3, 4}));
  CHECK(identical(arange(5, 0, -2), array{5.0, 3.0, 1.0}));
  CHECK(identical(arange(0, 1, 0.25), array{0.0, 0.25, 0.5, 0.75}));
  CHECK(arange(2.5).size() == 3);
  CHECK(arange(3, 3).size() == 0);
  CHECK(arange(-1).size() == 0);
  CHECK(arange(0, 1, 0.1).at(7) == doctest::Approx(0.7).epsilon(1e-15));
  CHECK_THROWS_AS(arange(0, 1, 0), error);
  CHECK_THROWS_AS(arange(NAN), error);
  CHECK_THROWS_AS(arange(0, INFINITY), error);
  CHECK_THROWS_AS(arange(0, 1, 1e-300), error);

  CHECK(identical(linspace(0, 1, 5), array{0.0, 0.25, 0.5, 0.75, 1.0}));
  CHECK(identical(linspace(3, 4, 1), array{3.0}));
  CHECK(linspace(3, 4, 0).size() == 0);
  for (const index_t n : {2, 7, 50, 99}) CHECK(linspace(0.1, 0.7, n).at(-1) == 0.7);
  CHECK(identical(linspace(0, 10, 5, int64), array{0, 2, 5, 7, 10}));
  CHECK_THROWS_AS(linspace(0, 1, -1), error);
}

TEST_CASE("Eigen") {
  Eigen::MatrixXd m(2, 3);
  m << 1, 2, 3, 4, 5, 6;
  const auto x = from_eigen(m);
  CHECK(identical(x, array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}));
  CHECK(identical(from_eigen(m.transpose() * 2), array{{2.0, 8.0}, {4.0, 10.0}, {6.0, 12.0}}));
  CHECK(identical(from_eigen(Eigen::Vector3f(1, 2, 3)), array({1, 2, 3}, float32)));
  CHECK(identical(from_eigen(m.row(1)), array{4.0, 5.0, 6.0}));
  CHECK(identical(from_eigen(Eigen::Map<const Eigen::MatrixXd>(m.data(), 3, 2)), array{{1.0, 5.0}, {4.0, 3.0}, {2.0, 6.0}}));
  CHECK(identical(from_eigen((m.array() > 2).eval()), array{{false, false, true}, {true, true, true}}));
  CHECK(from_eigen(Eigen::MatrixXd(0, 3)).shape() == dims{0, 3});

  const auto map = as_map<double>(x);
  CHECK(map.data() == x.data<double>());
  CHECK(map == m);
  CHECK(as_map<double>(x.permute({1, 0})) == m.transpose());
  CHECK(as_map<double>(x.slice(1, 0, 3, 2)) == m(Eigen::all, {0, 2}));
  CHECK(as_map<double>(x.select(1, 1)) == m.col(1));
  CHECK(as_map<double>(array{{1.0}, {2.0}}.expand({2, 3})) == Eigen::Vector2d(1, 2).replicate(1, 3));
  const Eigen::MatrixXd product = as_map<double>(x.permute({1, 0})) * as_map<double>(x.slice(1, 0, 3, 2));
  CHECK(product == m.transpose() * m(Eigen::all, {0, 2}));
  CHECK(as_map<std::int64_t>(array{1, 2, 3}).sum() == 6);
  CHECK(as_map<double>(zeros({0, 3})).cols() == 3);
  CHECK_THROWS_AS(as_map<float>(x), error);
  CHECK_THROWS_AS(as_map<double>(array(1.0)), error);
  CHECK_THROWS_AS(as_map<double>(zeros({1, 1, 1})), error);
  CHECK_THROWS_AS(as_map<double>(x.flip({0})), error);
}
