#include <autodiff/see/legend.hpp>

#include <algorithm>
#include <autodiff/array/utf8.hpp>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/array_label.hpp>
#include <autodiff/see/label.hpp>
#include <autodiff/see/link_label.hpp>
#include <autodiff/see/text.hpp>
#include <cmath>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace seegrad::detail::see {
namespace {

class legend_writer {
 public:
  legend_writer(const scene& s, const colour_scale& scale) : s_(s), scale_(scale), vertical_(is_vertical(s.options.direction)) {}

  auto text() -> captions {
    look();
    captions out;
    if (!s_.options.title.empty()) {
      std::string title = "<font point-size=\"16\" color=\"#1a1a1a\"><b>";
      put_html(title, s_.options.title, "<br align=\"left\"/>");
      line(title + "</b></font>");
    }
    put_hidden();
    out.above = table(R"(<tr><td height="12"></td></tr>)", false);
    if (s_.options.legend.value_or(nodes_ >= fewest_nodes)) {
      put_gradients();
      put_edges();
      put_arrays();
      put_shapes();
      choose();
      out.below = table(R"(<tr><td height="12"></td></tr>)", true);
    }
    return out;
  }

 private:
  static auto is_vertical(picture_direction d) -> bool {
    return d == picture_direction::top_to_bottom || d == picture_direction::bottom_to_top;
  }

  auto look() -> void {
    for (item_id i = 0; i < s_.items.size(); ++i) {
      const auto& it = s_.items[i];
      if (!it.kept) continue;
      // With their lines, gaps, and the room between.
      ++nodes_, area_ += !s_.single(i)                                 ? 20'000
                         : !s_.g.is_tensor(s_.node(i))                 ? 15'000
                         : shown_in_full(s_.g.array_value(s_.node(i))) ? 22'000
                                                                       : 36'000;
      if (it.what == item::kind::group) groups_ = true;
      else if (it.what == item::kind::operation) operations_ = true;
      else if (it.what == item::kind::terms) terms_ = true;
      else if (it.what == item::kind::call) calls_ = true;
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
      if (s_.single(l.to) && ordered(*s_.g.op(s_.node(l.to)))) slots_ = true;
    }
  }

  auto look_at_array(node_id k) -> void {
    if (!s_.g.is_tensor(k)) return;
    const auto value = s_.g.array_value(k);
    if (shown_in_full(value)) return;
    histograms_ |= has_histogram(value), heat_maps_ |= has_heat_map(s_, value);
  }

  // By importance: what cannot be guessed first.
  auto put_gradients() -> void {
    if (not_kept_) add(0, "not kept", "the sweep kept the gradients of inputs only: call backward(y, adjoints::all)");
    if (not_computed_) add(0, "?", "not computed: call backward() first");
    if (numbers_ && !s_.outputs.empty()) put_scale();
    if (odd_) add(0, fmt::format("<font color=\"{}\">■</font>", ink::odd), "not finite, and the lines on which that comes");
    if (noise_) add(0, "≈ 0", "what is carried back cancels to rounding");
    if (structural_zeros_) add(0, "∅", "no path to the output: zero by structure");
  }

  auto put_edges() -> void {
    const auto arrow = std::string("<b>") + std::string(back_arrow(s_.options.direction));
    if (carried_) add(2, arrow + "</b>", "carried back: ∂ × grad of the result");
    if (locals_) add(3, "∂", "local derivative of a result by its operand");
    if (slots_) add(5, "∂₁ ∂₂", "by the first, second");
    if (numbers_carried_ && !carried_) add(2, arrow + "</b>", "carried back to the grad of the operand");
    if (norms_) add(2, arrow + " norm</b>", "√Σx² of what is carried back to the grad of an array");
    if (shares_) add(4, "%", "its share, where several lines carry back");
    if (numbered_) add(6, "1st 2nd", "operand");
    if (carried_) add(7, "", "What its lines carry back adds up to the grad of a node; the thicker, the larger the share.");
  }

  auto put_arrays() -> void {
    if (histograms_)
      add(4, fmt::format("spread <font color=\"{}\">▂▅</font><font color=\"{}\">▇▃▁</font>", line_colour(-1), line_colour(1)),
          "how many elements (without zeros) lie where between min and max, orange below 0");
    if (heat_maps_)
      add(5, fmt::format("<font color=\"{}\">▪</font><font color=\"{}\">▪</font>", heat(-1, 1), heat(1, 1)),
          "heat map of the matrix, or of the means of its blocks: orange below 0, blue above");
  }

  auto put_shapes() -> void {
    if (calls_) add(6, "4 operations", "a function, drawn as one; named in open, it shows them");
    if (terms_) add(4, "Σ Π", "sum, product of many terms");
    if (groups_) add(5, "▤", "scope as one box");
    // All of these or none.
    entry shapes{8, {}, {}, 0};
    const auto shape = [&](bool occurs, std::string_view sign, std::string_view meaning) {
      if (!occurs) return;
      if (!shapes.text.empty()) shapes.text += gap;
      shapes.text += signed_text(sign, meaning), shapes.width += meaning.size() + 8;
    };
    shape(inputs_, "◯", "input"), shape(operations_, "▢", "operation"), shape(outputs_, "▣", "output"),
        shape(constants_, "3", "constant");
    if (shapes.width > 0) entries_.push_back(std::move(shapes));
  }

  auto put_scale() -> void {
    const auto& name = s_.outputs.size() == 1 ? std::string(s_.g.name(s_.outputs[0])) : std::string();
    std::string text = "derivative of ";
    if (s_.outputs.size() == 1 && s_.g.is_tensor(s_.outputs[0]) && s_.g.array_value(s_.outputs[0]).size() != 1)
      text += s_.g.outputs() == s_.outputs ? "Σ seed × output by the node" : "the output of the sweep by the node";
    else if (name.empty() || detail::characters(name) > 20) text += "the output by the node";
    else put_html(text, name), text += " by the node";
    if (scale_.empty()) return add(1, "grad", text);
    std::string bar;
    const int step = scale_.high() - scale_.low() > 4 ? 2 : 1;
    const auto swatch = [&](double x) {
      bar += fmt::format("<td bgcolor=\"{}\" cellpadding=\"3\"><font color=\"{}\">", scale_.fill(x), ink::text);
      put_number(bar, x, 4), bar += "</font></td>";
    };
    for (int e = scale_.high(); e >= scale_.low(); e -= step) swatch(-std::pow(10.0, e));
    bar += "<td bgcolor=\"white\" cellpadding=\"3\">0</td>";
    const int lowest = scale_.high() - (scale_.high() - scale_.low()) / step * step;
    for (int e = lowest; e <= scale_.high(); e += step) swatch(std::pow(10.0, e));
    add(1, "grad", text);
    entries_.back().bar = bar, entries_.back().width += 40;
  }

  // Said whether or not there is a legend.
  auto put_hidden() -> void {
    if (boxes_) {
      const auto most = s_.options.most_open();
      line(fmt::format("<b>{} of {} nodes are in {}&#160;</b>({} = {}; more opens them)", count_text(boxed_),
                       count_text(s_.shown_count),
                       boxes_ == 1 ? "a scope drawn as a box" : count_text(boxes_) + " scopes drawn as boxes",
                       most < s_.options.max_nodes ? "fold_above" : "max_nodes", count_text(most)));
    }
    if (s_.cut_links) line(fmt::format("<b>{} lines between boxes are hidden</b>", count_text(s_.cut_links)));
  }

  struct entry {
    int importance;
    std::string text, bar;
    std::size_t width;  // in characters
  };
  auto add(int importance, std::string_view sign, std::string_view meaning) -> void {
    entries_.push_back({importance, signed_text(sign, meaning), {}, detail::characters(meaning) + 8});
  }
  static auto signed_text(std::string_view sign, std::string_view meaning) -> std::string {
    return (sign.empty() ? std::string() : fmt::format("<font color=\"{}\">{}&#160; </font>", ink::text, sign)) +
           std::string(meaning);
  }
  auto line(std::string_view text) -> void { rows_ += "<tr><td align=\"left\">", rows_ += text, rows_ += "</td></tr>"; }
  auto table(std::string_view space, bool below) -> std::string {
    const auto rows = std::exchange(rows_, {});
    if (rows.empty()) return {};
    std::string out = R"(<table border="0" cellborder="0" cellspacing="0" cellpadding="1">)";
    out += below ? std::string(space) + rows : rows + std::string(space);
    return out + "</table>";
  }

  // What there is room for, as lines. A character of the legend is some 4.4 points wide and a line 14 high.
  auto choose() -> void {
    const double shape = vertical_ ? 0.7 : 1.5;
    const auto longest = static_cast<std::size_t>(std::clamp(std::sqrt(area_ * shape) / 4.4, 40.0, 110.0));
    const bool all = s_.options.legend.has_value();
    std::stable_sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) { return a.importance < b.importance; });
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      chosen.push_back(i);
      if (!all && room_for(lines_of(chosen, longest)) > 0.09 * area_) chosen.pop_back();
    }
    for (const auto& l : lines_of(chosen, longest)) put_line(l);
  }
  auto lines_of(const std::vector<std::size_t>& chosen, std::size_t longest) const -> std::vector<std::vector<std::size_t>> {
    std::vector<std::vector<std::size_t>> lines;
    std::size_t width = 0;
    bool alone = false;
    for (auto i : chosen) {
      const bool fits = !lines.empty() && !alone && entries_[i].bar.empty() && width + entries_[i].width <= longest;
      if (!fits) lines.emplace_back(), width = 0;
      lines.back().push_back(i), width += entries_[i].width, alone = !entries_[i].bar.empty();
    }
    return lines;
  }
  auto room_for(const std::vector<std::vector<std::size_t>>& lines) const -> double {
    std::size_t longest = 0;
    for (const auto& l : lines) {
      std::size_t width = 0;
      for (auto i : l) width += entries_[i].width;
      longest = std::max(longest, width);
    }
    return 4.4 * static_cast<double>(longest) * (14 * static_cast<double>(lines.size()) + 14);
  }
  // Spaces stand at the end of a piece of text, as some readers of SVG drop them at its beginning.
  auto put_line(const std::vector<std::size_t>& chosen) -> void {
    std::string text;
    for (auto i : chosen) text += std::string(text.empty() ? "" : gap) + entries_[i].text;
    if (const auto& bar = entries_[chosen[0]].bar; !bar.empty())
      text = R"(<table border="0" cellborder="0" cellspacing="0" cellpadding="2"><tr><td align="left" cellpadding="0">)" + text +
             "&#160; </td>" + bar + "<td></td></tr></table>";
    line(text);
  }

  static constexpr std::size_t fewest_nodes = 4;
  static constexpr std::string_view gap = "&#160;&#160;&#160;&#160; ";
  const scene& s_;
  const colour_scale& scale_;
  bool vertical_;
  bool inputs_ = false, constants_ = false, operations_ = false, groups_ = false, outputs_ = false;
  bool numbers_ = false, not_computed_ = false, structural_zeros_ = false, locals_ = false, carried_ = false, slots_ = false;
  bool noise_ = false, odd_ = false, terms_ = false, calls_ = false;
  bool not_kept_ = false, norms_ = false, shares_ = false, numbers_carried_ = false, numbered_ = false, histograms_ = false,
       heat_maps_ = false;
  std::size_t boxes_ = 0, boxed_ = 0, nodes_ = 0;
  double area_ = 0;  // of the picture, about, in square points
  std::vector<entry> entries_;
  std::string rows_;
};

}  // namespace

auto captions_of(const scene& s, const colour_scale& scale) -> captions { return legend_writer(s, scale).text(); }

}  // namespace seegrad::detail::see
