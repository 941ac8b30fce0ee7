#pragma once
// What a program is run with.

#include <cstddef>
#include <span>

namespace seegrad::detail::run {

/// Points one behind the other, each with all its numbers; null spans where there is nothing to read or to write.
struct points {
  std::span<const double> inputs, seeds;  ///< seeds: one for each result
  std::span<double> results, slopes;
  std::size_t count = 0;
  bool same_inputs = false, same_seeds = true;  ///< there are those of one point, which count for all

  auto inputs_of(std::size_t i) const -> std::span<const double> { return of(inputs, i, same_inputs); }
  auto seeds_of(std::size_t i) const -> std::span<const double> { return of(seeds, i, same_seeds); }
  /// So many from `first` on.
  auto part(std::size_t first, std::size_t many) const -> points {
    const auto cut = [&](auto all) { return all.subspan(all.size() / count * first, all.size() / count * many); };
    return {same_inputs ? inputs : cut(inputs),
            same_seeds ? seeds : cut(seeds),
            cut(results),
            cut(slopes),
            many,
            same_inputs,
            same_seeds};
  }

 private:
  auto of(std::span<const double> all, std::size_t i, bool same) const -> std::span<const double> {
    return same ? all : all.subspan(all.size() / count * i, all.size() / count);
  }
};

}  // namespace seegrad::detail::run
