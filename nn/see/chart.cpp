#include <nn/see/chart.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <nn/see/svg.hpp>

namespace seegrad::nn::detail {
namespace {

constexpr int left = 64, top = 12, below = 44, row = 18;
// Okabe and Ito's colours, which are told apart by who sees few.
constexpr const char* colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999"};

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

  auto curves() -> void {
    for (std::size_t k = 0; k < lines_.size(); ++k) {
      const auto& l = lines_[k];
      std::string points;
      std::size_t run = 0;
      const auto end_run = [&] {
        // A point alone would be no line.
        if (run == 1)
          out_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"2.5\" fill=\"{}\"/>\n", points.substr(0, points.find(',')),
                              points.substr(points.find(',') + 1, points.find(' ') - points.find(',') - 1), colour(k));
        else if (run > 1)
          out_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"{}/>\n", points, colour(k),
                              dashes(k));
        points.clear(), run = 0;
      };
      for (std::size_t i = 0; i < std::min(l.x.size(), l.y.size()); ++i) {
        if (!is_drawn(l.x[i], l.y[i])) end_run();
        else points += fmt::format("{:.1f},{:.1f} ", at_x(l.x[i]), at_y(height_of(l.y[i]))), ++run;
      }
      end_run();
    }
  }

  auto legend() -> void {
    if (lines_.size() < 2) return;
    for (std::size_t k = 0; k < lines_.size(); ++k) {
      const auto y = top + 8 + row * static_cast<int>(k);
      const auto x = o_.width - right_ + 12;
      out_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"2\"{}/>\n", x, y, x + 22, y,
                          colour(k), dashes(k));
      text(x + 28, y + 4, "start", lines_[k].name);
    }
  }

  static auto colour(std::size_t k) -> const char* { return colours[k % std::size(colours)]; }
  static auto dashes(std::size_t k) -> const char* { return k < std::size(colours) ? "" : " stroke-dasharray=\"5 3\""; }

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
