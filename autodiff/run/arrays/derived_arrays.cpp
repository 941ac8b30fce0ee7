// Programs of the derivatives of a program of arrays.

#include <autodiff/array/create.hpp>
#include <autodiff/derive/recorded.hpp>
#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/run/arrays/array_program_parts.hpp>
#include <fmt/format.h>

namespace seegrad {

using detail::run::array_code, detail::run::derived_arrays;

namespace {

auto recorded_input(const array_code::input& is, const array& x) -> tensor {
  if (is.is_number) return input(x.item());
  return is_floating(is.type) ? input(x.cast(is.type)) : tensor(x);
}

class deriving {
 public:
  deriving(const array_program& p, const array_code& c, std::span<const array> x) : p_(p), c_(c) {
    if (x.size() != c.inputs.size())
      throw error(fmt::format("array_program: {} arrays are given; it has {} inputs", x.size(), c.inputs.size()));
    for (std::size_t i = 0; i < x.size(); ++i) in_.push_back(recorded_input(c.inputs[i], x[i]));
  }

  auto run(bool by_cotangents) -> derived_arrays;

 private:
  const array_program& p_;
  const array_code& c_;
  graph g_{with_guards};
  std::vector<tensor> in_;
};

auto deriving::run(bool by_cotangents) -> derived_arrays {
  derived_arrays d;
  const auto y = p_.record(in_);
  const auto variables = std::span(in_).first(c_.with_slopes);
  std::vector<node_ref> from, others, kept;
  for (const auto& x : variables) from.push_back(x.ref());
  for (const auto& x : std::span(in_).subspan(c_.with_slopes)) {
    if (x.is_constant()) throw error("array_program: an input of whole numbers has no place in a program of derivatives");
    others.push_back(x.ref());
  }
  tensor total = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i].is_constant() || !is_floating(y[i].type())) continue;
    if (!by_cotangents) {
      total = total + sum(y[i]);
      continue;
    }
    const auto w = y[i].value().is_number() ? tensor(input(1.0)) : input(ones(y[i].shape(), y[i].type()));
    total = total + sum(w * y[i]);
    from.push_back(w.ref()), d.cotangent_of.push_back(i);
  }
  if (total.is_constant()) return d;
  const auto slopes = recorded_gradient(total, variables);
  for (std::size_t i = 0; i < slopes.size(); ++i)
    if (!slopes[i].is_constant()) kept.push_back(slopes[i].ref()), d.by.push_back(i);
  if (!kept.empty()) d.program = detail::compile_arrays(kept, from, others);
  return d;
}

/// What the derivatives `by` get of a direction; null where it does not go.
auto along(const derived_arrays& d, std::span<const array> v) -> std::vector<array> {
  std::vector<array> out;
  for (const auto i : d.by) out.push_back(v[i]);
  return out;
}

auto expect_direction(const array_code& c, std::span<const array> v, std::string_view who) -> void {
  if (v.size() != c.inputs.size())
    throw error(
        fmt::format("array_program::{}: {} arrays are a direction; the program has {} inputs", who, v.size(), c.inputs.size()));
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (v[i].is_null()) continue;
    if (i >= c.with_slopes)
      throw error(fmt::format("array_program::{}: input {} gets no derivatives, and cannot change", who, i));
    if (v[i].shape() != c.inputs[i].shape)
      throw error(fmt::format("array_program::{}: the direction of input {} has the shape {}; the input has {}", who, i,
                              to_string(v[i].shape()), to_string(c.inputs[i].shape)));
  }
}

}  // namespace

auto array_program::parts::derive(const array_program& p, std::span<const array> x, bool by_cotangents) -> const derived_arrays& {
  const std::lock_guard lock(access);
  auto& d = by_cotangents ? transposed : gradient;
  if (!d) d = deriving(p, engine.program(), x).run(by_cotangents);
  return *d;
}

// What the inputs get of cotangents is linear in those, and its own vjp by them is the jvp.
auto array_program::jvp(std::span<const array> x, std::span<const array> v) const
    -> std::pair<std::vector<array>, std::vector<array>> {
  const auto& c = engine().program();
  expect_direction(c, v, "jvp");
  std::pair<std::vector<array>, std::vector<array>> both{values(x), {}};
  for (const auto& y : both.first) both.second.push_back(zeros(y.shape(), floating(y.type())));
  const auto& d = parts_->derive(*this, x, true);
  if (!d.program) return both;
  std::vector<array> at(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(c.with_slopes));
  for (const auto i : d.cotangent_of) at.push_back(ones(both.first[i].shape(), both.first[i].type()));
  at.insert(at.end(), x.begin() + static_cast<std::ptrdiff_t>(c.with_slopes), x.end());
  auto slopes = d.program->vjp(at, along(d, v)).second;
  for (std::size_t k = 0; k < d.cotangent_of.size(); ++k) both.second[d.cotangent_of[k]] = std::move(slopes[c.with_slopes + k]);
  return both;
}

auto array_program::hvp(std::span<const array> x, std::span<const array> v) const -> std::vector<array> {
  const auto& c = engine().program();
  if (results() != 1 || elements(c.result_shapes[0]) != 1)
    throw error(
        fmt::format("array_program::hvp: the program has {} results, the first of the shape {}; it is of one with one element",
                    results(), to_string(c.result_shapes[0])));
  expect_direction(c, v, "hvp");
  const auto& d = parts_->derive(*this, x, false);
  if (d.program) return d.program->vjp(x, along(d, v)).second;
  std::vector<array> none;
  for (std::size_t i = 0; i < c.with_slopes; ++i) none.push_back(zeros(c.inputs[i].shape, c.inputs[i].type));
  values(x);  // asks its guards
  return none;
}

}  // namespace seegrad
