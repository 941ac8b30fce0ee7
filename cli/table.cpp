#include "table.hpp"

#include <algorithm>

#include "language/utf8.hpp"

namespace seegrad::cli {
namespace {

// Where the fraction, or the exponent of a number without one, begins.
auto point(const std::string& text) -> std::size_t {
  const bool number = text.find_first_not_of("0123456789+-.e") == text.npos;
  return number ? std::min(text.find_first_of(".e"), text.size()) : text.size();
}

auto blanks(std::size_t n) -> std::string { return std::string(n, ' '); }

// A number with blanks after it, so that the points of the column meet when it is set flush right.
auto with_fraction_of(std::size_t longest, const std::string& text) -> std::string {
  return text + blanks(longest - (text.size() - point(text)));
}

}  // namespace

auto styled(const std::string& text, style how, bool colour) -> std::string {
  if (!colour || how == style::plain) return text;
  constexpr const char* codes[] = {"", "4", "1", "2", "34", "33", "32", "31;1"};
  return "\033[" + std::string(codes[static_cast<int>(how)]) + "m" + text + "\033[0m";
}

auto table::text(bool colour) const -> std::string {
  auto rows = rows_;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c] != decimal) continue;
    std::size_t longest = 0;
    for (const auto& r : rows) longest = std::max(longest, r[c].text.size() - point(r[c].text));
    // Words, and the heading, stand above the digits before the point.
    for (auto& r : rows)
      if (!r[c].text.empty()) r[c].text = with_fraction_of(longest, r[c].text);
  }
  rows.insert(rows.begin(), std::vector<cell>());
  for (const auto& h : heads_) rows.front().push_back({h, style::heading});

  std::vector<std::size_t> widths(columns_.size());
  for (const auto& r : rows)
    for (std::size_t c = 0; c < r.size(); ++c) widths[c] = std::max(widths[c], width(r[c].text));

  std::string out;
  for (const auto& r : rows) {
    std::string line;
    std::size_t pending = 0;  // blanks that are printed only if something follows
    for (std::size_t c = 0; c < r.size(); ++c) {
      const auto& text = r[c].text;
      const auto used = text.find_last_not_of(' ') + 1;
      const auto pad = widths[c] - width(text);
      if (columns_[c] != left) pending += pad;
      if (used > 0) {
        line += blanks(pending) + styled(text.substr(0, used), r[c].how, colour);
        pending = 0;
      }
      pending += text.size() - used + (columns_[c] == left ? pad : 0) + 2;
    }
    out += line + "\n";
  }
  return out;
}

}  // namespace seegrad::cli
