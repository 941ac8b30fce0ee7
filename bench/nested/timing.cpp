#include "timing.hpp"

#include "../scalar/isolated.hpp"
#include "../scalar/measure.hpp"

#include <algorithm>
#include <cmath>

namespace bench {
namespace {

constexpr double shortest = 0.1;  // seconds
constexpr std::size_t most_numbers = 50'000, extras = 3;

}  // namespace

auto timings(std::size_t work, int rounds) -> std::vector<timing> {
  std::vector<timing> all;
  for (const auto& one : enrolled_works())
    if (one.work == work) all.push_back({one.library, {}, {}, {}});
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.library > b.library; });  // seegrad first
  for (int round = 0; round < rounds; ++round) {
    for (auto& each : all) {
      const auto said = isolated(extras + most_numbers, [&](std::span<double> out) {
        const auto& works = enrolled_works();
        const auto found = std::find_if(works.begin(), works.end(),
                                        [&](const auto& one) { return one.work == work && one.library == each.library; });
        const auto run = found->prepare();
        std::vector<double> result;
        const auto start = processor_time();
        result = run();
        out[0] = processor_time() - start;
        out[1] = seconds_a_call([&] { result = run(); }, shortest);
        const auto count = std::min(result.size(), most_numbers);
        out[2] = static_cast<double>(count);
        std::copy_n(result.begin(), count, out.begin() + extras);
      });
      each.first.push_back(said[0]);
      each.later.push_back(said[1]);
      each.result.assign(said.begin() + extras, said.begin() + extras + static_cast<std::ptrdiff_t>(said[2]));
    }
  }
  return all;
}

auto ratio(const std::vector<double>& above, const std::vector<double>& below) -> double {
  std::vector<double> quotients;
  for (std::size_t i = 0; i < above.size(); ++i) quotients.push_back(above[i] / below[i]);
  return median(quotients);
}

auto agree(const timing& a, const timing& b) -> bool {
  if (a.result.size() != b.result.size()) return false;
  double apart = 0.0, length = 0.0;
  for (std::size_t i = 0; i < a.result.size(); ++i) {
    apart += (a.result[i] - b.result[i]) * (a.result[i] - b.result[i]);
    length += b.result[i] * b.result[i];
  }
  return std::sqrt(apart) <= 1e-9 * std::sqrt(length);  // false as well where a number is not finite
}

}  // namespace bench
