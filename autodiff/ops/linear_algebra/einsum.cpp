#include <autodiff/ops/linear_algebra/einsum.hpp>

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <map>

namespace seegrad::detail {

namespace {

// "..." is one '.' here.
auto parsed(std::string_view text) -> einsum_plan {
  const auto wrong = [&](std::string_view why) {
    return error(fmt::format("einsum: \"{}\": {}; an example is \"ij,jk->ik\"", text, why));
  };
  einsum_plan plan{{""}, "", {}};
  bool after_arrow = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    auto& axes = after_arrow ? plan.result : plan.operands.back();
    if (c == ' ') continue;
    if (c == '-' && i + 1 < text.size() && text[i + 1] == '>' && !after_arrow) after_arrow = true, ++i;
    else if (c == ',' && !after_arrow) plan.operands.emplace_back();
    else if (text.substr(i).starts_with("...")) {
      if (axes.find('.') != std::string::npos) throw wrong("\"...\" stands twice in one place");
      axes.push_back('.'), i += 2;
    } else if (!std::isalpha(static_cast<unsigned char>(c))) throw wrong(fmt::format("'{}' is no letter for an axis", c));
    else axes.push_back(c);
  }
  std::map<char, int> count;
  for (const auto& o : plan.operands)
    for (char c : o) ++count[c];
  if (!after_arrow)
    for (const auto& [c, n] : count)  // '.' comes before all letters
      if (n == 1 || c == '.') plan.result.push_back(c);
  for (char c : plan.result) {
    if (!count.contains(c))
      throw wrong(c == '.' ? "\"...\" of the result is in no operand" : fmt::format("axis {} of the result is in no operand", c));
    if (std::count(plan.result.begin(), plan.result.end(), c) > 1) throw wrong(fmt::format("axis {} is twice in the result", c));
  }
  return plan;
}

/// So many axes of "...", the last of which is 0.
auto put_axes(std::string& axes, int count) -> void {
  if (const auto at = axes.find('.'); at != std::string::npos) {
    std::string digits;
    for (int k = count - 1; k >= 0; --k) digits.push_back(static_cast<char>('0' + k));
    axes.replace(at, 1, digits);
  }
}

}  // namespace

auto plan_einsum(std::string_view text, std::vector<dims> shapes) -> einsum_plan {
  auto plan = parsed(text);
  if (plan.operands.size() != shapes.size())
    throw error(fmt::format("einsum: \"{}\": {} operands are named, {} given", text, plan.operands.size(), shapes.size()));
  int most = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    auto& axes = plan.operands[i];
    const bool has_more = axes.find('.') != std::string::npos;
    const int more = shapes[i].size() - static_cast<int>(axes.size()) + (has_more ? 1 : 0);
    if (more < 0 || (more > 0 && !has_more))
      throw error(
          fmt::format("einsum: \"{}\": operand {} is called {} and has the shape {}", text, i,
                      has_more ? fmt::format("{}...{}", axes.substr(0, axes.find('.')), axes.substr(axes.find('.') + 1)) : axes,
                      to_string(shapes[i])));
    put_axes(axes, more);
    most = std::max(most, has_more ? more : 0);
  }
  put_axes(plan.result, most);
  std::map<char, index_t> extent;
  for (std::size_t i = 0; i < shapes.size(); ++i)
    for (int k = 0; k < shapes[i].size(); ++k) {
      const char c = plan.operands[i][static_cast<std::size_t>(k)];
      const auto n = shapes[i][k];
      auto& known = extent.try_emplace(c, n).first->second;
      const bool repeats = std::isdigit(static_cast<unsigned char>(c)) != 0;
      if (repeats && known == 1) known = n;
      if (known != n && !(repeats && n == 1))
        throw error(repeats
                        ? fmt::format("einsum: \"{}\": the axes of \"...\" are {} in one place and {} in another", text, known, n)
                        : fmt::format("einsum: \"{}\": axis {} is {} in one place and {} in another", text, c, known, n));
    }
  // What is repeated is left out: a product with what has the axis repeats it.
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    auto& axes = plan.operands[i];
    for (auto k = axes.size(); k-- > 0;)
      if (shapes[i][static_cast<int>(k)] != extent.at(axes[k])) axes.erase(k, 1), shapes[i].erase(static_cast<int>(k));
  }
  plan.shapes = std::move(shapes);
  return plan;
}

}  // namespace seegrad::detail
