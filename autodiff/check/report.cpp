#include <autodiff/check/report.hpp>

#include <algorithm>
#include <autodiff/array/utf8.hpp>
#include <autodiff/check/parts.hpp>
#include <fmt/format.h>
#include <iterator>
#include <ostream>
#include <tuple>

namespace seegrad {
namespace {

constexpr std::string_view names[verdicts] = {"PASS", "FAIL", "NOISY", "KINK", "NON-FINITE", "UNTESTED"};

// How much each verdict matters, beside its number.
constexpr int weights[verdicts] = {0, 5, 3, 2, 4, 1};
auto weight(verdict v) -> int { return weights[static_cast<std::size_t>(v)]; }

constexpr verdict all_verdicts[] = {verdict::pass, verdict::fail,       verdict::noisy,
                                    verdict::kink, verdict::non_finite, verdict::untested};

auto number(double x) -> std::string { return std::isnan(x) ? "-" : fmt::format("{:.9g}", x); }
auto small(double x) -> std::string { return std::isnan(x) ? "-" : fmt::format("{:.1e}", x); }

auto plural(std::size_t n, std::string_view what) -> std::string { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

// PASS and FAIL always, the others where there are any.
auto counts(const check_report::tally& tally) -> std::string {
  std::string out;
  for (auto v : all_verdicts)
    if (const auto n = tally[static_cast<std::size_t>(v)]; n > 0 || v == verdict::pass || v == verdict::fail)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", n, to_string(v));
  return out;
}

auto listed(const std::vector<std::string>& list) -> std::string {
  constexpr std::size_t most = 6;
  std::string out;
  for (std::size_t i = 0; i < std::min(most, list.size()); ++i) out += (i ? ", " : "") + list[i];
  if (list.size() > most) out += fmt::format(" and {} more", list.size() - most);
  return out;
}

// The operand, and of an array the element.
auto place(const finding& f) -> std::string {
  const auto by = f.operand < 0 ? f.by : fmt::format("{}: {}", f.operand, f.by);
  return f.element.empty() ? by : by.empty() || f.element[0] == '[' ? by + f.element : by + " " + f.element;
}

using cells = std::vector<std::string>;

// A terminal shows most characters in a column each.
auto table(const std::vector<cells>& rows) -> std::string {
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& r : rows)
    for (std::size_t i = 0; i < r.size(); ++i) widths[i] = std::max(widths[i], detail::characters(r[i]));
  std::string out;
  for (const auto& r : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < r.size(); ++i)
      if (widths[i] > 0) line += " " + r[i] + std::string(widths[i] - detail::characters(r[i]) + 1, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace

auto to_string(verdict v) -> std::string_view { return names[static_cast<std::size_t>(v)]; }

auto detail::worse(verdict a, verdict b) -> verdict { return weight(a) >= weight(b) ? a : b; }

auto detail::finish(check_report& report, const check_options& options) -> void {
  report.rows = options.worst;
  const auto badness = [](const finding& f) {
    const auto d = f.difference / std::max(std::abs(f.claimed), std::abs(f.measured));
    return std::isnan(d) ? 0 : d;
  };
  std::stable_sort(report.findings.begin(), report.findings.end(), [&](const finding& a, const finding& b) {
    return std::tuple(-weight(a.what), -badness(a)) < std::tuple(-weight(b.what), -badness(b));
  });
  // The passes of a gradient by hand are its elements, and few; those of a record are kept as far as the table goes.
  const auto first_pass =
      std::find_if(report.findings.begin(), report.findings.end(), [](const finding& f) { return f.what == verdict::pass; });
  const auto passes = static_cast<std::size_t>(report.findings.end() - first_pass);
  report.findings.erase(first_pass + static_cast<std::ptrdiff_t>(std::min(passes, options.worst)), report.findings.end());
}

auto check_report::whole_verdict() const -> verdict {
  auto out = verdict::untested;
  bool any = false;
  for (auto v : all_verdicts)
    if (whole[static_cast<std::size_t>(v)] > 0) out = any ? detail::worse(out, v) : v, any = true;
  return out;
}

auto check_report::summary() const -> std::string {
  if (by_hand) return fmt::format("check: {}, {}: {}", whose, plural(by.size(), "element"), counts(whole));
  auto out = fmt::format(
      "check: {}, {}: {}", plural(operations, "operation"),
      plural(derivatives, "derivative") + (elements > 0 ? fmt::format(" ({})", plural(elements, "element")) : ""), counts(local));
  if (constants > 0) out += ", " + plural(constants, "constant operand");
  if (std::any_of(whole.begin(), whole.end(), [](auto n) { return n > 0; }))
    out += fmt::format("; gradient of {} by {}: {}", subject, listed(by), to_string(whole_verdict()));
  return out;
}

auto check_report::text() const -> std::string {
  auto out = summary() + "\n";
  const auto shown = std::min(rows, findings.size());
  if (shown > 0) {
    std::vector<cells> lines{{"verdict", by_hand ? "element" : "node", by_hand ? "" : "operation", by_hand ? "" : "by operand",
                              "scope", "claimed", "measured", "error", "method"}};
    bool scopes = false;
    for (std::size_t i = 0; i < shown; ++i) {
      const auto& f = findings[i];
      scopes = scopes || !f.scope.empty();
      const auto unnamed = f.name == fmt::format("#{}", f.node);
      lines.push_back({std::string(to_string(f.what)), by_hand || unnamed ? f.name : fmt::format("{} #{}", f.name, f.node),
                       by_hand                ? ""
                       : f.parameters.empty() ? f.operation
                                              : f.operation + " " + f.parameters,
                       place(f), f.scope, number(f.claimed), number(f.measured), small(f.error_estimate), f.method});
    }
    if (!scopes) lines[0][4].clear();
    out += table(lines);
    if (findings.size() > shown) out += fmt::format("  and {} more\n", findings.size() - shown);
    for (std::size_t i = 0; i < shown; ++i)
      if (const auto& f = findings[i]; !f.detail.empty())
        out += by_hand || f.operation == "input" || f.operand < 0
                   ? fmt::format("  {}: {}\n", f.name, f.detail)
                   : fmt::format("  {} of {}, operand {}: {}\n", f.operation, f.name, f.operand, f.detail);
  }
  if (count(verdict::kink) > 0)
    out += "  KINK: there is no derivative here, and the claim is one of the slopes or lies between them\n";
  for (const auto& r : remarks) out += "  " + r + "\n";
  return out;
}

auto check_report::annotations() const -> seegrad::annotations {
  using mood = annotation::mood;
  seegrad::annotations out;
  for (const auto& [k, v] : marks) {
    const auto bad = v == verdict::fail || v == verdict::non_finite;
    out[k] = {std::string(to_string(v)), bad ? mood::bad : v == verdict::pass ? mood::good : mood::doubtful};
  }
  // Where something is wrong, say what. The findings are sorted, and the first on a node is its worst.
  for (auto f = findings.rbegin(); f != findings.rend(); ++f) {
    const auto it = out.find(f->node);
    if (it == out.end() || f->what == verdict::pass ||
        names[static_cast<std::size_t>(f->what)] != it->second.text.substr(0, to_string(f->what).size()))
      continue;
    const auto where = f->operand < 0 ? "" : fmt::format(" by {}{}", f->by, f->element);
    it->second.text =
        fmt::format("{}{}: claimed {}, measured {}", to_string(f->what), where, number(f->claimed), number(f->measured));
  }
  return out;
}

auto operator<<(std::ostream& out, const check_report& report) -> std::ostream& { return out << report.text(); }

}  // namespace seegrad
