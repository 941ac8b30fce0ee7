// The table "Scalar graphs": every kernel in every library that was built in, checked to agree, then timed.

#include "agreement.hpp"
#include "isolated.hpp"
#include "measure.hpp"
#include "table.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

using namespace bench;

auto main(int argc, char** argv) -> int {
  CLI::App app{"Times gradients of scalar kernels in seegrad and other libraries."};
  std::string only;
  int rounds = 9;
  bool json = false;
  app.add_option("--only", only, "the kernels whose name contains this text");
  app.add_option("--rounds", rounds, "how often each figure is measured; the median is shown")->check(CLI::Range(1, 10'000));
  app.add_flag("--json", json, "print JSON instead of a table");
  CLI11_PARSE(app, argc, argv);

  settle();
  const auto kernels = all_facts();
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < kernels.size(); ++k)
    if (kernels[k].name.find(only) != std::string_view::npos) chosen.push_back(k);
  if (chosen.empty()) {
    fmt::print(stderr, "no kernel has '{}' in its name; there are:\n", only);
    for (const auto& kernel : kernels) fmt::print(stderr, "  {}\n", kernel.name);
    return 2;
  }
  // All are compared before the first is timed, so that a wrong library is never shown as a fast one.
  bool agree = true;
  for (const auto k : chosen) {
    const auto same = isolated(1, [&](std::span<double> out) {
      const auto problem = disagreement(k);
      if (!problem.empty()) fmt::print(stderr, "{}\n", problem);
      out[0] = problem.empty() ? 1.0 : 0.0;
    });
    agree = agree && same[0] == 1.0;
  }
  if (!agree) {
    fmt::print(stderr, "the libraries do not agree, so nothing is timed\n");
    return 1;
  }
  std::vector<row> rows;
  for (const auto k : chosen) {
    rows.push_back(make_row(k, rounds));
    if (json) continue;
    if (rows.size() == 1) print_head(rows.front());
    print_row(rows.back());
  }
  json ? print_json(rows) : print_summary(rows);
  return 0;
}
