#include "../scalar/measure.hpp"
#include "../tensor/row.hpp"
#include "tables.hpp"

#include <fmt/format.h>

namespace bench {

auto table_of_predictions(const choice& c) -> void {
  const auto flops = peak_flops(true);
  fmt::print("\nmicroseconds a prediction by a program, one core; limit: its multiply-adds at the machine's peak\n");
  fmt::print("{:<46} {:>10} {:>10} {:>10} {:>6} {:>6}\n", "", "seegrad", "libtorch", "limit", "/torch", "/limit");
  for (const auto& t : all_tasks()) {
    if (t.title().find(c.only) == std::string::npos) continue;
    const auto ours = seegrad_prediction(t), theirs = torch_prediction(t);
    std::vector<double> seconds[2];
    for (int r = 0; r < c.rounds; ++r) {
      seconds[0].push_back(seconds_a_call(ours, 2e-2));
      if (theirs) seconds[1].push_back(seconds_a_call(theirs, 2e-2));
    }
    const double a = median(seconds[0]) * 1e6, l = theirs ? median(seconds[1]) * 1e6 : 0,
                 limit = 2 * multiply_adds_of(t) / flops * 1e6;
    fmt::print("{:<46} {:>10.2f} {:>10.2f} {:>10.2f} {:>6.2f} {:>6.2f}\n", t.title(), a, l, limit, theirs ? a / l : 0, a / limit);
    std::fflush(stdout);
  }
}

}  // namespace bench
