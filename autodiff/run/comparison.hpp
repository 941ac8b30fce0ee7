#pragma once
// The questions of guards that a file has words for.

#include <algorithm>
#include <functional>
#include <string_view>

namespace seegrad::detail::run {

struct comparison {
  const char* question;
  double (*ask)(double, double);
};

/// Null for any other question.
inline auto comparison_named(std::string_view question) -> const comparison* {
  constexpr auto by = []<class Compare>(Compare) { return +[](double a, double b) -> double { return Compare{}(a, b); }; };
  static constexpr comparison all[] = {{"<", by(std::less<double>{})},        {">", by(std::greater<double>{})},
                                       {"<=", by(std::less_equal<double>{})}, {">=", by(std::greater_equal<double>{})},
                                       {"==", by(std::equal_to<double>{})},   {"!=", by(std::not_equal_to<double>{})}};
  const auto* at = std::ranges::find_if(all, [&](const comparison& c) { return c.question == question; });
  return at == std::end(all) ? nullptr : at;
}

}  // namespace seegrad::detail::run
