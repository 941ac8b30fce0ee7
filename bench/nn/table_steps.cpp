#include "../scalar/measure.hpp"
#include "tables.hpp"

#include <cmath>
#include <fmt/format.h>

namespace bench {
namespace {

// The largest difference of the first five losses.
auto disagreement(const step& a, const step& b) -> double {
  double worst = 0;
  for (int i = 0; i < 5; ++i) {
    const auto x = a(), y = b();
    const auto d = std::abs(x - y) / std::max(1.0, std::abs(y));
    if (!(d <= worst)) worst = d;
  }
  return worst;
}

}  // namespace

auto table_of_steps(const choice& c) -> bool {
  fmt::print("microseconds a training step (forward, backward, SGD), medians of {} rounds, one core\n", c.rounds);
  fmt::print("{:<46} {:>10} {:>10} {:>10} {:>6} {:>6}  {}\n", "", "recorded", "run", "libtorch", "ratio", "run",
             "losses differ by");
  bool agree = true;
  for (const auto& t : all_tasks()) {
    if (t.title().find(c.only) == std::string::npos) continue;
    const step recorded = seegrad_step(t), theirs = c.alone ? step() : torch_step(t);
    double apart = theirs ? disagreement(recorded, theirs) : 0;
    // A graph that lives on is the one that records, so that what is run comes after it.
    std::vector<double> seconds[3];
    for (int r = 0; r < c.rounds; ++r) {
      seconds[0].push_back(seconds_a_call(recorded, 2e-2));
      if (theirs) seconds[2].push_back(seconds_a_call(theirs, 2e-2));
    }
    const step run = seegrad_run_step(t);
    if (theirs) apart = std::max(apart, disagreement(run, torch_step(t)));
    agree = agree && apart <= 1e-4;
    for (int r = 0; r < c.rounds; ++r) {
      seconds[1].push_back(seconds_a_call(run, 2e-2));
      if (theirs) seconds[2].push_back(seconds_a_call(theirs, 2e-2));
    }
    const double a = median(seconds[0]) * 1e6, b = median(seconds[1]) * 1e6, l = theirs ? median(seconds[2]) * 1e6 : 0;
    if (theirs)
      fmt::print("{:<46} {:>10.2f} {:>10.2f} {:>10.2f} {:>6.2f} {:>6.2f}  {:.1e}\n", t.title(), a, b, l, a / l, b / l, apart);
    else fmt::print("{:<46} {:>10.2f} {:>10.2f} {:>10} {:>6.2f}\n", t.title(), a, b, "-", b / a);
    std::fflush(stdout);
  }
  if (!agree) fmt::print("the losses do not agree\n");
  return agree;
}

}  // namespace bench
