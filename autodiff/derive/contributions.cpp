#include <autodiff/derive/contributions.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/node_text.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/graph/reach.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad {
namespace {

/// The best ways of each node to y: how it goes on, and the product from here.
struct start {
  double amount;
  node_id next;     // the user by which it goes on
  std::size_t its;  // which of the ways of that
};

auto larger(const start& a, const start& b) -> bool { return std::abs(a.amount) > std::abs(b.amount); }

class ways {
 public:
  ways(const graph& g, node_id x, node_id y, std::size_t most)
      : x_(x), y_(y), best_(std::size_t{y} + 1 - x), sizes_(best_.size(), 0) {
    const auto leads = detail::leading_to(g, y);
    const auto depends = detail::depending_on(g, {&x, 1}, y);
    const auto is_between = [&](node_id k) { return k >= x && leads[k] && depends[k]; };
    at(y) = {{1, y, 0}}, sizes_[y - x] = 1;
    for (auto k = y; k > x; --k) {
      if (!is_between(k)) continue;
      if (g.is_tensor_node(k))
        throw error(fmt::format(
            "largest_contributions: {} lies between x and y; the local derivative of an operation on arrays is no number",
            detail::operation_text(g, k)));
      const detail::node_of_numbers n(g, k);
      for (int i = 0; i < g.operands(k).size(); ++i) {
        const auto o = g.operands(k)[i];
        if (!is_between(o)) continue;
        const double slope = n.partial(i);
        if (slope == 0) continue;
        sizes_[o - x] += std::abs(slope) * sizes_[k - x];
        for (std::size_t j = 0; j < at(k).size(); ++j) at(o).push_back({slope * at(k)[j].amount, k, j});
        auto& all = at(o);
        std::ranges::stable_sort(all, larger);
        if (all.size() > most) all.resize(most);
      }
    }
  }

  auto list() -> std::vector<contribution> {
    std::vector<contribution> out;
    for (const auto& s : at(x_)) {
      contribution c{{x_}, s.amount, std::abs(s.amount) / sizes_[0]};
      for (auto here = s; c.way.back() != y_; here = at(c.way.back())[here.its]) c.way.push_back(here.next);
      out.push_back(std::move(c));
    }
    return out;
  }

 private:
  auto at(node_id k) -> std::vector<start>& { return best_[k - x_]; }

  node_id x_, y_;
  std::vector<std::vector<start>> best_;
  std::vector<double> sizes_;  // of the products of all ways to y, in sum
};

auto is_zero(const array& a) -> bool {
  if (a.is_null()) return true;
  const auto v = a.cast(float64).to_vector<double>();
  return std::ranges::all_of(v, [](double e) { return e == 0; });
}

class zero_search {
 public:
  zero_search(const graph& g, node_id x, node_id y, const adjoints& a) : g_(g), x_(x), y_(y), adjoints_(a) {}

  auto run() -> zero_report {
    if (!is_zero_at(x_)) return r_;
    const auto leads = detail::leading_to(g_, y_);
    const auto depends = detail::depending_on(g_, {&x_, 1}, y_);
    if (x_ > y_ || !leads[x_]) return structural();
    // From x on, through what has no adjoint itself, to where that begins.
    std::vector<char> starved(std::size_t{y_} + 1, 0);
    starved[x_] = 1;
    for (auto k = x_ + 1; k <= y_; ++k) {
      if (!leads[k] || !depends[k]) continue;
      bool uses = false;
      for (auto o : g_.operands(k)) uses |= starved[o] != 0;
      if (!uses) continue;
      if (is_zero_at(k)) starved[k] = 1;
      else feed(k, starved);
    }
    for (auto k = y_ + 1; k-- > x_;)
      if (starved[k] == 2) r_.places.push_back(k), cancel(k);
    std::ranges::sort(r_.places, std::greater{});
    describe();
    return std::move(r_);
  }

 private:
  auto is_zero_at(node_id k) const -> bool { return g_.is_tensor(k) ? is_zero(adjoints_.whole(k)) : adjoints_.number(k) == 0; }

  // A node with an adjoint, and an operand without: what the operand gets is 0, or cancels what it gets from elsewhere.
  auto feed(node_id k, std::vector<char>& starved) -> void {
    const auto operands = g_.operands(k);
    const auto cotangent = g_.is_tensor(k) ? adjoints_.whole(k) : array(adjoints_.number(k));
    bool blocks = false;
    detail::node_of_arrays(g_, k).each_vjp(g_.array_value(k), cotangent, [&](int, node_id o, const array& piece) {
      if (!starved[o]) return;
      if (is_zero(piece)) blocks = true;
      else starved[o] = 2;
    });
    if (blocks) r_.places.push_back(k), block(k, operands, starved);
  }

  auto block(node_id k, const detail::operand_list& operands, const std::vector<char>& starved) -> void {
    std::string at;
    for (auto o : operands)
      if (starved[o] && !g_.is_tensor(o)) at += fmt::format("{}{:.6g}", at.empty() ? " at " : ", ", g_.value(o));
    pieces_.push_back(fmt::format("{} has the slope 0{}", detail::operation_text(g_, k), at));
    r_.notes[k] = {"slope 0" + at + ": nothing is carried back", annotation::mood::doubtful};
  }
  auto cancel(node_id k) -> void {
    is_cancelled_ = true;
    pieces_.push_back(fmt::format("what is carried back to {} adds up to 0", detail::operation_text(g_, k)));
    r_.notes[k] = {"contributions add up to 0", annotation::mood::doubtful};
  }

  auto structural() -> zero_report {
    r_.why = zero_report::kind::structural;
    r_.words = fmt::format("ZERO: no way leads from {} to {}.", detail::operation_text(g_, x_), detail::operation_text(g_, y_));
    return std::move(r_);
  }

  auto describe() -> void {
    r_.why = is_cancelled_ ? zero_report::kind::cancelled : zero_report::kind::blocked;
    constexpr std::size_t most_told = 4;
    std::string text;
    for (std::size_t i = 0; i < std::min(most_told, pieces_.size()); ++i) text += (i > 0 ? "; " : "") + pieces_[i];
    if (pieces_.size() > most_told) text += fmt::format("; and so at {} more places", pieces_.size() - most_told);
    r_.words = fmt::format("ZERO: {} reaches {}, but {}.", detail::operation_text(g_, x_), detail::operation_text(g_, y_), text);
  }

  const graph& g_;
  node_id x_, y_;
  const adjoints& adjoints_;
  zero_report r_;
  std::vector<std::string> pieces_;
  bool is_cancelled_ = false;
};

}  // namespace

auto largest_contributions(const scalar& y, const scalar& x, std::size_t most) -> std::vector<contribution> {
  detail::require_node(y.ref(), "largest_contributions"), detail::require_node(x.ref(), "largest_contributions");
  const auto& g = graph::active();
  const auto from = g.id(x.ref(), "largest_contributions"), to = g.id(y.ref(), "largest_contributions");
  if (from > to || most == 0) return {};
  return ways(g, from, to, most).list();
}

auto why_zero(const scalar& y, const scalar& x) -> zero_report {
  detail::require_node(y.ref(), "why_zero"), detail::require_node(x.ref(), "why_zero");
  const auto& g = graph::active();
  const auto a = reverse(g, y);
  return zero_search(g, g.id(x.ref(), "why_zero"), g.id(y.ref(), "why_zero"), a).run();
}

namespace detail {
auto why_array_zero(const tensor& y, const tensor& x) -> zero_report {
  require_node(y.ref(), "why_zero"), require_node(x.ref(), "why_zero");
  const auto& g = graph::active();
  const auto a = reverse(g, y, array(1.0).cast(y.type()));
  return zero_search(g, g.id(x.ref(), "why_zero"), g.id(y.ref(), "why_zero"), a).run();
}
}  // namespace detail

}  // namespace seegrad
