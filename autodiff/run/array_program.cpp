#include <autodiff/run/array_program.hpp>

#include <autodiff/array/create.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/run/arrays/array_program_parts.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

auto expect_one_result(std::size_t results, std::string_view who) -> void {
  if (results != 1) throw error(fmt::format("array_program::{}: the program has {} results; it is of one", who, results));
}

auto record_numbers(const operation& op, std::span<const tensor> operands) -> tensor {
  scalar x[max_arity], y;
  for (std::size_t k = 0; k < operands.size(); ++k) x[k] = scalar(operands[k].value().item(), operands[k].ref());
  op.record(x, y);
  return y;
}

}  // namespace

auto array_program::engine() const -> const detail::run::array_engine& { return parts_->engine; }
auto array_program::inputs() const -> std::size_t { return engine().program().inputs.size(); }
auto array_program::results() const -> std::size_t { return engine().program().results.size(); }

auto array_program::values(std::span<const array> x) const -> std::vector<array> {
  std::vector<array> y;
  engine().run(x, {}, y, nullptr);
  return y;
}

auto array_program::value(std::span<const array> x) const -> array {
  expect_one_result(results(), "value");
  return values(x)[0];
}

auto array_program::vjp(std::span<const array> x, std::span<const array> cotangents) const
    -> std::pair<std::vector<array>, std::vector<array>> {
  std::pair<std::vector<array>, std::vector<array>> both;
  vjp_into(x, cotangents, both.first, both.second);
  return both;
}

auto array_program::vjp_into(std::span<const array> x, std::span<const array> cotangents, std::vector<array>& results,
                             std::vector<array>& slopes) const -> void {
  engine().run(x, cotangents, results, &slopes);
}

auto array_program::value_and_gradient(std::span<const array> x) const -> std::pair<double, std::vector<array>> {
  expect_one_result(results(), "value_and_gradient");
  const auto& shape = engine().program().result_shapes[0];
  if (elements(shape) != 1)
    throw error(
        fmt::format("array_program::value_and_gradient: the result has the shape {}; it is of one element, as of a sum or a mean",
                    to_string(shape)));
  auto [y, slopes] = vjp(x, std::array{ones(shape)});
  return {y[0].item(), std::move(slopes)};
}

auto array_program::gradient(std::span<const array> x) const -> std::vector<array> { return value_and_gradient(x).second; }

auto array_program::record(std::span<const tensor> x) const -> std::vector<tensor> {
  const auto& c = engine().program();
  if (x.size() != c.inputs.size())
    throw error(fmt::format("array_program::record: {} arrays are given; it has {} inputs", x.size(), c.inputs.size()));
  std::vector<tensor> now(c.constants.begin(), c.constants.end());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i].shape() != c.inputs[i].shape)
      throw error(fmt::format("array_program::record: input {} has the shape {}; it was recorded with {}", i,
                              to_string(x[i].shape()), to_string(c.inputs[i].shape)));
    now[c.inputs[i].slot] = x[i];
  }
  for (const auto& i : c.instructions) {
    std::vector<tensor> operands;
    for (std::uint32_t k = 0; k < i.count; ++k) operands.push_back(now[c.operands[i.first + k]]);
    if (i.op->is_structural()) now[i.to] = record_structural(*i.op, i.parameters, operands);
    else if (i.of_numbers) now[i.to] = record_numbers(*i.op, operands);
    else i.op->record_tensor(operands.data(), now[i.to]);
  }
  for (const auto& q : c.questions) {
    const auto asked = [&](const guard::subject& s, std::uint32_t slot) -> detail::asked {
      return s.is_node ? detail::asked{now[slot].ref(), s.of(now[slot].value()), s.element} : detail::asked{0, s.number, 0};
    };
    const auto first = asked(q.asked.first, q.first), second = asked(q.asked.second, q.second);
    detail::run::ask(q, first.value, second.value);
    if ((first.ref | second.ref) & detail::guard_bit)
      detail::note_guard(q.asked.question, q.asked.ask, first, second, q.asked.answer);
  }
  std::vector<tensor> y;
  for (const auto s : c.results) y.push_back(now[s]);
  return y;
}

auto operator==(const array_program& a, const array_program& b) -> bool { return a.engine().program() == b.engine().program(); }

auto array_program::text() const -> std::string { return detail::run::to_text(engine().program()); }
auto array_program::size() const -> std::size_t { return engine().program().instructions.size(); }

namespace detail {
auto compile_arrays(std::span<const node_ref> ys, std::span<const node_ref> xs, std::span<const node_ref> others)
    -> array_program {
  if ((xs.empty() && others.empty()) || ys.empty()) throw error("compile: give at least one result and one input");
  const auto& g = graph::active();
  std::vector<node_id> from, to, beside;
  for (const auto x : xs) from.push_back(g.id(x, "compile"));
  for (const auto y : ys) to.push_back(g.id(y, "compile"));
  for (const auto o : others) beside.push_back(g.id(o, "compile"));
  array_program p;
  p.parts_ = std::make_shared<array_program::parts>(detail::run::lower_arrays(g, to, from, beside));
  return p;
}
}  // namespace detail

auto compile(std::span<const tensor> ys, std::span<const tensor> xs) -> array_program {
  std::vector<node_ref> from, to;
  for (const auto& x : xs) from.push_back(x.ref());
  for (const auto& y : ys) to.push_back(y.ref());
  return detail::compile_arrays(to, from);
}

auto compile(const tensor& y, std::span<const tensor> xs) -> array_program { return compile({&y, 1}, xs); }

}  // namespace seegrad
