#include <autodiff/run/machine/expansion.hpp>

#include <autodiff/ops/pointwise/list.hpp>
#include <autodiff/trace/traced.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace seegrad::detail::run {
namespace {

template <class Op>
auto is(const operation& op) -> bool {
  return &op == &operation_of<Op>();
}

auto basic_of(const operation& op) -> std::optional<basic> {
  static const std::map<const operation*, basic> all = {
      {&operation_of<identity_op>(), basic::move},
      {&operation_of<neg_op>(), basic::neg},
      {&operation_of<stop_gradient_op>(), basic::move},
      {&operation_of<abs_op>(), basic::abs},
      {&operation_of<sqrt_op>(), basic::sqrt},
      {&operation_of<floor_op>(), basic::floor},
      {&operation_of<ceil_op>(), basic::ceil},
      {&operation_of<trunc_op>(), basic::trunc},
      {&operation_of<add_op>(), basic::add},
      {&operation_of<sub_op>(), basic::sub},
      {&operation_of<mul_op>(), basic::mul},
      {&operation_of<div_op>(), basic::div},
      {&operation_of<copysign_op>(), basic::copysign},
      {&operation_of<fma_op>(), basic::fma},
      {&operation_of<strong_mul_op>(), basic::strong_mul},
  };
  const auto at = all.find(&op);
  return at == all.end() ? std::nullopt : std::optional(at->second);
}

auto is_number(const term& t, double x) -> bool { return t.what == term::kind::number && t.number == x; }
auto number(double x) -> term { return {term::kind::number, 0, x}; }

// Recorded over numbers that stand for any, and read back.
class expanding {
 public:
  expanding(const operation& op, int by) : op_(op), by_(by) {}

  auto run() -> std::unique_ptr<const expansion> {
    graph apart;
    std::vector<scalar> x;
    for (int i = 0; i < op_.arity; ++i) x.emplace_back(1.0, apart.append_input(1.0));
    const scalar y(1.0, apart.append_input(1.0));
    scalar value;
    if (by_ < 0) op_.value_recorded(x.data(), value);
    else op_.partial_recorded(by_, x.data(), y, value);
    g_ = &apart;
    const auto whole = value.is_constant() ? std::optional(number(value.value())) : of_node(apart.id(value.ref(), "compile"));
    if (!whole) return nullptr;
    found_.value = *whole;
    drop_unused();
    return std::make_unique<const expansion>(std::move(found_));
  }

 private:
  using perhaps = std::optional<term>;

  auto of_node(node_id k) -> perhaps {
    if (const auto known = terms_.find(k); known != terms_.end()) return known->second;
    return terms_[k] = make(k);
  }
  auto make(node_id k) -> perhaps {
    if (g_->is_constant(k)) return number(g_->value(k));
    if (g_->is_leaf(k))
      return static_cast<int>(k) < op_.arity ? term{term::kind::operand, static_cast<int>(k)} : term{term::kind::result};
    term x[most_basic_operands];
    int count = 0;
    for (const auto o : g_->operands(k)) {
      const auto t = of_node(o);
      if (!t) return std::nullopt;
      x[count++] = *t;
    }
    return apply(*g_->op(k), x);
  }

  auto apply(const operation& op, const term* x) -> perhaps {
    if (const auto b = basic_of(op)) return *b == basic::move ? x[0] : step(*b, x[0], x[1], x[2]);
    if (is<square_op>(op)) return step(basic::mul, x[0], x[0]);
    const auto yes = number(1), no = number(0);
    if (is<less_op>(op)) return step(basic::where_less, x[0], x[1], yes, no);
    if (is<less_equal_op>(op)) return step(basic::where_less_equal, x[0], x[1], yes, no);
    if (is<greater_op>(op)) return step(basic::where_less, x[1], x[0], yes, no);
    if (is<greater_equal_op>(op)) return step(basic::where_less_equal, x[1], x[0], yes, no);
    if (is<equal_op>(op)) return step(basic::where_equal, x[0], x[1], yes, no);
    if (is<select_op>(op)) return choose(x[0], x[1], x[2]);
    return by_own_text(op, x);
  }
  // A choice by a comparison is one step.
  auto choose(const term& condition, const term& yes, const term& no) -> term {
    if (condition.what == term::kind::step) {
      const auto& c = found_.steps[static_cast<std::size_t>(condition.index)];
      if (c.what >= basic::where_less && is_number(c.x[2], 1) && is_number(c.x[3], 0))
        return step(c.what, c.x[0], c.x[1], yes, no);
    }
    return step(basic::where_equal, condition, number(0), no, yes);
  }
  auto by_own_text(const operation& op, const term* x) -> perhaps {
    // One that is made of itself is a function.
    if (&op == &op_ && by_ < 0) return std::nullopt;
    const auto* inner = expansion_of(op, -1);
    if (!inner) return std::nullopt;
    std::vector<term> at;
    const auto here = [&](const term& t) {
      if (t.what == term::kind::operand) return x[t.index];
      return t.what == term::kind::step ? at[static_cast<std::size_t>(t.index)] : t;
    };
    for (const auto& s : inner->steps) at.push_back(step(s.what, here(s.x[0]), here(s.x[1]), here(s.x[2]), here(s.x[3])));
    return here(inner->value);
  }

  auto step(basic what, const term& a, const term& b = {}, const term& c = {}, const term& d = {}) -> term {
    found_.steps.push_back({what, {a, b, c, d}});
    return {term::kind::step, static_cast<int>(found_.steps.size()) - 1};
  }

  auto drop_unused() -> void {
    const auto count = found_.steps.size();
    std::vector<bool> used(count, false);
    const auto mark = [&](const term& t) {
      if (t.what == term::kind::step) used[static_cast<std::size_t>(t.index)] = true;
    };
    mark(found_.value);
    for (auto i = count; i-- > 0;)
      if (used[i])
        for (int k = 0; k < operands_of(found_.steps[i].what); ++k) mark(found_.steps[i].x[k]);
    std::vector<int> now(count);
    std::size_t kept = 0;
    const auto rename = [&](term& t) {
      if (t.what == term::kind::step) t.index = now[static_cast<std::size_t>(t.index)];
    };
    for (std::size_t i = 0; i < count; ++i) {
      if (!used[i]) continue;
      auto s = found_.steps[i];
      for (auto& t : s.x) rename(t);
      now[i] = static_cast<int>(kept);
      found_.steps[kept++] = s;
    }
    found_.steps.resize(kept);
    rename(found_.value);
  }

  const operation& op_;
  int by_;
  const graph* g_ = nullptr;
  std::map<node_id, perhaps> terms_;
  expansion found_;
};

}  // namespace

auto expansion_of(const operation& op, int by) -> const expansion* {
  static std::recursive_mutex access;
  static std::map<std::pair<const operation*, int>, std::unique_ptr<const expansion>> known;
  const std::lock_guard lock(access);
  const auto key = std::pair(&op, by);
  if (const auto at = known.find(key); at != known.end()) return at->second.get();
  if (by < 0)
    if (const auto b = basic_of(op)) {
      expansion one;
      for (int i = 0; i < op.arity; ++i) {
        if (i == 0) one.steps.push_back({*b, {}});
        one.steps[0].x[i] = {term::kind::operand, i};
      }
      one.value = *b == basic::move ? term{term::kind::operand, 0} : term{term::kind::step, 0};
      if (*b == basic::move) one.steps.clear();
      return (known[key] = std::make_unique<const expansion>(std::move(one))).get();
    }
  auto made = expanding(op, by).run();
  return (known[key] = std::move(made)).get();
}

}  // namespace seegrad::detail::run
