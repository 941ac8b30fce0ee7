// The table "Tensors": seegrad, libtorch and Eigen beside the limit of the machine, on one core.

#include "../scalar/measure.hpp"
#include "row.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace {

auto cell(double seconds) -> std::string {
  return seconds > 0 ? fmt::format("{:9.2f}", seconds * 1e6) : fmt::format("{:>9}", "-");
}
auto ratio(double a, double b) -> std::string {
  return a > 0 && b > 0 ? fmt::format("{:6.2f}", a / b) : fmt::format("{:>6}", "-");
}

}  // namespace

auto main(int argc, char** argv) -> int {
  std::string only;
  int rounds = 15;
  bool alone = false;
  CLI::App app{"Operations on arrays, beside libtorch, Eigen and the limits of the machine."};
  app.add_option("--only", only, "rows with this in their name");
  app.add_option("--rounds", rounds, "of which the median is taken");
  app.add_flag("--alone", alone, "without libtorch and Eigen");
  CLI11_PARSE(app, argc, argv);
  bench::settle();
  fmt::print("microseconds, medians of {} rounds, one core; limit: at the machine's peak of multiply-adds or of copying\n",
             rounds);
  fmt::print("{:<34} {:>9} {:>9} {:>9} {:>9} {:>6} {:>6} | {:>9} {:>9} {:>6}\n", "value", "seegrad", "libtorch", "Eigen", "limit",
             "/torch", "/limit", "gradient", "libtorch", "/torch");
  for (const auto& w : bench::all_work()) {
    if (w.name().find(only) == std::string::npos) continue;
    const bench::way ways[] = {bench::seegrad_way(w), alone ? bench::way{} : bench::torch_way(w),
                               alone ? bench::way{} : bench::eigen_way(w)};
    // Long enough that what the others read and wrote has left the caches, whose limits stand beside the figures.
    constexpr double least = 2e-2;
    std::vector<double> value[3], gradient[3];
    for (int r = 0; r < rounds; ++r)
      for (int k = 0; k < 3; ++k) {
        if (ways[k].value) value[k].push_back(bench::seconds_a_call(ways[k].value, least));
        if (ways[k].gradient) gradient[k].push_back(bench::seconds_a_call(ways[k].gradient, least));
      }
    const auto of = [](std::vector<double>& v) { return v.empty() ? 0.0 : bench::median(v); };
    const double limit = w.counted == bench::unit::flops   ? w.amount / bench::peak_flops(w.single)
                         : w.counted == bench::unit::bytes ? w.amount / bench::peak_bandwidth(static_cast<std::size_t>(w.amount))
                                                           : 0;
    const double v[] = {of(value[0]), of(value[1]), of(value[2])}, g[] = {of(gradient[0]), of(gradient[1])};
    fmt::print("{:<34} {} {} {} {} {} {} | {} {} {}\n", w.name(), cell(v[0]), cell(v[1]), cell(v[2]), cell(limit),
               ratio(v[0], v[1]), ratio(v[0], limit), cell(g[0]), cell(g[1]), ratio(g[0], g[1]));
    std::fflush(stdout);
  }
}
