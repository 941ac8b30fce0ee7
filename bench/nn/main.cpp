// The table "Networks": a training step of seegrad and of libtorch, on one core, from the same first weights with the same batch. The first
// five losses must agree to 1e-4.
//
//   nn_table [--only TEXT] [--rounds N]

#include "../scalar/measure.hpp"
#include "task.hpp"

#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace {

// The largest difference of the first five losses.
auto disagreement(const bench::step& a, const bench::step& b) -> double {
  double worst = 0;
  for (int i = 0; i < 5; ++i) {
    const auto x = a(), y = b();
    const auto d = std::abs(x - y) / std::max(1.0, std::abs(y));
    if (!(d <= worst)) worst = d;
  }
  return worst;
}

}  // namespace

int main(int count, char** words) {
  std::string only;
  int rounds = 9;
  for (int i = 1; i + 1 < count; i += 2) {
    if (!std::strcmp(words[i], "--only")) only = words[i + 1];
    else if (!std::strcmp(words[i], "--rounds")) rounds = std::stoi(words[i + 1]);
  }
  bench::settle();
  fmt::print("microseconds a training step (forward, backward, SGD), medians of {} rounds, one core\n", rounds);
  fmt::print("{:<46} {:>10} {:>10} {:>6}  {}\n", "", "seegrad", "libtorch", "ratio", "losses differ by");
  bool agree = true;
  for (const auto& t : bench::all_tasks()) {
    if (t.title().find(only) == std::string::npos) continue;
    const bench::step ours = bench::seegrad_step(t), theirs = bench::torch_step(t);
    const double apart = theirs ? disagreement(ours, theirs) : 0;
    agree = agree && apart <= 1e-4;
    std::vector<double> seconds[2];
    for (int r = 0; r < rounds; ++r) {
      seconds[0].push_back(bench::seconds_a_call(ours, 2e-2));
      if (theirs) seconds[1].push_back(bench::seconds_a_call(theirs, 2e-2));
    }
    const double a = bench::median(seconds[0]) * 1e6, b = theirs ? bench::median(seconds[1]) * 1e6 : 0;
    if (theirs) fmt::print("{:<46} {:>10.2f} {:>10.2f} {:>6.2f}  {:.1e}\n", t.title(), a, b, a / b, apart);
    else fmt::print("{:<46} {:>10.2f} {:>10} {:>6}\n", t.title(), a, "-", "-");
    std::fflush(stdout);
  }
  if (!agree) fmt::print("the losses do not agree\n");
  return agree ? 0 : 1;
}
