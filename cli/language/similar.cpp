#include "similar.hpp"

#include <algorithm>
#include <autodiff/graph/operation.hpp>
#include <fmt/format.h>
#include <vector>

namespace seegrad::cli {
namespace {

auto lower(char c) -> char { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The optimal string alignment distance over bytes, case ignored.
auto slips(std::string_view a, std::string_view b) -> std::size_t {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

auto most_similar(std::string_view name, std::span<const std::string_view> candidates) -> std::string_view {
  std::string_view best;
  // In a name of one letter only the case can be a slip; any other letter is another name.
  auto least = name.size() < 2 ? std::size_t{1} : name.size() < 5 ? std::size_t{2} : std::size_t{3};
  for (const auto c : candidates) {
    if (c == name || c.size() > name.size() + 2 || name.size() > c.size() + 2) continue;
    if (const auto n = slips(name, c); n < least) least = n, best = c;
  }
  return best;
}

auto did_you_mean(std::string_view name, std::span<const std::string_view> candidates) -> std::string {
  const auto near = most_similar(name, candidates);
  return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

auto unknown_function(std::string_view name) -> std::string {
  // Names from books and other languages, which no count of slips would find.
  struct {
    std::string_view theirs, ours;
  } constexpr synonyms[] = {{"ln", "log"},      {"lg", "log10"},     {"arcsin", "asin"},  {"arccos", "acos"},
                            {"arctan", "atan"}, {"arsinh", "asinh"}, {"arcosh", "acosh"}, {"artanh", "atanh"},
                            {"sgn", "sign"},    {"gamma", "tgamma"}, {"swish", "silu"},   {"logistic", "sigmoid"},
                            {"power", "pow"},   {"if", "select"},    {"where", "select"}, {"heaviside", "step"},
                            {"root", "sqrt"},   {"psi", "digamma"},  {"fabs", "abs"},     {"fmin", "min"},
                            {"fmax", "max"},    {"mod", "fmod"},     {"fract", "trunc"}};
  for (const auto& s : synonyms)
    if (s.theirs == name) return fmt::format("unknown function '{}'; did you mean '{}'?", name, s.ours);
  std::vector<std::string_view> known;
  for (const auto* op : operations()) known.push_back(op->name);
  if (const auto near = most_similar(name, known); !near.empty())
    return fmt::format("unknown function '{}'; did you mean '{}'?", name, near);
  return fmt::format("unknown function '{0}'; to multiply, write {0}*(…), and see --functions for a list", name);
}

}  // namespace seegrad::cli
