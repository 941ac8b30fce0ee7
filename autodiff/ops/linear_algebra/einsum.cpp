#include <autodiff/ops/linear_algebra/einsum.hpp>

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <map>

namespace seegrad::detail {

auto parse_einsum(std::string_view text) -> einsum_plan {
  const auto wrong = [&](std::string_view why) {
    return error(fmt::format("einsum: \"{}\": {}; an example is \"ij,jk->ik\"", text, why));
  };
  einsum_plan plan{{""}, ""};
  bool after_arrow = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') continue;
    if (c == '-' && i + 1 < text.size() && text[i + 1] == '>' && !after_arrow) after_arrow = true, ++i;
    else if (c == ',' && !after_arrow) plan.operands.emplace_back();
    else if (!std::isalpha(static_cast<unsigned char>(c))) throw wrong(fmt::format("'{}' is no letter for an axis", c));
    else (after_arrow ? plan.result : plan.operands.back()).push_back(c);
  }
  std::map<char, int> count;
  for (const auto& o : plan.operands)
    for (char c : o) ++count[c];
  if (!after_arrow)
    for (const auto& [c, n] : count)
      if (n == 1) plan.result.push_back(c);
  for (char c : plan.result) {
    if (!count.contains(c)) throw wrong(fmt::format("axis {} of the result is in no operand", c));
    if (std::count(plan.result.begin(), plan.result.end(), c) > 1) throw wrong(fmt::format("axis {} is twice in the result", c));
  }
  return plan;
}

auto check_einsum(std::string_view text, const einsum_plan& plan, std::span<const dims> shapes) -> void {
  if (plan.operands.size() != shapes.size())
    throw error(fmt::format("einsum: \"{}\": {} operands are named, {} given", text, plan.operands.size(), shapes.size()));
  std::map<char, index_t> extent;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (plan.operands[i].size() != static_cast<std::size_t>(shapes[i].size()))
      throw error(fmt::format("einsum: \"{}\": operand {} is called {} and has the shape {}", text, i, plan.operands[i],
                              to_string(shapes[i])));
    for (int k = 0; k < shapes[i].size(); ++k) {
      const char c = plan.operands[i][static_cast<std::size_t>(k)];
      const auto [it, is_new] = extent.try_emplace(c, shapes[i][k]);
      if (!is_new && it->second != shapes[i][k])
        throw error(
            fmt::format("einsum: \"{}\": axis {} is {} in one place and {} in another", text, c, it->second, shapes[i][k]));
    }
  }
}

}  // namespace seegrad::detail
