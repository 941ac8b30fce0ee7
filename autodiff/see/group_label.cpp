#include <autodiff/see/group_label.hpp>

#include <algorithm>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/label_rows.hpp>
#include <autodiff/see/remark.hpp>
#include <autodiff/see/repeat.hpp>
#include <autodiff/see/text.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace seegrad::detail::see {
namespace {

using namespace std::literals;

class group_writer : label_rows {
 public:
  group_writer(std::string& out, const scene& s, item_id i) : label_rows(out), s_(s), g_(s.g), item_(s.items[i]), i_(i) {}

  auto put() -> void { put_group(); }

 private:
  // The last of the scopes that were merged into the box.
  auto last_scope() const -> scope_id {
    auto s = s_.scope(item_.last);
    while (s_.scope_parent(s) != s_.scope_parent(item_.scope)) s = s_.scope_parent(s);
    return s;
  }
  auto group_name() const -> std::string {
    return list_name(s_.scope_name(item_.scope), s_.scope_name(item_.copies > 1 ? last_scope() : item_.scope));
  }
  // Those of the first, and what is wrong with the others, and with what is inside of one that no layer is.
  auto put_scope_notes() -> void {
    const auto& all = s_.options.scope_notes;
    const auto last = item_.copies > 1 ? last_scope() : item_.scope;
    const bool is_implied = s_.scopes.all[item_.scope].recorded == scope_list::implied;
    for (auto c = item_.scope; c < s_.scopes.all.size() && (c <= last || is_inside(c, last)); ++c) {
      const auto at = all.find(s_.scopes.all[c].recorded);
      if (at == all.end() || (s_.scope_parent(c) != s_.scope_parent(item_.scope) && !is_implied)) continue;
      for (const auto& note : at->second)
        if (c == item_.scope || note.how == annotation::mood::bad || note.how == annotation::mood::doubtful) put_note(note);
    }
  }
  auto is_inside(scope_id c, scope_id outer) const -> bool {
    for (; c > outer; c = s_.scope_parent(c)) {}
    return c == outer;
  }

  auto put_note(const annotation& note) -> void { wide_row(ink_of(note), note_text(note)); }

  auto put_group() -> void {
    std::size_t operations = 0, inputs = 0, constants = 0;
    double largest = 0;
    bool any = false, noise = false;
    s_.each_node(i_, [&](node_id k) {
      ++(g_.op(k) ? operations : g_.is_input(k) ? inputs : constants);
      if (g_.state(k) != adjoint_state::number) return;
      if (s_.noise.has(k)) return static_cast<void>(noise = true);
      const double size = largest_gradient(k);
      any = true, largest = size > largest || std::isnan(size) ? size : largest;
    });
    open();
    out_ += "<tr><td colspan=\"2\"><font point-size=\"14\"><b>"sv, put_html(out_, group_name()),
        out_ += item_.copies > 1 ? "&#160;</b>"sv : "</b>"sv;
    if (item_.copies > 1) out_ += "×"sv, out_ += count_text(item_.copies);
    out_ += "</font></td></tr>"sv;
    put_scope_notes();
    const auto count = [&](std::size_t n, std::string_view what) {
      if (n) wide_row(ink::label, fmt::format("{} {}{}", count_text(n), what, n == 1 ? "" : "s"));
    };
    count(operations, "operation"), count(inputs, "input"), count(constants, "constant");
    if (any) wide_row(ink::label, "|grad| up to " + number_text(largest, s_.options.digits));
    else if (noise) wide_row(ink::label, "grad ≈ 0");
    if (const auto* b = first_birth_in(s_, i_)) {
      std::string text;
      put_html(text, birth_text(g_, b->second) + " (node " + std::to_string(b->first) + ")");
      wide_row(ink::odd, "<b>" + text + "</b>");
    }
    if (const auto n = remarks_in(s_, i_); n.bad + n.doubtful + n.good > 0) {
      if (n.bad) wide_row(ink::bad, fmt::format("<b>✗ {} bad</b>", n.bad));
      if (n.doubtful) wide_row(ink::doubtful, fmt::format("! {} doubtful", n.doubtful));
      if (n.good) wide_row(ink::good, fmt::format("✓ {} good", n.good));
    }
    out_ += "</table>>,shape=folder,style=filled,fillcolor=\""sv;
    out_ += !first_birth_in(s_, i_) && std::isfinite(largest) && is_finite(g_, item_.last) ? "#f4f1ea"sv : ink::odd_fill,
        out_ += '"';
    if (item_.output) out_ += ",peripheries=2"sv;
    see::put_border(out_, s_, i_);
    out_ += ']';
  }

  auto largest_gradient(node_id k) const -> double {
    if (!g_.is_tensor(k)) return std::abs(g_.adjoint(k));
    const auto f = facts_of(s_.noise.cleared(g_, k));
    if (f.nans) return std::numeric_limits<double>::quiet_NaN();
    return f.infinities ? std::numeric_limits<double>::infinity() : std::max(std::abs(f.min), std::abs(f.max));
  }

  const scene& s_;
  const graph& g_;
  const item& item_;
  item_id i_;
};

}  // namespace

auto put_group(std::string& out, const scene& s, item_id i) -> void { group_writer(out, s, i).put(); }

}  // namespace seegrad::detail::see
