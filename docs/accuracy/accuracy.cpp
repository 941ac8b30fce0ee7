// Writes docs/accuracy.md (scripts/accuracy) or, given names of operations, their rows alone.

#include "page.hpp"

#include <algorithm>
#include <iostream>
#include <span>
#include <string_view>

int main(int argc, char** argv) {
  constexpr std::size_t count = 200'000;
  const std::span<char*> asked(argv + 1, static_cast<std::size_t>(argc - 1));
  accuracy::summary all;
  if (asked.empty()) std::cout << accuracy::introduction(count);
  for (const auto* op : seegrad::operations()) {
    if (op->stops) continue;  // the operand itself, with a slope that is said and not computed
    if (!asked.empty() && std::ranges::none_of(asked, [&](std::string_view name) { return name == op->name; })) continue;
    const auto m = accuracy::measure(*op, count);
    std::cout << accuracy::table_row(*op, m) << std::flush;
    all.add(*op, m);
  }
  if (asked.empty()) std::cout << all.text();
}
