// The table "Nested and large": whole runs in seegrad, and in CoDiPack where it was built in, whose numbers are checked to agree.

#include "../scalar/measure.hpp"
#include "timing.hpp"
#include "works.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <utility>

using namespace bench;

static_assert(work_count == BENCH_WORKS, "bench/nested/meson.build has another number of works than works.hpp");

namespace {

struct work {
  std::string_view name;
  unit shown_in;
  bool large;
};

auto all_works() -> std::array<work, work_count> {
  return std::apply([](const auto&... one) { return std::array{work{one.name, one.shown_in, one.large}...}; }, work_list);
}

// The last one is the peer, if there is one, and the others are held against it.
auto has_peer(const std::vector<timing>& all) -> bool { return all.back().library == "CoDiPack"; }

auto print_head(const std::vector<timing>& all) -> void {
  fmt::print("Time of a whole run, the first in a process and a later one, which has the memory of the first.\n\n{:<44}", "work");
  for (const auto& each : all) fmt::print(" {:>15} {:>10}", fmt::format("{} first", each.library), "later");
  if (has_peer(all))
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
      fmt::print(" | {:>22} {:>6}", fmt::format("{}/{} first", all[i].library, all.back().library), "later");
  fmt::print("\n");
}

auto print_row(const work& one, const std::vector<timing>& all) -> void {
  const auto figure = [&](const std::vector<double>& seconds, int width) {
    const double time = median(seconds) * one.shown_in.in_a_second;
    fmt::print(" {:>{}.{}f}", time, width, time < 100 ? 2 : 0);
  };
  fmt::print("{:<40} {:>3}", one.name, one.shown_in.name);
  for (const auto& each : all) {
    figure(each.first, 15);
    figure(each.later, 10);
  }
  if (has_peer(all))
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
      fmt::print(" | {:>22.2f} {:>6.2f}", ratio(all[i].first, all.back().first), ratio(all[i].later, all.back().later));
  fmt::print("\n");
  std::fflush(stdout);
}

auto entry(const work& one, const std::vector<timing>& all) -> nlohmann::ordered_json {
  nlohmann::ordered_json facts{{"work", one.name}};
  for (const auto& each : all) facts["libraries"][each.library] = {{"first_seconds", each.first}, {"later_seconds", each.later}};
  if (has_peer(all))
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
      facts["ratio"][all[i].library] = {{"first", ratio(all[i].first, all.back().first)},
                                        {"later", ratio(all[i].later, all.back().later)}};
  return facts;
}

// The geometric mean.
auto mean(const std::vector<double>& ratios) -> double {
  double logarithms = 0.0;
  for (const double one : ratios) logarithms += std::log(one);
  return std::exp(logarithms / static_cast<double>(ratios.size()));
}

}  // namespace

auto main(int argc, char** argv) -> int {
  CLI::App app{"Times whole runs: derivatives of derivatives, and large graphs."};
  std::string only;
  int rounds = 5;
  bool large = false, json = false;
  app.add_option("--only", only, "the works whose name contains this text");
  app.add_option("--rounds", rounds, "how often each is measured; the median is shown")->check(CLI::Range(1, 10'000));
  app.add_flag("--large", large, "the works of some gigabytes as well");
  app.add_flag("--json", json, "print JSON instead of a table");
  CLI11_PARSE(app, argc, argv);

  settle();
  auto list = nlohmann::ordered_json::array();
  std::map<std::string_view, std::vector<double>> later;  // ratios of each library
  bool head = !json;
  const auto works = all_works();
  for (std::size_t k = 0; k < works.size(); ++k) {
    if (works[k].name.find(only) == std::string_view::npos || (works[k].large && !large)) continue;
    const auto all = timings(k, rounds);
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
      if (!agree(all[i], all.back())) {
        fmt::print(stderr, "{}: {} and {} do not give the same numbers\n", works[k].name, all[i].library, all.back().library);
        return 1;
      }
      if (has_peer(all)) later[all[i].library].push_back(ratio(all[i].later, all.back().later));
    }
    if (json) list.push_back(entry(works[k], all));
    if (std::exchange(head, false)) print_head(all);
    if (!json) print_row(works[k], all);
  }
  if (json) fmt::print("{}\n", list.dump(2));
  else {
    fmt::print("\nAll give the same numbers to 1e-9.\n");
    for (const auto& [library, ratios] : later)
      fmt::print("{}: geometric mean of the later ratios {:.2f}.\n", library, mean(ratios));
  }
  return 0;
}
