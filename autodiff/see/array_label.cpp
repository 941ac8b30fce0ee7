#include <autodiff/see/array_label.hpp>

#include <algorithm>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/text.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::detail::see {
namespace {

using namespace std::literals;

constexpr index_t most_in_full = 16, most_in_a_line = 6, largest_mapped = 64;
constexpr std::size_t most_nodes_with_maps = 60;

auto share_text(index_t part, index_t whole) -> std::string {
  if (part == 0 || part == whole) return part == 0 ? "0 %" : "100 %";
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < 0.1 || percent > 99.9) return percent < 1 ? "&lt; 0.1 %" : "&gt; 99.9 %";
  return number_text(percent, percent < 10 || percent > 90 ? 2 + (percent > 90) : 2) + " %";
}

class array_writer {
 public:
  array_writer(std::string& out, const scene& s, node_id k, const colour_scale& scale)
      : out_(out), s_(s), g_(s.g), k_(k), scale_(scale), value_(g_.array_value(k)) {
    // No float32 has more than nine digits that say something.
    digits_ = value_.type() == float32 ? std::min(s.options.digits, 9) : s.options.digits;
  }

  auto put() -> void {
    out_ += "<table border=\"0\" cellspacing=\"0\" cellpadding=\"1\">"sv;
    if (g_.is_constant(k_)) put_data();
    else if (shown_in_full(value_)) put_in_full();
    else put_facts();
    out_ += "</table>"sv;
  }

 private:
  auto has_gradient() const -> bool { return !g_.is_constant(k_) && g_.state(k_) == adjoint_state::number; }
  auto quiet(std::string_view text) -> void {
    out_ += "<font point-size=\"10\" color=\"#3d3d3d\">"sv, out_ += text, out_ += "</font>"sv;
  }
  auto head(std::string_view what) -> void {
    out_ += "<td align=\"left\">"sv;
    if (!what.empty()) quiet(what), out_ += "&#160; "sv;
    out_ += "</td>"sv;
  }
  auto number(double x) -> void {
    if (std::isfinite(x)) return put_number(out_, x, digits_);
    out_ += "<font color=\""sv, out_ += ink::odd, out_ += "\"><b>"sv, put_number(out_, x, 4), out_ += "</b></font>"sv;
  }

  // --- one by one ---
  auto put_in_full() -> void {
    put_elements("value", value_, false);
    if (!has_gradient()) return put_no_gradient();
    out_ += "<tr><td height=\"3\"></td></tr>"sv;
    put_elements("grad", g_.array_adjoint(k_), true);
  }

  auto put_elements(std::string_view what, const array& x, bool gradient) -> void {
    const auto lines = (x.size() + most_in_a_line - 1) / most_in_a_line;  // of a vector, as even as can be
    const auto columns = x.rank() == 2 ? x.extent(1) : (x.size() + lines - 1) / lines;
    const auto flat = x.contiguous().cast(float64);
    const auto noisy = s_.noise.elements.find(k_);
    const auto is_noise = [&](std::size_t i) {
      return gradient && (s_.noise.has(k_) || (noisy != s_.noise.elements.end() && noisy->second[i] != 0));
    };
    const auto v = flat.elements<double>();
    for (std::size_t i = 0; i < v.size(); ++i) {
      const bool first = i % static_cast<std::size_t>(columns) == 0;
      if (first) out_ += "<tr>"sv, head(i == 0 ? what : ""sv);
      out_ += "<td align=\"right\" cellpadding=\"2\""sv;
      if (gradient && v.size() > 1) out_ += " bgcolor=\""sv, out_ += is_noise(i) ? "white"sv : scale_.fill(v[i]), out_ += '"';
      out_ += '>';
      if (is_noise(i) && v[i] != 0) quiet("≈ 0");
      else if (gradient)
        out_ += "<font color=\""sv, out_ += text_colour(v[i]), out_ += "\"><b>"sv, put_number(out_, v[i], digits_),
            out_ += "</b></font>"sv;
      else number(v[i]);
      out_ += "</td>"sv;
      if (i + 1 == v.size() || (i + 1) % static_cast<std::size_t>(columns) == 0) out_ += "</tr>"sv;
    }
  }

  auto put_no_gradient() -> void {
    out_ += "<tr>"sv, head("grad"), out_ += "<td align=\"right\">"sv;
    quiet(g_.state(k_) == adjoint_state::structural_zero ? "∅" : g_.swept(k_) ? "not kept" : "?");
    out_ += "</td></tr>"sv;
  }

  // --- in few words ---
  auto put_facts() -> void {
    const bool both = has_gradient() && !s_.noise.has(k_);
    const array x[] = {value_, both ? s_.noise.cleared(g_, k_) : array()};
    const array_facts f[] = {facts_of(x[0]), both ? facts_of(x[1]) : array_facts{}};
    const auto row = [&](std::string_view what, auto cell) {
      out_ += "<tr>"sv, head(what);
      for (int i = 0; i < 1 + both; ++i) out_ += "<td align=\"right\">&#160; "sv, cell(i), out_ += "</td>"sv;
      out_ += "</tr>"sv;
    };
    if (value_.size() == 0) return row("value", [&](int) { quiet("no elements"); }), both ? void() : put_no_gradient();
    row("", [&](int i) { quiet(i == 0 ? "value" : "grad"); });
    const auto statistic = [&](std::string_view what, double array_facts::*of) {
      row(what, [&](int i) {
        if (f[i].finite() == 0) return static_cast<void>(out_ += "–"sv);
        if (what == "mean" && f[i].mean_is_rounding) return quiet("≈ 0");
        if (i == 0) return number(f[i].*of);
        out_ += "<font color=\""sv, out_ += what == "norm" ? ink::text : text_colour(f[i].*of), out_ += "\"><b>"sv;
        put_number(out_, f[i].*of, digits_), out_ += "</b></font>"sv;
      });
    };
    statistic("max", &array_facts::max), statistic("mean", &array_facts::mean), statistic("min", &array_facts::min);
    statistic("norm", &array_facts::norm);
    if (f[0].zeros + f[1].zeros > 0) row("zeros", [&](int i) { out_ += share_text(f[i].zeros, f[i].size); });
    if (f[0].not_finite() + f[1].not_finite() > 0) {
      row("not finite", [&](int i) {
        if (f[i].not_finite() == 0) out_ += "none"sv;
        else
          out_ += "<font color=\""sv, out_ += ink::odd, out_ += "\"><b>"sv, out_ += not_finite_text(x[i]),
              out_ += "</b></font>"sv;
      });
    }
    if (has_histogram(value_)) row("spread", [&](int i) { put_histogram(histogram_of(x[i], f[i])); });
    if (has_heat_map(s_, value_)) {
      out_ += "<tr><td></td>"sv;
      for (int i = 0; i < 1 + both; ++i)
        out_ += "<td align=\"right\" cellpadding=\"3\">"sv, put_heat_map(heat_map_of(x[i])), out_ += "</td>"sv;
      out_ += "</tr>"sv;
    }
    if (s_.noise.has(k_)) out_ += "<tr>"sv, head("grad"), out_ += "<td align=\"right\">"sv, quiet("≈ 0"), out_ += "</td></tr>"sv;
    else if (!both) put_no_gradient();
  }

  auto put_histogram(const histogram& h) -> void {
    constexpr std::string_view blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    if (h.bars == 0) return static_cast<void>(out_ += "–"sv);
    const auto largest = static_cast<double>(*std::max_element(h.count.begin(), h.count.end()));
    out_ += "<font face=\"DejaVu Sans Mono,monospace\" point-size=\"9\" color=\""sv, out_ += line_colour(h.negative > 0 ? -1 : 1),
        out_ += "\">"sv;
    for (int i = 0; i < h.bars; ++i) {
      if (i == h.negative && i > 0)
        out_ += "</font>"sv, out_ += "<font point-size=\"9\">|</font>"sv,
            out_ += "<font face=\"DejaVu Sans Mono,monospace\" point-size=\"9\" color=\""sv, out_ += line_colour(1),
            out_ += "\">"sv;
      const auto n = static_cast<double>(h.count[static_cast<std::size_t>(i)]);
      out_ += n == 0 ? "&#160;"sv : blocks[std::lround(7 * n / largest)];
    }
    out_ += "</font>"sv;
  }

  auto put_heat_map(const heat_map& h) -> void {
    double largest = 0;
    for (auto m : h.mean)
      if (std::isfinite(m)) largest = std::max(largest, std::abs(m));
    out_ += "<table border=\"1\" color=\"#d8d8d8\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"0\">"sv;
    for (std::size_t i = 0; i < h.mean.size(); ++i) {
      const auto column = i % static_cast<std::size_t>(h.columns);
      if (column == 0) out_ += "<tr>"sv;
      // Where colours are seen as greys, a sign is seen as well.
      fmt::format_to(std::back_inserter(out_), "<td width=\"9\" height=\"7\" bgcolor=\"{}\">{}</td>", heat(h.mean[i], largest),
                     h.mean[i] < 0 ? "<font point-size=\"5\">−</font>" : "");
      if (column + 1 == static_cast<std::size_t>(h.columns)) out_ += "</tr>"sv;
    }
    out_ += "</table>"sv;
  }

  // --- constants ---
  auto put_data() -> void {
    if (shown_in_full(value_)) return put_elements("", value_, false);
    const auto f = facts_of(value_);
    out_ += "<tr><td>"sv;
    if (value_.size() == 0) out_ += "no elements"sv;
    else if (value_.type() == boolean) out_ += "true " + share_text(f.size - f.zeros, f.size);
    else if (f.finite() > 0) {
      number(f.min);
      if (f.min != f.max) out_ += " … "sv, number(f.max);
    }
    if (f.not_finite() > 0)
      out_ += "<br/><font color=\""sv, out_ += ink::odd, out_ += "\"><b>"sv, out_ += not_finite_text(value_),
          out_ += "</b></font>"sv;
    out_ += "</td></tr>"sv;
  }

  std::string& out_;
  const scene& s_;
  const graph& g_;
  node_id k_;
  const colour_scale& scale_;
  array value_;
  int digits_;
};

}  // namespace

auto shown_in_full(const array& x) -> bool { return x.rank() <= 2 && x.size() > 0 && x.size() <= most_in_full; }
auto has_histogram(const array& x) -> bool { return x.size() > most_in_full && x.type() != boolean; }
auto has_heat_map(const scene& s, const array& x) -> bool {
  return x.rank() == 2 && x.size() > most_in_full && std::min(x.extent(0), x.extent(1)) > 1 &&
         std::max(x.extent(0), x.extent(1)) <= largest_mapped && s.items.size() <= most_nodes_with_maps;
}

auto kind_text(const graph& g, node_id k) -> std::string {
  const auto& r = g.tensor_node_at(k);
  std::string out;
  if (r.op) out = r.op->rule->text(r.parameters.get());
  if (r.value.is_null()) return out;
  if (out == to_string(r.value.shape())) out.clear();
  if (!out.empty()) out += " · ";
  if (g.is_input(k)) out += "input · ";
  return out + array_text(r.value);
}

auto array_text(const array& x) -> std::string { return std::string(name_of(x.type())) + " " + to_string(x.shape()); }

auto put_array(std::string& out, const scene& s, node_id k, const colour_scale& scale) -> void {
  array_writer(out, s, k, scale).put();
}

auto not_finite_text(const array& x) -> std::string {
  const auto f = facts_of(x);
  std::string out;
  if (f.nans) out = count_text(static_cast<std::size_t>(f.nans)) + " NaN";
  if (f.infinities) out += (out.empty() ? "" : ", ") + count_text(static_cast<std::size_t>(f.infinities)) + " infinite";
  return out;
}

auto array_fill(const scene& s, node_id k, const colour_scale& scale) -> std::string_view {
  const auto& g = s.g;
  const auto state = g.state(k);
  const auto& adjoint = g.array_adjoint(k);
  if (!std::isfinite(norm_of(g.array_value(k))) || (state == adjoint_state::number && !std::isfinite(norm_of(adjoint))))
    return ink::odd_fill;
  if (state == adjoint_state::number) return adjoint.size() == 1 && !s.noise.has(k) ? scale.fill(adjoint.item()) : "white";
  return state == adjoint_state::not_computed ? ink::unknown_fill : "white";
}

}  // namespace seegrad::detail::see
