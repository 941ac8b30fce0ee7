// Programs of the derivatives of a program.

#include <autodiff/derive/recorded.hpp>
#include <autodiff/run/program_parts.hpp>
#include <fmt/format.h>

namespace seegrad {

// Of one result: its gradient.
auto program::gradient_program(std::span<const double> x) const -> program {
  if (results_ != 1) throw error(fmt::format("program::hessian: the program has {} results; it is of one", results_));
  const std::lock_guard lock(parts_->access);
  if (!parts_->gradient) {
    graph g(with_guards);
    const auto in = seegrad::inputs(x);
    parts_->gradient = compile(recorded_gradient(record(in)[0], in), in, {.algebra = parts_->options.algebra});
  }
  return *parts_->gradient;
}

// What the inputs get of cotangents, as a function of those: it is linear in them, and its own vjp by them is the jvp.
auto program::transposed_program(std::span<const double> x) const -> program {
  const std::lock_guard lock(parts_->access);
  if (!parts_->transposed) {
    graph g(with_guards);
    const auto in = seegrad::inputs(x), w = seegrad::inputs(std::vector<double>(results_, 1.0));
    auto all = in;
    all.insert(all.end(), w.begin(), w.end());
    parts_->transposed = compile(recorded_vjp(record(in), w, in), all, {.algebra = parts_->options.algebra});
  }
  return *parts_->transposed;
}

auto program::jvp(std::span<const double> x, std::span<const double> v, std::span<double> dy) const -> void {
  if (x.size() != inputs_ || v.size() != inputs_ || dy.size() != results_)
    throw error(fmt::format(
        "program::jvp: a point of {} numbers, a direction of {} and room for {} changes; the program has {} inputs and {} results",
        x.size(), v.size(), dy.size(), inputs_, results_));
  std::vector<double> at(x.begin(), x.end()), slopes(inputs_ + results_);
  at.resize(inputs_ + results_, 1.0);
  transposed_program(x).vjp(at, v, slopes);
  std::copy(slopes.begin() + static_cast<std::ptrdiff_t>(inputs_), slopes.end(), dy.begin());
}

auto program::hessian(std::span<const double> x) const -> array { return gradient_program(x).jacobian(x); }

auto program::hvp(std::span<const double> x, std::span<const double> v, std::span<double> product) const -> void {
  gradient_program(x).vjp(x, v, product);
}

}  // namespace seegrad
