#include "row.hpp"

#include "isolated.hpp"
#include "measure.hpp"
#include "runner.hpp"
#include "upper_halves.hpp"

#include <limits>

namespace bench {

auto row::libraries() const -> std::vector<std::string_view> {
  std::vector<std::string_view> names;
  for (const auto& one : columns)
    if (names.empty() || names.back() != one.library) names.push_back(one.library);
  return names;
}

auto row::ours() const -> std::vector<std::string_view> {
  auto names = libraries();
  std::erase_if(names, [](auto name) { return !is_ours(name); });
  return names;
}

auto row::find(std::string_view library) const -> const column* {
  const column* fastest = nullptr;
  for (const auto& one : columns)
    if (one.library == library && (fastest == nullptr || median(one.seconds) < median(fastest->seconds))) fastest = &one;
  return fastest;
}

auto row::best_peer() const -> std::string_view {
  std::string_view best;
  for (const auto name : libraries())
    if (name != "plain" && !is_ours(name) && !(nanoseconds(name) >= nanoseconds(best))) best = name;
  return best;
}

auto row::nanoseconds(std::string_view library) const -> double {
  const auto* one = find(library);
  if (one == nullptr) return std::numeric_limits<double>::quiet_NaN();
  return 1e9 * median(one->seconds) / static_cast<double>(kernel->operations);
}

auto row::ratio(std::string_view library, std::string_view to) const -> double {
  const auto* above = find(library);
  const auto* below = find(to);
  if (above == nullptr || below == nullptr) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> quotients;
  for (std::size_t i = 0; i < above->seconds.size(); ++i) quotients.push_back(above->seconds[i] / below->seconds[i]);
  return median(quotients);
}

namespace {

// What the child process hands back of one library: the rounds, then the bytes and the upper halves.
constexpr std::size_t extras = 2;

auto fill(const facts& kernel, const runners& all, int rounds, std::span<double> out) -> void {
  const auto times = measure(kernel, all, rounds);
  std::vector<double> gradient(kernel.inputs.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    clean_upper_halves();
    all[i]->run(gradient);
    const bool in_use = upper_halves_in_use();
    const auto part = out.subspan(i * (times[i].size() + extras));
    std::copy(times[i].begin(), times[i].end(), part.begin());
    part[times[i].size()] = static_cast<double>(all[i]->record_bytes()) / static_cast<double>(kernel.operations);
    part[times[i].size() + 1] = in_use ? 1.0 : 0.0;
  }
}

}  // namespace

auto make_row(std::size_t k, int rounds) -> row {
  const auto& kernel = all_facts()[k];
  const auto enrolled = enrolled_for(k);
  const auto figures = static_cast<std::size_t>(rounds);
  const auto numbers =
      isolated(enrolled.size() * (figures + extras), [&](std::span<double> out) { fill(kernel, runners_of(k), rounds, out); });
  row result{&kernel, {}};
  auto part = numbers.begin();
  for (const auto& one : enrolled) {
    const auto end = part + rounds;
    result.columns.push_back({one.library, one.variant, {part, end}, end[0], end[1] != 0.0});
    part = end + extras;
  }
  return result;
}

}  // namespace bench
