#include <nn/see/chart.hpp>

#include <algorithm>
#include <autodiff/plot/dashes.hpp>
#include <autodiff/plot/theme.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <nn/see/svg.hpp>

namespace seegrad::nn::detail {
namespace {

constexpr int left = 64, top = 12, below = 44, row = 18;
struct range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  auto add(double x) -> void { low = std::min(low, x), high = std::max(high, x); }
  auto is_empty() const -> bool { return !(low <= high); }
};

class drawing {
 public:
  drawing(const chart_options& o, const std::vector<chart_line>& lines) : o_(o), lines_(lines) {
    std::size_t longest = 0;
    for (const auto& l : lines_) longest = std::max(longest, l.name.size());
    right_ = lines_.size() < 2 ? 16 : 44 + static_cast<int>(std::min<std::size_t>(longest, 28)) * 7;
    for (const auto& l : lines_)
      for (std::size_t i = 0; i < std::min(l.x.size(), l.y.size()); ++i)
        if (is_drawn(l.x[i], l.y[i])) x_.add(l.x[i]), y_.add(height_of(l.y[i]));
  }

  auto svg() -> std::string {
    const auto height = std::max(o_.height, top + below + row * static_cast<int>(lines_.size()));
    bottom_ = height - below;
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "font-family=\"sans-serif\" font-size=\"12\">\n",
        o_.width, height);
    if (x_.is_empty()) text(o_.width / 2, height / 2, "middle", "nothing to draw yet");
    else axes(), curves();
    legend();
    const auto style = seegrad::detail::plotting::dark_style(out_);
    out_.insert(out_.find('\n') + 1, style);
    return out_ + "</svg>\n";
  }

 private:
  auto is_drawn(double x, double y) const -> bool { return std::isfinite(x) && std::isfinite(y) && (!o_.log_y || y > 0); }
  auto height_of(double y) const -> double { return o_.log_y ? std::log10(y) : y; }

  auto at_x(double x) const -> double { return left + (x - x_.low) / (x_.high - x_.low) * (o_.width - left - right_); }
  auto at_y(double h) const -> double { return bottom_ - (h - y_.low) / (y_.high - y_.low) * (bottom_ - top); }

  auto text(double x, double y, std::string_view anchor, std::string_view words) -> void {
    out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"#1d2126\">{}</text>\n", x, y, anchor,
                        escaped(words));
  }
  auto grid(double x0, double y0, double x1, double y1) -> void {
    out_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#d7dce1\"/>\n", x0, y0, x1, y1);
  }

  auto axes() -> void {
    const auto widen = [](range& r) {
      if (r.high > r.low) return;
      const auto more = std::max(std::abs(r.low) * 0.1, 1e-9);
      r.low -= more, r.high += more;
    };
    widen(x_), widen(y_);
    const auto tick_values = o_.log_y ? ticks(std::pow(10, y_.low), std::pow(10, y_.high), true) : ticks(y_.low, y_.high, false);
    for (const auto y : tick_values) {
      const auto h = height_of(y);
      grid(left, at_y(h), o_.width - right_, at_y(h));
      text(left - 6, at_y(h) + 4, "end", fmt::format("{:.4g}", y));
    }
    for (const auto x : ticks(x_.low, x_.high, false)) {
      grid(at_x(x), top, at_x(x), bottom_);
      text(at_x(x), bottom_ + 16, "middle", fmt::format("{:.6g}", x));
    }
    text((left + o_.width - right_) / 2.0, bottom_ + 34, "middle", o_.x_label);
  }

  // A line's points in pixels, with gaps where it is not drawn.
  auto traced(std::size_t k) const -> seegrad::detail::plotting::traced_line {
    const auto& l = lines_[k];
    seegrad::detail::plotting::traced_line t{{}, k >= palette};
    for (std::size_t i = 0; i < std::min(l.x.size(), l.y.size()); ++i) {
      const bool drawn = is_drawn(l.x[i], l.y[i]);
      t.at.push_back(drawn ? at_x(l.x[i]) : NAN), t.at.push_back(drawn ? at_y(height_of(l.y[i])) : NAN);
    }
    return t;
  }

  auto curves() -> void {
    std::vector<seegrad::detail::plotting::traced_line> all;
    for (std::size_t k = 0; k < lines_.size(); ++k) all.push_back(traced(k));
    const auto stretches = seegrad::detail::plotting::stretches_of(all, o_.width, bottom_);
    for (std::size_t k = 0; k < all.size(); ++k) {
      const auto& at = all[k].at;
      for (const auto& s : stretches[k]) {
        std::string points;
        const auto put = [&](const seegrad::detail::plotting::place_on_line& p) {
          const auto between = [&](std::size_t i) { return (1 - p.share) * at[i] + p.share * at[i + 2]; };
          points += fmt::format("{:.1f},{:.1f} ", between(2 * p.first), between(2 * p.first + 1));
        };
        put(s.from);
        for (auto i = s.from.first + 1; i <= s.to.first; ++i) put({i, 0});
        put(s.to);
        out_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"{}/>\n", points, colour(k),
                            dashes(s.level));
      }
      // A point alone is no line.
      const auto is_there = [&](std::size_t i) { return 2 * i + 1 < at.size() && std::isfinite(at[2 * i]); };
      for (std::size_t i = 0; 2 * i < at.size(); ++i)
        if (is_there(i) && !is_there(i + 1) && (i == 0 || !is_there(i - 1)))
          out_ +=
              fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\" fill=\"{}\"/>\n", at[2 * i], at[2 * i + 1], colour(k));
    }
  }

  auto legend() -> void {
    if (lines_.size() < 2) return;
    for (std::size_t k = 0; k < lines_.size(); ++k) {
      const auto y = top + 8 + row * static_cast<int>(k);
      const auto x = o_.width - right_ + 12;
      out_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"2\"{}/>\n", x, y, x + 22, y,
                          colour(k), dashes(k < palette ? 0 : 1));
      text(x + 28, y + 4, "start", lines_[k].name);
    }
  }

  static auto colour(std::size_t k) -> std::string { return seegrad::detail::plotting::colour(static_cast<int>(k % palette)); }
  static auto dashes(int level) -> std::string {
    const auto [on, off] = seegrad::detail::plotting::dash_of(level);
    return level ? fmt::format(" stroke-dasharray=\"{} {}\"", on, off) : "";
  }
  static constexpr std::size_t palette = 8;

  const chart_options& o_;
  const std::vector<chart_line>& lines_;
  range x_, y_;
  int right_ = 0, bottom_ = 0;
  std::string out_;
};

}  // namespace

auto ticks(double low, double high, bool logarithmic) -> std::vector<double> {
  std::vector<double> all;
  if (logarithmic) {
    const auto first = std::ceil(std::log10(low) - 1e-9), last = std::floor(std::log10(high) + 1e-9);
    const auto each = std::max(1.0, std::ceil((last - first) / 6));
    for (auto e = first; e <= last; e += each) all.push_back(std::pow(10, e));
    if (all.size() > 1) return all;
    all.clear();  // within a decade even steps say more
  }
  const auto rough = (high - low) / 5, power = std::pow(10, std::floor(std::log10(rough)));
  const auto step = rough / power < 1.5 ? power : rough / power < 3.5 ? 2 * power : rough / power < 7.5 ? 5 * power : 10 * power;
  const auto first = std::ceil(low / step - 1e-9), last = std::floor(high / step + 1e-9);
  for (auto k = first; k <= last; ++k) all.push_back(k * step == 0 ? 0 : k * step);
  return all;
}

auto line_chart(const chart_options& options, const std::vector<chart_line>& lines) -> std::string {
  return drawing(options, lines).svg();
}

}  // namespace seegrad::nn::detail
