#pragma once
// What a page holds, read back: for the tests of pages.

#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>

using json = nlohmann::json;

inline auto between_words(const std::string& text, std::string_view from, std::string_view to) -> std::string {
  const auto a = text.find(from);
  REQUIRE(a != std::string::npos);
  const auto b = text.find(to, a + from.size());
  REQUIRE(b != std::string::npos);
  return text.substr(a + from.size(), b - a - from.size());
}

inline auto record_in(const std::string& html) -> json { return json::parse(between_words(html, "id=\"data\">", "</script>")); }

inline auto number(const json& j) -> double {
  if (j.is_string()) return j == "NaN" ? std::nan("") : j == "Infinity" ? seegrad::infinity : -seegrad::infinity;
  return j.get<double>();
}

// Each gradient is the sum of what the uses of the node carry back, and of the seed.
inline auto check_sums(const json& record) -> void {
  const auto& nodes = record["nodes"];
  std::vector<double> sum(nodes.size(), 0);
  for (std::size_t i = 0; i < record["outputs"].size(); ++i)
    sum[record["outputs"][i].get<std::size_t>()] += number(record["seeds"][i]);
  for (const auto& n : nodes) {
    if (n[1].get<int>() < 0) continue;
    const auto& op = *seegrad::find_operation(record["operations"][n[1].get<std::size_t>()]["name"].get<std::string>());
    std::vector<double> x;
    for (const auto& o : n[3]) x.push_back(number(nodes[o.get<std::size_t>()][4]));
    CHECK(op.value(x.data()) == number(n[4]));
    if (n[5] == "zero") continue;
    for (std::size_t i = 0; i < x.size(); ++i)
      sum[n[3][i].get<std::size_t>()] += op.partial(static_cast<int>(i), x.data(), number(n[4])) * number(n[5]);
  }
  for (std::size_t k = 0; k < nodes.size(); ++k)
    if (nodes[k][1] != -2) CHECK(sum[k] == doctest::Approx(nodes[k][5] == "zero" ? 0.0 : number(nodes[k][5])));
}
