#include <autodiff/plot/tics.hpp>

#include <algorithm>
#include <autodiff/array/utf8.hpp>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace seegrad::detail::plotting {
namespace {

// Of a font of 12 pixels a digit takes 7, a line 14, and between two numbers there is to be a gap.
constexpr double letter = 7, line = 14, gap = 12;

auto text_of(double x, int digits) -> std::string {
  std::string out;
  for (const char c : fmt::format("{:.{}g}", x, digits)) out += c == '-' ? std::string("−") : std::string(1, c);
  return out;
}

auto with_texts(const std::vector<double>& at) -> std::vector<tic> {
  for (int digits = 6;; ++digits) {
    std::vector<tic> tics;
    std::set<std::string> different;
    for (const double x : at) tics.push_back({x, text_of(x, digits)}), different.insert(tics.back().text);
    if (different.size() == at.size() || digits == 17) return tics;
  }
}

// `place` is from 0 to 1.
template <class Place>
auto have_room(const std::vector<tic>& tics, room r, Place place) -> bool {
  for (std::size_t k = 1; k < tics.size(); ++k) {
    const auto letters = static_cast<double>(detail::characters(tics[k - 1].text) + detail::characters(tics[k].text)) / 2;
    const double needed = r.side_by_side ? letters * letter + gap : line;
    if ((place(tics[k].at) - place(tics[k - 1].at)) * r.pixels < needed) return false;
  }
  return true;
}

auto each(double step, double low, double high) -> std::vector<double> {
  std::vector<double> at;
  const double first = std::ceil(low / step - 1e-6), last = std::floor(high / step + 1e-6);
  for (int k = 0; k <= last - first; ++k) at.push_back(first + k == 0 ? 0 : (first + k) * step);
  return at;
}

}  // namespace

auto even_tics(double low, double high, room r, bool whole) -> std::vector<tic> {
  const auto place = [&](double x) { return (x - low) / (high - low); };
  double power = std::pow(10, std::floor(std::log10((high / 10 - low / 10))));
  if (whole) power = std::max(power, 1.0);
  std::vector<tic> before;
  for (int k = 0;; ++k) {
    const double step = power * (k % 3 == 0 ? 1 : k % 3 == 1 ? 2 : 5);
    auto tics = with_texts(each(step, low, high));
    // One number alone says nothing of a scale: rather every second of those before.
    for (std::size_t every = 2; tics.size() < 2 && every < before.size(); ++every) {
      std::vector<tic> some;
      for (std::size_t i = 0; i < before.size(); i += every) some.push_back(before[i]);
      if (have_room(some, r, place)) return some;
    }
    if (have_room(tics, r, place) || tics.size() < 3) return tics;
    before = std::move(tics);
    if (k % 3 == 2) power *= 10;
  }
}

auto log_tics(double low, double high, room r) -> std::vector<tic> {
  const auto place = [&](double x) { return (std::log10(x) - std::log10(low)) / (std::log10(high) - std::log10(low)); };
  const double decades = std::log10(high) - std::log10(low);  // their quotient may be infinite
  if (decades < 0.7) {
    // Numbers on the right stand closer than on the left.
    for (auto less = r;; less.pixels *= 0.7) {
      auto tics = even_tics(low, high, less);
      if (have_room(tics, r, place) || tics.size() < 3) return tics;
    }
  }
  for (int every = std::max(1, static_cast<int>(std::ceil(decades / 8))), leads = decades <= 3 ? 3 : 1;;) {
    std::vector<double> at;
    for (int e = static_cast<int>(std::floor(std::log10(low))); e <= std::ceil(std::log10(high)); ++e) {
      if (e % every != 0) continue;
      for (const double lead : {1.0, 2.0, 5.0}) {
        const double x = e < 0 ? lead / std::pow(10, -e) : lead * std::pow(10, e);
        if ((lead == 1 || leads == 3) && x >= low && x <= high) at.push_back(x);
      }
    }
    auto tics = with_texts(at);
    if (have_room(tics, r, place) || tics.size() < 3) return tics;
    if (leads == 3) leads = 1;
    else ++every;
  }
}

auto extent::see(double x) -> void {
  if (!std::isfinite(x)) return;
  low = std::min(low, x), high = std::max(high, x), whole = whole && x == std::floor(x);
  if (x > 0) least_positive = std::min(least_positive, x);
}

auto range_of(const axis& a, const extent& seen) -> plot_range {
  double low = a.asked ? a.asked->from : a.log ? seen.least_positive : seen.low, high = a.asked ? a.asked->to : seen.high;
  if (a.log) {
    if (!(low > 0)) low = std::isfinite(seen.least_positive) ? std::min(seen.least_positive, high / 10) : high / 1000;
    const double room = a.asked || a.tight ? 1 : std::max(1.05, std::pow(10, 0.04 * (std::log10(high) - std::log10(low))));
    low = std::max(low / room, 1e-305), high = std::min(high * room, 1e305);  // not 0, and not infinite
    if (!(low < high)) low /= 2, high *= 2;
    return {low, high};
  }
  if (a.asked || low < high) return {low, high};
  return {low - std::max(std::abs(low) * 0.1, 1e-3), high + std::max(std::abs(high) * 0.1, 1e-3)};
}

auto put_tics(std::string& out, char axis, const std::vector<tic>& tics) -> void {
  fmt::format_to(std::back_inserter(out), "set {}tics (", axis);
  const char* comma = "";
  for (const auto& t : tics) fmt::format_to(std::back_inserter(out), "{}'{}' {}", std::exchange(comma, ", "), t.text, t.at);
  out += ")\n";
}

auto put_axis(std::string& out, const axis& a, const extent& seen) -> void {
  auto [low, high] = range_of(a, seen);
  if (a.log) {
    fmt::format_to(std::back_inserter(out), "set logscale {0}\nset {0}range [{1}:{2}]\n", a.name, low, high);
    return put_tics(out, a.name, log_tics(low, high, {a.pixels, a.name == 'x'}));
  }
  // gnuplot finds good numbers for lines of text above each other, but not for such side by side.
  if (a.name == 'y') {
    if (a.asked || !(seen.low < seen.high)) fmt::format_to(std::back_inserter(out), "set yrange [{}:{}]\n", low, high);
    return;
  }
  const bool whole = seen.whole && high - low <= 10;
  auto tics = even_tics(low, high, {a.pixels}, whole);
  if (!a.asked && !a.tight && tics.size() > 1) {
    const double step = tics[1].at - tics[0].at;
    low = std::min(low, std::floor(low / step) * step), high = std::max(high, std::ceil(high / step) * step);
    tics = even_tics(low, high, {a.pixels}, whole);
  }
  fmt::format_to(std::back_inserter(out), "set xrange [{}:{}]\n", low, high);
  put_tics(out, 'x', tics);
}

}  // namespace seegrad::detail::plotting
