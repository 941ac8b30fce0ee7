#include <autodiff/see/label.hpp>

#include <algorithm>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/array_label.hpp>
#include <autodiff/see/group_label.hpp>
#include <autodiff/see/heading.hpp>
#include <autodiff/see/label_rows.hpp>
#include <autodiff/see/neighbour_label.hpp>
#include <autodiff/see/remark.hpp>
#include <autodiff/see/snapshot.hpp>
#include <autodiff/see/text.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::detail::see {
namespace {

using namespace std::literals;

class label_writer : label_rows {
 public:
  label_writer(std::string& out, const scene& s, item_id i, const colour_scale& scale)
      : label_rows(out), s_(s), g_(s.g), item_(s.items[i]), i_(i), k_(item_.last), scale_(scale) {}

  auto put() -> void {
    switch (item_.what) {
      case item::kind::constant: return put_constant();
      case item::kind::group: return see::put_group(out_, s_, i_);
      default: return put_single();
    }
  }

 private:
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
    see::put_border(out_, s_, i_);
    tooltip("data");
    out_ += ']';
  }

  auto put_elements() -> void { out_ += "<tr><td colspan=\"2\">"sv, put_array(out_, s_, k_, scale_), out_ += "</td></tr>"sv; }

  auto put_own_note() -> void {
    if (const auto note = s_.options.notes.find(k_); note != s_.options.notes.end()) put_note(note->second);
  }

  auto put_single() -> void {
    open();
    put_heading(out_, s_, i_);
    const bool whole = g_.is_tensor(k_);
    if (item_.what == item::kind::call) put_function();
    else if (g_.is_tensor_node(k_)) put_kind();
    if (whole) put_elements();
    else put_numbers();
    put_birth();
    put_change();
    if (item_.more) wide_row(ink::label, "… uses hidden nodes");
    put_own_note();
    out_ += "</table>>"sv;
    const auto state = g_.state(k_);
    const bool ellipse = item_.what < item::kind::operation && (!whole || g_.array_value(k_).size() == 1);
    const bool rounded = item_.what >= item::kind::operation;
    if (ellipse) out_ += ",shape=ellipse,margin=0"sv;
    if (state == adjoint_state::structural_zero)
      out_ += rounded || ellipse ? ",style=\"filled,rounded,dashed\""sv : ",style=\"filled,dashed\""sv;
    else if (!rounded) out_ += ",style=filled"sv;
    if (item_.output) out_ += ",peripheries=2"sv;
    const auto fill = whole                                  ? array_fill(s_, k_, scale_)
                      : !std::isfinite(g_.value(k_))         ? ink::odd_fill
                      : s_.noise.has(k_)                     ? "white"
                      : state == adjoint_state::number       ? scale_.fill(g_.adjoint(k_))
                      : state == adjoint_state::not_computed ? ink::unknown_fill
                                                             : "white";
    out_ += ",fillcolor=\""sv, out_ += fill, out_ += '"';
    see::put_border(out_, s_, i_);
    tooltip(item_.what == item::kind::call ? s_.scope_name(item_.function) : g_.op(k_) ? g_.op(k_)->name : "input");
    out_ += ']';
  }

  auto put_change() -> void {
    if (!s_.options.before) return;
    if (const auto text = s_.options.before->change(g_, k_, s_.options.digits); !text.empty()) wide_row(ink::label, text);
  }

  auto put_function() -> void {
    std::size_t operations = 0;
    s_.each_node(i_, [&](node_id k) { operations += !g_.is_leaf(k); });
    std::string text;
    if (g_.is_tensor(k_)) put_html(text, array_text(g_.array_value(k_))), text += " · ";
    wide_row(ink::label, text + fmt::format("{} operations", count_text(operations)));
    const auto notes = s_.options.scope_notes.find(s_.scopes.all[item_.function].recorded);
    if (notes == s_.options.scope_notes.end()) return;
    for (const auto& note : notes->second) put_note(note);
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

  auto put_gradient() -> void {
    row("grad");
    const auto state = g_.state(k_);
    if (state == adjoint_state::not_computed) coloured(ink::label, "?");
    else if (state == adjoint_state::structural_zero) coloured(ink::label, "∅");
    else if (s_.noise.has(k_)) coloured(ink::quiet, "≈ 0");
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
    if (s_.noise.has(k_)) return wide_row(ink::label, text + " ≈ 0");
    text += fits ? " = " : " ≠ ";
    put_number(text, gradient, s_.options.digits);
    wide_row(fits ? ink::label : ink::bad, text);
  }

  // Who asked why_not_finite has the place marked by its remark.
  auto put_birth() -> void {
    const auto* b = first_birth_in(s_, i_);
    const auto note = s_.options.notes.find(k_);
    if (!b || (note != s_.options.notes.end() && note->second.text.find("born here") != std::string::npos)) return;
    std::string text;
    put_html(text, birth_text(g_, b->second));
    wide_row(ink::odd, "<b>" + text + "</b>");
  }

  auto put_note(const annotation& note) -> void { wide_row(ink_of(note), note_text(note)); }

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

  const scene& s_;
  const graph& g_;
  const item& item_;
  item_id i_;
  node_id k_;
  const colour_scale& scale_;
};

}  // namespace

auto put_node(std::string& out, const scene& s, item_id i, const colour_scale& scale) -> void {
  if (s.items[i].neighbour) put_neighbour(out, s, i);
  else label_writer(out, s, i, scale).put();
}

auto ordered(const operation& op) -> bool {
  return op.arity != 1 && op.symbol != "+" && op.symbol != "*" && op.name != "min" && op.name != "max" && op.name != "hypot";
}

auto is_numbered(const scene& s, const link& l) -> bool {
  const auto k = s.single(l.to) ? s.node(l.to) : 0;
  return s.single(l.to) && s.items[l.to].what != item::kind::call && s.g.is_tensor_node(k) && s.g.operands(k).size() > 1 &&
         ordered(*s.g.op(k));
}

}  // namespace seegrad::detail::see
