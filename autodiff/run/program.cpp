#include <autodiff/run/program.hpp>

#include <autodiff/array/create.hpp>
#include <autodiff/array/file.hpp>
#include <autodiff/array/utf8.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/program_parts.hpp>
#include <fmt/format.h>
#include <fstream>
#include <optional>

namespace seegrad {
namespace {

auto expect(std::size_t is, std::size_t wanted, std::string_view who, std::string_view what) -> void {
  if (is != wanted) throw error(fmt::format("program::{}: {} numbers for {}; {} are wanted", who, is, what, wanted));
}
auto expect_one_result(std::size_t results, std::string_view who) -> void {
  if (results != 1) throw error(fmt::format("program::{}: the program has {} results; it is of one", who, results));
}

constexpr double one = 1;

}  // namespace

auto program::values(std::span<const double> x, std::span<double> y) const -> void {
  expect(x.size(), inputs_, "values", "a point"), expect(y.size(), results_, "values", "the results");
  parts_->values().run({x, {}, y, {}, 1});
}

auto program::value(std::span<const double> x) const -> double {
  expect_one_result(results_, "value");
  double y = 0;
  values(x, {&y, 1});
  return y;
}

auto program::vjp(std::span<const double> x, std::span<const double> w, std::span<double> slopes, std::span<double> y) const
    -> void {
  expect(x.size(), inputs_, "vjp", "a point"), expect(w.size(), results_, "vjp", "the cotangent");
  expect(slopes.size(), inputs_, "vjp", "the derivatives");
  if (!y.empty()) expect(y.size(), results_, "vjp", "the results");
  parts_->slopes->run({x, w, y, slopes, 1});
}

auto program::value_and_gradient(std::span<const double> x, std::span<double> slopes) const -> double {
  expect_one_result(results_, "value_and_gradient");
  double y = 0;
  vjp(x, {&one, 1}, slopes, {&y, 1});
  return y;
}

auto program::gradient(std::span<const double> x) const -> std::vector<double> {
  std::vector<double> slopes(inputs_);
  value_and_gradient(x, slopes);
  return slopes;
}

auto program::vjp_batch(std::span<const double> x, std::span<const double> w, std::span<double> slopes) const -> void {
  expect(x.size(), inputs_, "vjp_batch", "a point");
  const auto count = w.size() / std::max<std::size_t>(1, results_);
  expect(w.size(), count * results_, "vjp_batch", "cotangents");
  expect(slopes.size(), count * inputs_, "vjp_batch", "the derivatives");
  if (count > 0)
    parts_->slopes->run(
        {.inputs = x, .seeds = w, .results = {}, .slopes = slopes, .count = count, .same_inputs = true, .same_seeds = false});
}

auto program::jacobian(std::span<const double> x) const -> array {
  auto m = zeros({static_cast<index_t>(results_), static_cast<index_t>(inputs_)});
  const auto numbers = m.writable<double>();
  // So many rows at once, that their cotangents take no more memory than is of use.
  constexpr std::size_t most = 64;
  for (std::size_t first = 0; first < results_; first += most) {
    const auto rows = std::min(most, results_ - first);
    std::vector<double> w(rows * results_, 0.0);
    for (std::size_t i = 0; i < rows; ++i) w[i * results_ + first + i] = 1;
    vjp_batch(x, w, numbers.subspan(first * inputs_, rows * inputs_));
  }
  return m;
}

auto program::values_at(std::span<const double> x, std::span<double> y) const -> void {
  const auto count = inputs_ == 0 ? y.size() / results_ : x.size() / inputs_;
  expect(x.size(), count * inputs_, "values_at", "points"), expect(y.size(), count * results_, "values_at", "the results");
  if (count > 0) parts_->values().run({x, {}, y, {}, count});
}

auto program::values_and_gradients_at(std::span<const double> x, std::span<double> y, std::span<double> slopes) const -> void {
  expect_one_result(results_, "values_and_gradients_at");
  const auto count = y.size();
  expect(x.size(), count * inputs_, "values_and_gradients_at", "points");
  expect(slopes.size(), x.size(), "values_and_gradients_at", "the derivatives");
  if (count > 0) parts_->slopes->run({x, {&one, 1}, y, slopes, count});
}

auto program::text() const -> std::string { return detail::run::to_text(parts_->slopes->program()); }
auto program::to_cpp(std::string_view name) const -> std::string {
  return detail::run::to_cpp(parts_->values().program(), parts_->slopes->program(), name);
}
auto program::size() const -> std::size_t { return parts_->slopes->program().forward; }
auto program::size_with_slopes() const -> std::size_t { return parts_->slopes->program().instructions.size(); }
auto program::machine_bytes() const -> std::size_t { return parts_->machine_bytes(); }

program::program(detail::run::code with_slopes, const compile_options& o)
    : inputs_(with_slopes.inputs.size()), results_(with_slopes.results.size()) {
  parts_ = std::make_shared<parts>(std::move(with_slopes), o);
}

auto program::save(const std::filesystem::path& file) const -> void {
  const auto text = detail::run::to_file(parts_->slopes->program());
  detail::replace_file(file, "program::save", [&](std::ostream& out) { out << text; });
}

auto load_program(const std::filesystem::path& file, backend b) -> program {
  auto in = detail::open_to_read(file, "load_program");
  try {
    auto c = detail::run::from_file(in);
    detail::run::forget_unread(c);
    return program(std::move(c), {.with = b});
  } catch (const error& e) {
    throw error(fmt::format("load_program: {}: {}", detail::escaped(file.string()), e.what()));
  }
}

auto compile(std::span<const scalar> ys, std::span<const scalar> xs, const compile_options& o) -> program {
  auto& g = graph::active();
  std::vector<node_id> from, to;
  for (const auto& x : xs) from.push_back(g.id(x.ref(), "compile"));
  // A result may be a number, as the second derivative of a square is: for as long as this takes it has a node.
  std::optional<rewind_scope> numbers;
  for (const auto& y : ys) {
    if (y.is_constant() && !numbers) numbers.emplace();
    to.push_back(g.id(y.is_constant() ? input(y.value()).ref() : y.ref(), "compile"));
  }
  return program(detail::run::with_slopes(detail::run::lower(g, to, from), o.algebra), o);
}

auto compile(const scalar& y, std::span<const scalar> xs, const compile_options& o) -> program { return compile({&y, 1}, xs, o); }

}  // namespace seegrad
