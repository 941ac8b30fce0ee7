#include <autodiff/see/legend.hpp>

#include <autodiff/array/utf8.hpp>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/array_label.hpp>
#include <autodiff/see/label.hpp>
#include <autodiff/see/link_label.hpp>
#include <autodiff/see/text.hpp>
#include <fmt/format.h>

namespace seegrad::see {
namespace {

// Spaces stand at the end of a piece of text, as some readers of SVG drop them at its beginning.
class legend_writer {
 public:
  legend_writer(const scene& s, const colour_scale& scale) : s_(s), scale_(scale), vertical_(is_vertical(s.options.direction)) {}

  auto text() -> std::string {
    look();
    if (!s_.options.title.empty()) {
      std::string title = "<font point-size=\"16\" color=\"#1a1a1a\"><b>";
      put_html(title, s_.options.title, "<br align=\"left\"/>");
      line(title + "</b></font>");
    }
    if (s_.options.legend) {
      put_shapes();
      put_edges();
      put_arrays();
      put_gradients();
    }
    put_hidden();
    if (rows_.empty()) return {};
    return "<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"1\">" + rows_ +
           "<tr><td height=\"12\"></td></tr></table>";
  }

 private:
  static auto is_vertical(picture_direction d) -> bool {
    return d == picture_direction::top_to_bottom || d == picture_direction::bottom_to_top;
  }

  auto look() -> void {
    for (item_id i = 0; i < s_.items.size(); ++i) {
      const auto& it = s_.items[i];
      if (!it.kept) continue;
      if (it.what == item::kind::group) groups_ = true;
      else if (it.what == item::kind::operation) operations_ = true;
      else if (it.what == item::kind::terms) terms_ = true;
      else if (!s_.g.is_tensor(s_.node(i))) (it.what == item::kind::input ? inputs_ : constants_) = true;
      outputs_ |= it.output;
      if (it.what == item::kind::group && it.automatic) {
        boxes_ += it.copies;
        s_.each_node(i, [&](node_id) { ++boxed_; });
      }
      if (!s_.single(i) || it.what == item::kind::constant) continue;
      noise_ |= s_.noise.has(s_.node(i)) || s_.noise.elements.contains(s_.node(i));
      odd_ |= !is_finite(s_.g, s_.node(i)) || !is_gradient_finite(s_.g, s_.node(i));
      const auto state = s_.g.state(s_.node(i));
      (state == adjoint_state::number                                   ? numbers_
       : state == adjoint_state::not_computed && s_.g.swept(s_.node(i)) ? not_kept_
       : state == adjoint_state::not_computed                           ? not_computed_
                                                                        : structural_zeros_) = true;
      look_at_array(s_.node(i));
    }
    for (const auto& l : s_.links) {
      if (l.from == no_item || l.to == no_item || !l.active || l.count > 1) continue;
      if (!l.local_known) {
        (l.is_norm ? norms_ : numbers_carried_) |= l.swept && l.kept;
        shares_ |= l.is_norm && l.swept && l.kept && s_.single(l.from) && s_.inflows[l.from].count > 1;
        numbered_ |= is_numbered(s_, l);
        continue;
      }
      locals_ = true, carried_ |= l.swept;
      if (s_.single(l.to) && s_.g.op(s_.node(l.to)) && ordered(*s_.g.op(s_.node(l.to)))) slots_ = true;
    }
  }

  auto look_at_array(node_id k) -> void {
    if (!s_.g.is_tensor(k)) return;
    const auto value = s_.g.array_value(k);
    if (shown_in_full(value)) return;
    histograms_ |= has_histogram(value), heat_maps_ |= has_heat_map(s_, value);
  }

  auto put_shapes() -> void {
    if (inputs_) add("◯", "input");
    if (operations_) add("▢", "operation");
    if (outputs_) add("▣", "output");
    if (terms_) add("Σ Π", "sum, product of many terms");
    if (constants_) add("3", "constant");
    if (groups_) add("▤", "scope as one box");
    flush();
  }

  auto put_edges() -> void {
    if (locals_) add("∂", "local derivative of a result by its operand");
    if (slots_) add("∂₁ ∂₂", "by the first, second");
    if (carried_)
      add(std::string("<b>") + std::string(back_arrow(s_.options.direction)) + "</b>", "carried back: ∂ × grad of the result");
    put_norms();
    flush();
    if (carried_) add("", "What its lines carry back adds up to the grad of a node; the thicker, the larger the share.");
    flush();
  }

  auto put_norms() -> void {
    const auto arrow = std::string("<b>") + std::string(back_arrow(s_.options.direction));
    if (numbers_carried_ && !carried_) add(arrow + "</b>", "carried back to the grad of the operand");
    if (norms_) add(arrow + " norm</b>", "√Σx² of what is carried back to the grad of an array");
    if (shares_) add("%", "its share, where several lines carry back");
    if (numbered_) add("1st 2nd", "operand");
  }

  auto put_arrays() -> void {
    if (histograms_)
      add(fmt::format("spread <font color=\"{}\">▂▅</font><font color=\"{}\">▇▃▁</font>", line_colour(-1), line_colour(1)),
          "how many elements (without zeros) lie where between min and max, orange below 0");
    if (heat_maps_)
      add(fmt::format("<font color=\"{}\">▪</font><font color=\"{}\">▪</font>", heat(-1, 1), heat(1, 1)),
          "heat map of the matrix, or of the means of its blocks: orange below 0, blue above");
    flush();
  }

  auto put_gradients() -> void {
    if (numbers_ && !s_.outputs.empty()) put_scale();
    if (not_kept_) add("not kept", "the sweep kept the gradients of inputs only: call backward(y, adjoints::all)");
    if (not_computed_) add("?", "not computed: call backward() first");
    if (odd_) add(fmt::format("<font color=\"{}\">■</font>", ink::odd), "not finite, and the lines on which that comes");
    if (noise_) add("≈ 0", "what is carried back cancels to rounding");
    if (structural_zeros_) add("∅", "no path to the output: zero by structure");
    flush();
  }

  auto put_scale() -> void {
    const auto& name = s_.outputs.size() == 1 ? std::string(s_.g.name(s_.outputs[0])) : std::string();
    std::string text = "derivative of ";
    if (s_.outputs.size() == 1 && s_.g.is_tensor(s_.outputs[0]) && s_.g.array_value(s_.outputs[0]).size() != 1)
      text += s_.g.outputs() == s_.outputs ? "Σ seed × output by the node" : "the output of the sweep by the node";
    else if (name.empty() || detail::characters(name) > 20) text += "the output by the node";
    else put_html(text, name), text += " by the node";
    add("grad", text);
    if (scale_.empty()) return;
    std::string bar;
    const int step = scale_.high() - scale_.low() > 4 ? 2 : 1;
    const auto swatch = [&](double x) {
      bar += fmt::format("<td bgcolor=\"{}\" cellpadding=\"3\">", scale_.fill(x));
      put_number(bar, x, 4), bar += "</td>";
    };
    for (int e = scale_.high(); e >= scale_.low(); e -= step) swatch(-std::pow(10.0, e));
    bar += "<td bgcolor=\"white\" cellpadding=\"3\">0</td>";
    const int lowest = scale_.high() - (scale_.high() - scale_.low()) / step * step;
    for (int e = lowest; e <= scale_.high(); e += step) swatch(std::pow(10.0, e));
    row_ = "<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"2\"><tr><td align=\"left\" cellpadding=\"0\">" +
           row_ + "&#160; </td>" + bar + "<td></td></tr></table>";
    flush();
  }

  // Said whether or not there is a legend.
  auto put_hidden() -> void {
    if (boxes_) {
      line(fmt::format("<b>{} of {} nodes are hidden in {}&#160;</b>(max_nodes = {})", count_text(boxed_),
                       count_text(s_.shown_count),
                       boxes_ == 1 ? "a scope drawn as a box" : count_text(boxes_) + " scopes drawn as boxes",
                       count_text(s_.options.max_nodes)));
    }
    if (s_.cut_links) line(fmt::format("<b>{} lines between boxes are hidden</b>", count_text(s_.cut_links)));
  }

  auto add(std::string_view sign, std::string_view meaning) -> void {
    if (detail::characters(meaning) + column_ > (vertical_ ? 60 : 110)) flush();
    column_ += detail::characters(meaning) + 6;
    if (!row_.empty()) row_ += "&#160;&#160;&#160;&#160; ";
    if (!sign.empty()) row_ += fmt::format("<font color=\"{}\">{}&#160; </font>", ink::text, sign);
    row_ += meaning;
  }
  auto flush() -> void {
    if (!row_.empty()) line(row_);
    row_.clear(), column_ = 0;
  }
  auto line(std::string_view text) -> void { rows_ += "<tr><td align=\"left\">", rows_ += text, rows_ += "</td></tr>"; }

  const scene& s_;
  const colour_scale& scale_;
  bool vertical_;
  bool inputs_ = false, constants_ = false, operations_ = false, groups_ = false, outputs_ = false;
  bool numbers_ = false, not_computed_ = false, structural_zeros_ = false, locals_ = false, carried_ = false, slots_ = false;
  bool noise_ = false, odd_ = false, terms_ = false;
  bool not_kept_ = false, norms_ = false, shares_ = false, numbers_carried_ = false, numbered_ = false, histograms_ = false,
       heat_maps_ = false;
  std::size_t boxes_ = 0, boxed_ = 0, column_ = 0;
  std::string rows_, row_;
};

}  // namespace

auto head(const scene& s, const colour_scale& scale) -> std::string { return legend_writer(s, scale).text(); }

}  // namespace seegrad::see
