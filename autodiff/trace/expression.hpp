#pragma once
// What the operators of fused::scalar make: a value that is not recorded yet, of a type that knows how it came about.
//
// A temporary goes into the larger expression that it is an operand of, and the whole is recorded as one statement when it becomes a
// fused::scalar. An expression that has a name is recorded the first time it is used, and remembers its node: `auto u = b * c` is never
// recorded twice.

#include <autodiff/trace/statement_sweep.hpp>
#include <autodiff/trace/traced.hpp>

namespace seegrad::fused {

/// Of the nodes since the last mark.
struct offset_since_mark {
  std::uint64_t tag;
  auto operator()(node_ref r) const -> std::uint64_t { return r ^ tag; }
};
/// And of those before it.
struct offset_of_live {
  std::uint64_t tag, below;
  auto operator()(node_ref r) const -> std::uint64_t { return (r ^ tag) >> 32 == 0 ? r ^ tag : r ^ below; }
};

template <class... A>
struct held;
template <class A>
struct held<A> {
  A a;
  template <class F>
  [[gnu::always_inline]] auto each(F f) const {
    return f(a);
  }
};
template <class A, class B>
struct held<A, B> {
  A a;
  B b;
  template <class F>
  [[gnu::always_inline]] auto each(F f) const {
    return f(a, b);
  }
};

template <class Op, class... A>
class expression : public expression_base {
 public:
  using at = shape<Op, A...>;
  static constexpr int nodes = at::nodes;

  [[gnu::always_inline]] explicit expression(A&&... a)
      : operands_{static_cast<A&&>(a)...}, value_(operands_.each([](const auto&... x) { return Op::value(x.value()...); })) {}
  [[gnu::always_inline]] expression(expression&& o) = default;
  /// A copy of what has a name stands for the same node.
  expression(const expression& o) : operands_(o.operands_), value_(o.value_), ref_(o.ref()) {}
  auto operator=(const expression&) -> expression& = delete;

  [[gnu::always_inline]] auto value() const -> double { return value_; }
  /// Of the recorded result; 0 if it is a constant.
  [[gnu::always_inline]] auto ref() const -> node_ref {
    if (ref_ == unrecorded) ref_ = record();
    return ref_;
  }
  auto is_constant() const -> bool { return ref() == 0; }
  [[gnu::always_inline]] operator seegrad::scalar() const { return {value_, ref()}; }
  template <arithmetic T>
  explicit operator T() const {
    return static_cast<T>(seegrad::scalar(*this));
  }

  // What the recording of a larger expression asks of this one.
  [[gnu::always_inline]] auto duplicate() const -> expression {
    return {operands_.each([](const auto&... x) { return held<A...>{x.duplicate()...}; }), value_, ref_};
  }
  auto as_operand() const -> seegrad::detail::operand { return {value_, ref_ == unrecorded ? by_operation() : ref_}; }
  template <class Offset>
  [[gnu::always_inline]] auto outside(Offset offset) const -> std::uint64_t {
    return operands_.each([&](const auto&... x) { return (std::uint64_t{ref_ != unrecorded} | ... | x.outside(offset)); });
  }
  template <int At, class Offset>
  [[gnu::always_inline]] auto write(const place<Offset>& p) const -> std::uint64_t {
    constexpr auto here = (At + nodes - 1) * sizeof(node);
    const auto word = operands_.each([&]<class... X>(const X&... x) { return word_of<At>(p, x...); });
    seegrad::detail::put(p.at + here, value_, word);
    return p.next + here;
  }
  template <int At>
  [[gnu::always_inline]] static auto pull(statement_sweep& s, double g) -> void {
    s.template pull<At, Op, A...>(g);
  }

 private:
  static constexpr node_ref unrecorded = ~node_ref{0};  // no handle's

  [[gnu::always_inline]] expression(held<A...>&& operands, double value, node_ref ref)
      : operands_(static_cast<held<A...>&&>(operands)), value_(value), ref_(ref) {}

  template <int At, class Place>
  [[gnu::always_inline]] static auto word_of(const Place& p, const auto& x) -> std::uint64_t {
    return seegrad::detail::pack(at::code, x.template write<At>(p));
  }
  template <int At, class Place>
  [[gnu::always_inline]] static auto word_of(const Place& p, const auto& x, const auto& z) -> std::uint64_t {
    const auto first = x.template write<At + at::template start<0>>(p), second = z.template write<At + at::template start<1>>(p);
    return seegrad::detail::pack(at::code, first, second);
  }

  template <class Offset>
  [[gnu::always_inline]] auto record_at(seegrad::detail::recorder& r, Offset offset) const -> node_ref {
    const auto next = r.next, tag = r.tag, last = next + (nodes - 1) * sizeof(node);
    seegrad::detail::fetch_ahead(r);
    r.rules[last / sizeof(node)] = rule_of<expression>;
    write<0>(place<Offset>{r.records + next, next, offset});
    r.next = last + sizeof(node);
    return tag + last;
  }
  [[gnu::always_inline]] auto record() const -> node_ref {
    auto& r = *seegrad::detail::current;
    const offset_since_mark offset{r.tag};
    if (outside(offset) == 0 && r.next < r.statement_limit) [[likely]]
      return record_at(r, offset);
    return duplicate().record_slowly();  // or this one would have to stand in memory
  }
  // What was recorded before the innermost mark, such as the parameters of a model, is as good; then there may be no room. What is left,
  // such as a constant among the operands, goes operation by operation.
  [[gnu::noinline, gnu::cold]] auto record_slowly() const -> node_ref {
    const offset_of_live offset{seegrad::detail::current->tag, seegrad::detail::current->below};
    if (outside(offset) != 0 || seegrad::detail::current->silent || rule_of<expression> == 0) return by_operation();
    if (seegrad::detail::current->next >= seegrad::detail::current->statement_limit) graph::active().reserve_statement();
    return record_at(*seegrad::detail::current, offset);
  }
  auto by_operation() const -> node_ref {
    return operands_.each([&](const auto&... x) { return record_of(x...); });
  }
  auto record_of(const auto& x) const -> node_ref {
    return seegrad::detail::record(operation_of<Op>(), seegrad::detail::code_of<Op>, value_, x.as_operand());
  }
  auto record_of(const auto& x, const auto& z) const -> node_ref {
    seegrad::detail::operand b;
    if constexpr (from_the_right) b = z.as_operand();
    const seegrad::detail::operand a = x.as_operand();
    if constexpr (!from_the_right) b = z.as_operand();
    return seegrad::detail::record(operation_of<Op>(), seegrad::detail::code_of<Op>, value_, a, b);
  }

  held<A...> operands_;
  double value_;
  mutable node_ref ref_ = unrecorded;
};

}  // namespace seegrad::fused
