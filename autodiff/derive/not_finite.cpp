#include <autodiff/derive/not_finite.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/node_text.hpp>
#include <autodiff/derive/not_finite_element.hpp>
#include <autodiff/graph/reach.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace seegrad {
namespace {

using namespace detail;
using kind = not_finite_report::kind;

class search {
 public:
  search(const graph& g, node_id y) : g_(g), y_(y), leads_(detail::leading_to(g, y)) {}

  auto run() -> not_finite_report {
    if (look(g_, y_)) forward();
    else backward();
    describe();
    return std::move(r_);
  }

 private:
  // --- the search ---

  // From y back through nodes that are not finite: each of these without such an operand is a birth, and the first of them is taken.
  auto forward() -> void {
    std::vector<char> sick(std::size_t{y_} + 1, 0);
    sick[y_] = 1;
    node_id birth = y_;
    for (auto k = y_ + 1; k-- > 0;) {
      if (!sick[k]) continue;
      bool handed_on = false;
      for (auto o : g_.operands(k)) handed_on |= sick[o] = static_cast<char>(sick[o] || look(g_, o));
      if (!handed_on) birth = k;
    }
    r_.born = g_.is_leaf(birth) ? kind::leaf : kind::value;
    r_.node = r_.target = birth;
    take(look(g_, birth), g_.array_value(birth));
    r_.path = path(birth, [&](node_id k) { return sick[k] != 0; });
    if (!g_.is_leaf(birth)) list_operands(r_.index);
  }

  // The sweep itself, which stops at the first number that is not finite.
  auto backward() -> void {
    std::vector<double> numbers(std::size_t{y_} + 1, 0.0);
    std::map<node_id, array> arrays;
    if (!g_.is_tensor(y_)) numbers[y_] = 1;
    else arrays[y_] = ones_like(g_.tensor_node_at(y_).value);
    for (auto k = y_ + 1; k-- > 0 && !r_;) {
      const auto at = arrays.find(k);
      if (g_.is_leaf(k) || (g_.is_tensor(k) ? at == arrays.end() : numbers[k] == 0)) continue;
      const auto cotangent = g_.is_tensor(k) ? at->second : array(numbers[k]);
      vjp(k, cotangent, numbers, arrays);
      if (g_.is_tensor(k)) arrays.erase(k);
    }
  }

  auto vjp(node_id k, const array& cotangent, std::vector<double>& numbers, std::map<node_id, array>& arrays) -> void {
    detail::node_of_arrays(g_, k).each_vjp(g_.array_value(k), cotangent, [&](int, node_id o, const array& piece) {
      if (r_) return;
      if (const auto f = look(piece)) return born_in_sweep(kind::adjoint, k, o, f, piece, cotangent);
      array total;
      if (g_.is_tensor(o)) {
        auto& adjoint = arrays[o];
        if (adjoint.is_null()) adjoint = piece;
        else detail::add_into(adjoint, piece);
        total = adjoint;
      } else {
        total = array(numbers[o] += piece.item());
      }
      if (const auto f = look(total)) born_in_sweep(kind::sum, k, o, f, total, cotangent);
    });
  }

  auto born_in_sweep(kind what, node_id k, node_id operand, const found& f, const array& whole, const array& cotangent) -> void {
    r_.born = what, r_.node = k, r_.target = operand;
    take(f, whole);
    const bool same = cotangent.shape() == whole.shape() && is_pointwise(k);
    r_.cotangent = same                    ? cotangent.get(f.index)
                   : cotangent.size() == 1 ? cotangent.item()
                                           : std::numeric_limits<double>::quiet_NaN();
    // An operand that was repeated gets a sum over elements of the result, and no one of them can be named.
    const bool named = !is_pointwise(k) || g_.array_value(k).shape() == whole.shape();
    list_operands(f.index, named);
    r_.path = path(k, [](node_id) { return true; });
  }

  auto take(const found& f, const array& whole) -> void {
    r_.index = f.index, r_.number = f.number, r_.count = f.count, r_.size = whole.size();
    if (g_.is_tensor(r_.target)) r_.type = fmt::format("{} {}", name_of(whole.type()), to_string(whole.shape()));
  }

  auto is_pointwise(node_id k) const -> bool { return g_.op(k) && !g_.op(k)->is_structural(); }

  auto list_operands(const dims& index, bool named = true) -> void {
    for (auto o : g_.operands(r_.node)) {
      const auto x = g_.array_value(o);
      const bool one = x.size() == 1 || (named && is_pointwise(r_.node));
      r_.operands.push_back({o, detail::node_text(g_, o),
                             one ? fmt::format("{:.6g}", x.size() == 1 ? x.item() : element_at(x, index)) : range_text(x), one});
    }
  }

  // The way to y that takes the earliest operand at each step.
  template <class Passes>
  auto path(node_id from, Passes passes) const -> std::vector<node_id> {
    constexpr auto none = ~node_id{0};
    std::vector<node_id> before(std::size_t{y_} + 1, none);
    before[from] = from;
    for (auto k = from + 1; k <= y_; ++k) {
      if (!leads_[k] || !passes(k)) continue;
      for (auto o : g_.operands(k))
        if (before[o] != none && (before[k] == none || o < before[k])) before[k] = o;
    }
    std::vector<node_id> out = {y_};
    while (out.back() != from) out.push_back(before[out.back()]);
    std::reverse(out.begin(), out.end());
    return out;
  }

  // --- the words ---

  auto operation(node_id k) const -> std::string {
    return g_.op(k) ? std::string(g_.op(k)->name) : g_.is_input(k) ? "input" : g_.is_tensor(k) ? "data" : "constant";
  }
  auto scope(node_id k) const -> std::string {
    std::string out;
    for (auto s = g_.scope_of(k); s != 0; s = g_.scope_parent(s))
      out = std::string(g_.scope_name(s)) + (out.empty() ? "" : "/") + out;
    return out;
  }
  auto place() const -> std::string { return r_.index.size() == 0 ? "" : " at " + bracketed(r_.index); }
  static auto bracketed(const dims& index) -> std::string {
    std::string out = "[";
    for (int i = 0; i < index.size(); ++i) out += (i ? ", " : "") + std::to_string(index[i]);
    return out + "]";
  }

  auto describe() -> void {
    if (!r_) return describe_finite();
    r_.name = detail::node_text(g_, r_.node), r_.operation = operation(r_.node), r_.scope = scope(r_.node);
    const auto where = r_.scope.empty() ? std::string() : ", in scope " + r_.scope;
    const auto share = r_.size <= 1    ? std::string()
                       : r_.count == 1 ? fmt::format(", the only one of {} elements", r_.size)
                                       : fmt::format(", the first of {} such elements", r_.count);
    const auto in = r_.index.size() > 0 ? "of" : "in";
    const auto type = r_.type.empty() ? "" : " (" + r_.type + ")";
    const auto what = fmt::format("{}{}", r_.number, place());
    if (r_.born == kind::leaf) {
      r_.words = fmt::format("NOT FINITE: the {} {}{} holds {}{}{}.", r_.operation, r_.name, type, what, share, where);
      note(r_.node, fmt::format("holds {}", what), annotation::mood::bad);
    } else if (r_.born == kind::value) {
      r_.words = fmt::format("NOT FINITE: {} gives {} {} {}{}{}{}. Its operands are finite: {}.", r_.operation, what, in, r_.name,
                             type, share, where, operands());
      note(r_.node, fmt::format("{} is born here{}", r_.number, place()), annotation::mood::bad);
    } else if (r_.born == kind::adjoint) {
      r_.words = fmt::format(
          "NOT FINITE: y is finite, but not its gradient. The derivative of {} in {}{} gives {} {} the gradient by {}{}{}. What it is made of is finite: {}{}.",
          r_.operation, r_.name, where, what, in, detail::node_text(g_, r_.target), type, share, operands(),
          std::isnan(r_.cotangent) ? "" : fmt::format(", and a gradient of {:.6g} that arrives", r_.cotangent));
      note(r_.node, fmt::format("its derivative by {} gives {}{}", detail::node_text(g_, r_.target), r_.number, place()),
           annotation::mood::bad);
      note(r_.target, fmt::format("first gradient that is {}", r_.number), annotation::mood::doubtful);
    } else {
      r_.words = fmt::format(
          "NOT FINITE: y is finite, but not its gradient. What is carried back to {}{}{} is finite piece by piece and adds up to {}{}, when {} adds its.",
          detail::node_text(g_, r_.target), type, where, what, share, r_.name);
      note(r_.target, fmt::format("its gradient adds up to {}{}", r_.number, place()), annotation::mood::bad);
    }
    describe_path();
  }

  auto describe_path() -> void {
    const bool forth = r_.born == kind::leaf || r_.born == kind::value;
    bool nan = look(g_, r_.node).has_nan;
    std::vector<std::string> steps;
    for (auto k : r_.path) {
      auto step = fmt::format("{} {}", detail::node_text(g_, k), operation(k));
      const bool turns = forth && !nan && look(g_, k).has_nan;
      if (turns) step += " (NaN from here on)", nan = true;
      steps.push_back(std::move(step));
      note(k, forth ? turns ? "becomes NaN on the way to y" : "hands it on to y" : "on the way from y",
           annotation::mood::doubtful);
    }
    if (!forth) std::reverse(steps.begin(), steps.end());
    if (steps.size() > 1) {
      constexpr std::size_t most = 10, ends = 4;
      r_.words += forth ? " The way to y: " : " The way from y: ";
      for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps.size() > most && i == ends)
          r_.words += fmt::format(" → … {} more", steps.size() - 2 * ends), i = steps.size() - ends;
        r_.words += (i ? " → " : "") + steps[i];
      }
      r_.words += ".";
    }
  }

  auto describe_finite() -> void {
    r_.words = fmt::format("All finite: {} and its gradient by all that leads to it.", detail::node_text(g_, y_));
    for (node_id k = 0; k < y_; ++k)
      if (const auto f = leads_[k] ? look(g_, k) : found{}) {
        r_.words +=
            fmt::format(" On the way {} {} has {}, which reaches neither.", detail::node_text(g_, k), operation(k), f.number);
        return;
      }
  }

  auto note(node_id k, std::string text, annotation::mood how) -> void {
    r_.notes.try_emplace(k, annotation{std::move(text), how});
  }

  auto operands() const -> std::string {
    std::string out;
    for (const auto& o : r_.operands)
      out += fmt::format("{}{} is {}{}", out.empty() ? "" : ", ", o.name, o.value,
                         o.at_element && r_.index.size() > 0 && g_.is_tensor(o.node) ? " there" : "");
    return out;
  }

  const graph& g_;
  node_id y_;
  detail::node_set leads_;
  not_finite_report r_;
};

}  // namespace

auto why_not_finite(const scalar& y) -> not_finite_report {
  const auto& g = graph::active();
  return search(g, g.id(y.ref(), "why_not_finite")).run();
}

namespace detail {
auto why_array_not_finite(const tensor& y) -> not_finite_report {
  const auto& g = graph::active();
  return search(g, g.id(y.ref(), "why_not_finite")).run();
}
}  // namespace detail

}  // namespace seegrad
