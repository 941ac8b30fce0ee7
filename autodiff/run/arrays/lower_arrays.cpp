#include <algorithm>
#include <autodiff/graph/guard_text.hpp>
#include <autodiff/graph/reach.hpp>
#include <autodiff/run/arrays/array_code.hpp>
#include <fmt/format.h>

namespace seegrad::detail::run {
namespace {

class lowering {
 public:
  lowering(const graph& g, const std::vector<node_id>& ys, const std::vector<node_id>& xs, const std::vector<node_id>& others)
      : g_(g), ys_(ys), xs_(xs), moving_(xs) {
    moving_.insert(moving_.end(), others.begin(), others.end());
  }

  auto run() -> array_code {
    auto ends = ys_;
    for (const auto& q : g_.guards())
      for (const auto& s : {q.first, q.second})
        if (s.is_node) ends.push_back(s.node);
    for (auto x : moving_) ends.push_back(x);
    const auto last = *std::max_element(ends.begin(), ends.end());
    depends_ = influenced_by_inputs(last);
    differentiable_ = depending_on(g_, xs_, last);
    slot_.assign(std::size_t{last} + 1, no_slot);
    find_questions();
    ends = ys_;
    for (const auto& q : c_.questions)
      for (const auto& s : {q.asked.first, q.asked.second})
        if (s.is_node) ends.push_back(s.node);
    const auto needed = leading_to(g_, ends, [&](node_id k) { return !depends_[k]; });
    c_.with_slopes = xs_.size();
    for (auto x : moving_) {
      const bool is_number = !g_.is_tensor(x);
      const auto value = g_.array_value(x);
      c_.inputs.push_back({slot_[x] = fresh(x), value.shape(), value.type(), is_number});
    }
    for (node_id k = 0; k <= last; ++k)
      if (needed[k] && depends_[k] && slot_[k] == no_slot) instruct(k);
    for (auto y : ys_) c_.results.push_back(slot(y)), c_.result_shapes.push_back(g_.array_value(y).shape());
    for (auto& q : c_.questions) {
      if (q.asked.first.is_node) q.first = slot(q.asked.first.node);
      if (q.asked.second.is_node) q.second = slot(q.asked.second.node);
    }
    return std::move(c_);
  }

 private:
  // Also whole numbers and truth values change with an input, through which no gradient passes.
  auto influenced_by_inputs(node_id last) -> std::vector<bool> {
    std::vector<bool> depends(std::size_t{last} + 1, false);
    for (auto x : moving_) depends[x] = true;
    for (node_id k = 0; k <= last; ++k)
      if (!depends[k] && !g_.is_leaf(k))
        for (auto o : g_.operands(k)) depends[k] = depends[k] || depends[o];
    return depends;
  }
  auto find_questions() -> void {
    const auto& all = g_.guards();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto moves = [&](const guard::subject& s) { return s.is_node && depends_[s.node]; };
      if (moves(all[i].first) || moves(all[i].second)) c_.questions.push_back({all[i], no_slot, no_slot, guard_text(g_, i), i});
    }
  }
  auto fresh(node_id k) -> std::uint32_t {
    c_.constants.emplace_back();
    c_.forms.push_back(form_of(k));
    c_.has_derivative.push_back(differentiable_[k]);
    return static_cast<std::uint32_t>(c_.constants.size() - 1);
  }
  auto form_of(node_id k) const -> array_form {
    if (!g_.is_tensor(k)) return {{}, float64, true};
    const auto& value = g_.tensor_node_at(k).value;
    return {value.shape(), value.type(), value.is_number()};
  }
  auto slot(node_id k) -> std::uint32_t {
    if (slot_[k] == no_slot) {
      slot_[k] = fresh(k);
      c_.constants.back() = g_.array_value(k);
      c_.has_derivative.back() = false;
    }
    return slot_[k];
  }
  auto instruct(node_id k) -> void {
    array_instruction i{g_.op(k), {}, 0, 0, 0, !g_.is_tensor_node(k), !g_.is_tensor(k), k};
    if (g_.is_tensor_node(k)) i.parameters = g_.tensor_node_at(k).parameters;
    std::vector<std::uint32_t> operands;
    for (auto o : g_.operands(k)) operands.push_back(slot(o));
    i.first = static_cast<std::uint32_t>(c_.operands.size()), i.count = static_cast<std::uint32_t>(operands.size());
    c_.operands.insert(c_.operands.end(), operands.begin(), operands.end());
    i.to = slot_[k] = fresh(k);
    c_.instructions.push_back(std::move(i));
  }

  const graph& g_;
  const std::vector<node_id>&ys_, &xs_;
  std::vector<node_id> moving_;  // the xs and the others
  std::vector<bool> depends_;
  node_set differentiable_{0, 0};
  std::vector<std::uint32_t> slot_;  // by node
  array_code c_;
};

}  // namespace

auto lower_arrays(const graph& g, const std::vector<node_id>& ys, const std::vector<node_id>& xs,
                  const std::vector<node_id>& others) -> array_code {
  return lowering(g, ys, xs, others).run();
}

auto to_text(const array_code& c) -> std::string {
  std::string out;
  for (const auto& i : c.instructions) {
    out += fmt::format("s{} = {}(", i.to, i.op->name);
    for (std::uint32_t k = 0; k < i.count; ++k) out += fmt::format("{}s{}", k ? ", " : "", c.operands[i.first + k]);
    const auto parameters = i.of_numbers ? std::string() : i.op->rule->text(i.parameters.get());
    out += parameters.empty() ? ")\n" : fmt::format("; {})\n", parameters);
  }
  return out;
}

}  // namespace seegrad::detail::run
