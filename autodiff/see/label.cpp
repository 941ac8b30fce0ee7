#include <autodiff/see/label.hpp>

#include <algorithm>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/array_label.hpp>
#include <autodiff/see/formula_text.hpp>
#include <autodiff/see/repeat.hpp>
#include <autodiff/see/text.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace seegrad::see {
namespace {

using namespace std::literals;

class label_writer {
 public:
  label_writer(std::string& out, const scene& s, item_id i, const colour_scale& scale)
      : out_(out), s_(s), g_(s.g), item_(s.items[i]), i_(i), k_(item_.last), scale_(scale) {}

  auto put() -> void {
    switch (item_.what) {
      case item::kind::constant: return put_constant();
      case item::kind::group: return put_group();
      default: return put_single();
    }
  }

 private:
  auto open() -> void { out_ += "[label=<<table border=\"0\" cellspacing=\"0\" cellpadding=\"0\">"sv; }
  auto coloured(std::string_view colour, std::string_view text) -> void {
    out_ += "<font color=\""sv, out_ += colour, out_ += "\">"sv, out_ += text, out_ += "</font>"sv;
  }
  auto wide_row(std::string_view colour, std::string_view text) -> void {
    out_ += "<tr><td colspan=\"2\"><font point-size=\"10\" color=\""sv, out_ += colour, out_ += "\">"sv, out_ += text;
    out_ += "</font></td></tr>"sv;
  }
  auto row(std::string_view what) -> void {
    out_ += "<tr><td align=\"left\"><font point-size=\"10\" color=\"#3d3d3d\">"sv, out_ += what;
    out_ += "  </font></td><td align=\"right\">"sv;
  }
  auto end_row() -> void { out_ += "</td></tr>"sv; }

  auto put_constant() -> void {
    if (g_.is_tensor(k_)) return put_data();
    out_ += "[label=<"sv;
    if (const auto name = g_.name(k_); !name.empty()) {
      out_ += "<b>"sv, put_html(out_, name), out_ += "&#160;</b>= "sv;
    }
    put_number(out_, g_.value(k_), s_.options.digits);
    out_ += ">,shape=plaintext,style=\"\",fontcolor=\""sv, out_ += ink::quiet,
        out_ += "\",margin=\"0.06,0.02\",height=0.2,width=0.1"sv;
    tooltip("constant");
    out_ += ']';
  }

  // Data: its name, what it is, and little more.
  auto put_data() -> void {
    open();
    if (const auto name = g_.name(k_); !name.empty()) {
      out_ += "<tr><td><font point-size=\"13\"><b>"sv, put_html(out_, name), out_ += "</b></font></td></tr>"sv;
    }
    std::string kind;
    put_html(kind, kind_text(g_, k_)), wide_row(ink::quiet, kind);
    put_elements();
    put_own_note();
    out_ += "</table>>,style=filled,color=\"#cfcfc8\",fontcolor=\""sv, out_ += ink::quiet, out_ += "\",fillcolor=\""sv;
    out_ += std::isfinite(norm_of(g_.array_value(k_))) ? "#fafaf7"sv : ink::odd_fill, out_ += "\",margin=\"0.08,0.03\""sv;
    put_border();
    tooltip("data");
    out_ += ']';
  }

  auto put_elements() -> void { out_ += "<tr><td colspan=\"2\">"sv, put_array(out_, s_, k_, scale_), out_ += "</td></tr>"sv; }

  auto put_own_note() -> void {
    if (const auto note = s_.options.notes.find(k_); note != s_.options.notes.end()) put_note(note->second);
  }

  auto put_single() -> void {
    open();
    put_heading();
    const bool whole = g_.is_tensor(k_);
    if (g_.is_tensor_node(k_)) put_kind();
    if (whole) put_elements();
    else put_numbers();
    if (item_.more) wide_row(ink::label, "… uses hidden nodes");
    put_own_note();
    out_ += "</table>>"sv;
    const auto state = g_.state(k_);
    const bool ellipse = item_.what != item::kind::operation && (!whole || g_.array_value(k_).size() == 1);
    const bool rounded = item_.what == item::kind::operation;
    if (ellipse) out_ += ",shape=ellipse,margin=0"sv;
    if (state == adjoint_state::structural_zero)
      out_ += rounded || ellipse ? ",style=\"filled,rounded,dashed\""sv : ",style=\"filled,dashed\""sv;
    else if (!rounded) out_ += ",style=filled"sv;
    if (item_.output) out_ += ",peripheries=2"sv;
    const auto fill = whole                                  ? array_fill(g_, k_, scale_)
                      : state == adjoint_state::number       ? scale_.fill(g_.adjoint(k_))
                      : state == adjoint_state::not_computed ? ink::unknown_fill
                                                             : "white";
    out_ += ",fillcolor=\""sv, out_ += fill, out_ += '"';
    put_border();
    tooltip(g_.op(k_) ? g_.op(k_)->name : "input");
    out_ += ']';
  }

  auto put_kind() -> void {
    const auto kind = kind_text(g_, k_);
    if (kind.empty()) return;
    std::string text;
    put_html(text, kind), wide_row(ink::label, text);
  }

  auto put_numbers() -> void {
    row("value");
    const double v = g_.value(k_);
    if (std::isfinite(v)) put_number(out_, v, s_.options.digits);
    else coloured(ink::odd, "<b>" + number_text(v, 4) + "</b>");
    end_row();
    put_gradient();
    if (s_.options.sums) put_sum();
  }

  // The name large, and what it is made of; without a name, what it is made of.
  auto put_heading() -> void {
    auto name = g_.name(k_);
    std::string text;
    if (g_.op(k_)) text = formula_of(g_, k_, s_.options.digits, !name.empty());
    // A name that is itself a formula in brackets, as the command line gives to steps without a name, says it all.
    const bool bracketed = g_.op(k_) && name.starts_with('(') && name.ends_with(')');
    if (bracketed) text = name.substr(1, name.size() - 2);
    if (bracketed || name == text) name = {};
    if (g_.op(k_) && text.empty()) text = sign_of(*g_.op(k_));
    else if (!name.empty() && !text.empty()) text = "= " + text;
    if (name.empty() && text.empty()) return;
    out_ += "<tr><td colspan=\"2\" cellpadding=\"1\">"sv;
    if (!name.empty())
      out_ += "<font point-size=\"16\"><b>"sv, put_html(out_, name),
          out_ += text.empty() ? "</b></font>"sv : "&#160;</b></font>"sv;
    if (!text.empty()) {
      out_ += name.empty() ? "<font point-size=\"14\">" : "<font point-size=\"13\" color=\"#3d3d3d\">";
      put_html(out_, text), out_ += "</font>"sv;
    }
    end_row();
  }

  auto put_gradient() -> void {
    row("grad");
    const auto state = g_.state(k_);
    if (state == adjoint_state::not_computed) coloured(ink::label, "?");
    else if (state == adjoint_state::structural_zero) coloured(ink::label, "∅");
    else {
      const double x = g_.adjoint(k_);
      out_ += "<font color=\""sv, out_ += text_colour(x), out_ += "\"><b>"sv;
      put_number(out_, x, s_.options.digits), out_ += "</b></font>"sv;
    }
    end_row();
  }

  // 3 + 9 = 12; an output has its seed besides.
  auto put_sum() -> void {
    if (g_.state(k_) != adjoint_state::number) return;
    const auto& in = s_.inflows[i_];
    const double gradient = g_.adjoint(k_);
    const auto& seeds = g_.outputs();
    bool first = true;
    const bool seeded = std::find(seeds.begin(), seeds.end(), k_) != seeds.end();
    std::string text = "Σ ";
    const auto add = [&](double x) {
      if (!first) text += std::signbit(x) ? " − " : " + ";
      put_number(text, first ? x : std::abs(x), s_.options.digits);
      first = false;
    };
    for (std::uint32_t i = 0; i < std::min<std::size_t>(in.count, s_.listed[i_].size()); ++i) add(s_.listed[i_][i]);
    if (in.count > s_.listed[i_].size()) text += fmt::format(" + … {} more", count_text(in.count - s_.listed[i_].size()));
    if (seeded) {
      text += first ? "seed " : " + seed ";
      put_number(text, gradient - in.sum, s_.options.digits);
    }
    const bool fits = seeded || !(std::abs(in.sum - gradient) > 1e-9 * std::max(in.size, std::abs(gradient)));
    text += fits ? " = " : " ≠ ";
    put_number(text, gradient, s_.options.digits);
    wide_row(fits ? ink::label : ink::bad, text);
  }

  auto put_note(const annotation& note) -> void { wide_row(ink_of(note), note_text(note)); }

  auto put_border() -> void {
    const auto n = remarks_in(s_, i_);
    if (n.bad) out_ += ",color=\""sv, out_ += ink::bad, out_ += "\",penwidth=3"sv;
    else if (n.doubtful) out_ += ",color=\""sv, out_ += ink::doubtful, out_ += "\",penwidth=2"sv;
  }

  // The last of the scopes that were merged into the box.
  auto last_scope() const -> scope_id {
    auto s = s_.scope(item_.last);
    while (g_.scope_parent(s) != g_.scope_parent(item_.scope)) s = g_.scope_parent(s);
    return s;
  }
  auto group_name() const -> std::string {
    return list_name(g_.scope_name(item_.scope), g_.scope_name(item_.copies > 1 ? last_scope() : item_.scope));
  }
  // Those of the first, and what is wrong with the others.
  auto put_scope_notes() -> void {
    const auto& all = s_.options.scope_notes;
    const auto last = item_.copies > 1 ? last_scope() : item_.scope;
    for (auto at = all.lower_bound(item_.scope); at != all.end() && at->first <= last; ++at) {
      if (g_.scope_parent(at->first) != g_.scope_parent(item_.scope)) continue;
      for (const auto& note : at->second)
        if (at->first == item_.scope || note.how == annotation::mood::bad || note.how == annotation::mood::doubtful)
          put_note(note);
    }
  }

  auto put_group() -> void {
    std::size_t operations = 0, inputs = 0, constants = 0;
    double largest = 0;
    bool any = false;
    s_.each_node(i_, [&](node_id k) {
      ++(g_.op(k) ? operations : g_.is_input(k) ? inputs : constants);
      if (g_.state(k) != adjoint_state::number) return;
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
    if (const auto n = remarks_in(s_, i_); n.bad + n.doubtful + n.good > 0) {
      if (n.bad) wide_row(ink::bad, fmt::format("<b>✗ {} bad</b>", n.bad));
      if (n.doubtful) wide_row(ink::doubtful, fmt::format("! {} doubtful", n.doubtful));
      if (n.good) wide_row(ink::good, fmt::format("✓ {} good", n.good));
    }
    out_ += "</table>>,shape=folder,style=filled,fillcolor=\"#f4f1ea\""sv;
    if (item_.output) out_ += ",peripheries=2"sv;
    put_border();
    out_ += ']';
  }

  auto largest_gradient(node_id k) const -> double {
    if (!g_.is_tensor(k)) return std::abs(g_.adjoint(k));
    const auto f = facts_of(g_.array_adjoint(k));
    if (f.nans) return std::numeric_limits<double>::quiet_NaN();
    return f.infinities ? std::numeric_limits<double>::infinity() : std::max(std::abs(f.min), std::abs(f.max));
  }

  // All digits, for readers who need them: an SVG shows them where the mouse rests.
  auto tooltip(std::string_view what) -> void {
    fmt::format_to(std::back_inserter(out_), ",tooltip=\"node {}", k_);
    if (const auto name = g_.name(k_); !name.empty()) out_ += ' ', put_quoted(out_, name);
    out_ += ": "sv, put_quoted(out_, what);
    if (g_.is_tensor(k_)) return put_norms();
    out_ += ", value "sv, put_exact(out_, g_.value(k_));
    if (g_.state(k_) == adjoint_state::number) out_ += ", gradient "sv, put_exact(out_, g_.adjoint(k_));
    out_ += '"';
  }

  auto put_norms() -> void {
    out_ += ", "sv, put_quoted(out_, kind_text(g_, k_)), out_ += ", norm "sv, put_exact(out_, norm_of(g_.array_value(k_)));
    if (g_.state(k_) == adjoint_state::number)
      out_ += ", norm of the gradient "sv, put_exact(out_, norm_of(g_.array_adjoint(k_)));
    out_ += '"';
  }

  std::string& out_;
  const scene& s_;
  const graph& g_;
  const item& item_;
  item_id i_;
  node_id k_;
  const colour_scale& scale_;
};

}  // namespace

auto put_node(std::string& out, const scene& s, item_id i, const colour_scale& scale) -> void {
  label_writer(out, s, i, scale).put();
}

auto ordered(const operation& op) -> bool {
  return op.arity != 1 && op.symbol != "+" && op.symbol != "*" && op.name != "min" && op.name != "max" && op.name != "hypot";
}

auto is_numbered(const scene& s, const link& l) -> bool {
  const auto k = s.single(l.to) ? s.node(l.to) : 0;
  return s.single(l.to) && s.g.is_tensor_node(k) && s.g.operands(k).size() > 1 && ordered(*s.g.op(k));
}

auto remarks_in(const scene& s, item_id i) -> remarks {
  remarks r;
  const auto& notes = s.options.notes;
  for (auto at = notes.lower_bound(s.items[i].first); at != notes.end() && at->first <= s.items[i].last; ++at) {
    if (s.item_of[at->first] != i) continue;
    switch (at->second.how) {
      case annotation::mood::good: ++r.good; break;
      case annotation::mood::doubtful: ++r.doubtful; break;
      case annotation::mood::bad: ++r.bad; break;
      case annotation::mood::plain: break;
    }
  }
  return r;
}

auto note_text(const annotation& note) -> std::string {
  using mood = annotation::mood;
  std::string text = note.how == mood::good ? "✓ " : note.how == mood::bad ? "✗ " : note.how == mood::doubtful ? "! " : "";
  put_html(text, note.text);
  return note.how == mood::bad ? "<b>" + text + "</b>" : text;
}

auto ink_of(const annotation& note) -> std::string_view {
  switch (note.how) {
    case annotation::mood::good: return ink::good;
    case annotation::mood::bad: return ink::bad;
    case annotation::mood::doubtful: return ink::doubtful;
    case annotation::mood::plain: break;
  }
  return ink::label;
}

}  // namespace seegrad::see
