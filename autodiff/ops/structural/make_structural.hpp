#pragma once
// From the paragraph of an operation on arrays to its entry in the run-time table.

#include <autodiff/array/copy.hpp>
#include <autodiff/ops/structural/structural.hpp>

namespace seegrad {

namespace detail {
template <class Op>
struct structural_maker {
  using parameters = typename Op::parameters;

  static auto of(const void* p) -> const parameters& {
    static const parameters nothing{};
    return p ? *static_cast<const parameters*>(p) : nothing;
  }
  static auto value(const void* p, std::span<const array> x) -> array { return Op::value(of(p), x); }
  static auto value_into(const void* p, std::span<const array> x, array& y) -> void {
    if (!y.is_writable_in_place()) y = value(p, x);
    else if constexpr (requires { Op::value_into(of(p), x, y); }) Op::value_into(of(p), x, y);
    else copy_elements(y, value(p, x));
  }
  static constexpr bool has_follows = requires(const parameters& p, std::span<const array> x) { Op::follows(p, 0, x); };
  static constexpr auto follows() -> dims (*)(const void*, int, std::span<const array>) {
    if constexpr (has_follows)
      return [](const void* p, int i, std::span<const array> x) -> dims { return Op::follows(of(p), i, x); };
    else return nullptr;
  }
  static constexpr auto result() -> array (*)(const void*, std::span<const array>) {
    if constexpr (requires(const parameters& p, std::span<const array> x) { Op::result(p, x); })
      return [](const void* p, std::span<const array> x) -> array { return Op::result(of(p), x); };
    else return nullptr;
  }
  static constexpr auto prepare() -> prepared (*)(const prepared_for&) {
    if constexpr (requires(const parameters& p, const prepared_for& f) { Op::prepare(p, f); })
      return [](const prepared_for& f) -> prepared { return Op::prepare(of(f.parameters), f); };
    else return nullptr;
  }
  static constexpr auto prepare_vjp() -> prepared (*)(int, const prepared_for&, bool) {
    if constexpr (requires(const parameters& p, const prepared_for& f) { Op::prepare_vjp(p, 0, f, true); })
      return [](int i, const prepared_for& f, bool add) -> prepared { return Op::prepare_vjp(of(f.parameters), i, f, add); };
    else return nullptr;
  }
  static constexpr auto draws() -> std::optional<drawn_numbers> (*)(const void*) {
    if constexpr (requires(const parameters& p) { Op::draws(p); })
      return [](const void* p) -> std::optional<drawn_numbers> { return Op::draws(of(p)); };
    else return nullptr;
  }
  static auto vjp(const void* p, int i, std::span<const array> x, const array& y, const array& g) -> array {
    return Op::template vjp<array>(of(p), i, x, y, g);
  }
  static auto vjp_into(const void* p, int i, std::span<const array> x, const array& y, const array& g, array& adjoint) -> void {
    if constexpr (requires { Op::vjp_into(of(p), i, x, y, g, adjoint); })
      if (adjoint.is_writable_in_place()) return Op::vjp_into(of(p), i, x, y, g, adjoint);
    const auto change = vjp(p, i, x, y, g);
    add_into(adjoint, change.type() == adjoint.type() ? change : change.cast(adjoint.type()));
  }
  // What is linear in an operand is applied to its tangent.
  static auto jvp(const void* p, int i, std::span<const array> x, const array&, const array& t) -> array {
    std::vector<array> changed(x.begin(), x.end());
    changed[static_cast<std::size_t>(i)] = t;
    return value(p, changed);
  }
  static auto vjp_recorded(const void* p, int i, std::span<const tensor> x, const tensor& y, const tensor& g) -> tensor {
    return Op::template vjp<tensor>(of(p), i, x, y, g);
  }
  static auto text(const void* p) -> std::string { return Op::text(of(p)); }
  static auto cases(const typename Op::samples_t& list) -> std::vector<structural_case> {
    std::vector<structural_case> out;
    for (const auto& s : list) {
      structural_case c{std::make_shared<parameters>(s.parameters), {}};
      for (const auto& shape : s.shapes) c.operands.push_back(s.make(shape, static_cast<unsigned>(c.operands.size())));
      out.push_back(std::move(c));
    }
    return out;
  }
  static auto samples() -> std::vector<structural_case> { return cases(Op::samples()); }
  static auto wrong() -> std::vector<structural_case> { return cases(Op::wrong()); }

  static auto same(const void* p, const void* q) -> bool {
    if constexpr (std::equality_comparable<parameters>) return of(p) == of(q);
    else return std::is_empty_v<parameters> || p == q;
  }
  static constexpr bool can_compare = std::equality_comparable<parameters> || std::is_empty_v<parameters>;

  static constexpr array_rule rule{.value = value,
                                   .value_into = value_into,
                                   .vjp = vjp,
                                   .vjp_into = vjp_into,
                                   .jvp = Op::linear ? jvp : nullptr,
                                   .vjp_recorded = vjp_recorded,
                                   .text = text,
                                   .linear = Op::linear,
                                   .scalar_result = Op::scalar_result,
                                   .samples = samples,
                                   .wrong = wrong,
                                   .same = can_compare ? same : nullptr,
                                   .result = result(),
                                   .prepare = prepare(),
                                   .prepare_vjp = prepare_vjp(),
                                   .sparsity = has_follows ? sparsity_kind::axes : Op::sparsity,
                                   .follows = follows(),
                                   .draws = draws()};
};
}  // namespace detail

/// What the record keeps of `Op`. The library's own are instantiated once, in ops/table/structural_table.cpp; who writes another
/// includes this header where it is used.
template <class Op>
[[gnu::noinline, gnu::used]] auto structural_operation() -> const operation& {
  static constexpr operation entry = [] {
    operation op{};
    op.name = Op::name;
    op.symbol = Op::symbol.empty() ? Op::name : Op::symbol;
    op.help = Op::help;
    op.arity = Op::arity;
    op.rule = &detail::structural_maker<Op>::rule;
    return op;
  }();
  return entry;
}

}  // namespace seegrad
