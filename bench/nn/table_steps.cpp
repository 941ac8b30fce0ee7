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
  fmt::print("{:<46} {:>10} {:>10} {:>6}  {}\n", "", "seegrad", "libtorch", "ratio", "losses differ by");
  bool agree = true;
  for (const auto& t : all_tasks()) {
    if (t.title().find(c.only) == std::string::npos) continue;
    const step ours = seegrad_step(t), theirs = c.alone ? step() : torch_step(t);
    const double apart = theirs ? disagreement(ours, theirs) : 0;
    agree = agree && apart <= 1e-4;
    std::vector<double> seconds[2];
    for (int r = 0; r < c.rounds; ++r) {
      seconds[0].push_back(seconds_a_call(ours, 2e-2));
      if (theirs) seconds[1].push_back(seconds_a_call(theirs, 2e-2));
    }
    const double a = median(seconds[0]) * 1e6, b = theirs ? median(seconds[1]) * 1e6 : 0;
    if (theirs) fmt::print("{:<46} {:>10.2f} {:>10.2f} {:>6.2f}  {:.1e}\n", t.title(), a, b, a / b, apart);
    else fmt::print("{:<46} {:>10.2f} {:>10} {:>6}\n", t.title(), a, "-", "-");
    std::fflush(stdout);
  }
  if (!agree) fmt::print("the losses do not agree\n");
  return agree;
}

}  // namespace bench
