#include <nn/see/histograms.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace seegrad::nn {

auto histograms(const state_map& numbers, const histograms_options& options) -> plot {
  std::vector<const state_map::value_type*> shown;
  for (const auto& entry : numbers)
    if (entry.second.is_floating() && entry.second.size() > 0) shown.push_back(&entry);
  if (shown.empty()) throw error("histograms: there are no numbers to draw");
  for (const auto* entry : shown)
    if (const auto b = options.before.find(entry->first); b != options.before.end() && b->second.size() != entry->second.size())
      throw error(fmt::format("histograms: {} is {}, and was {} before", entry->first, to_string(entry->second.shape()),
                              to_string(b->second.shape())));
  const auto all = shown.size(), most = static_cast<std::size_t>(std::max(1, options.most));
  if (all > most) {
    std::stable_sort(shown.begin(), shown.end(), [](auto* a, auto* b) { return a->second.size() > b->second.size(); });
    shown.resize(most);
    std::sort(shown.begin(), shown.end(), [](auto* a, auto* b) { return a->first < b->first; });
  }
  const auto columns = std::min<std::size_t>(3, shown.size()), rows = (shown.size() + columns - 1) / columns;
  plot p(options.file, {.width = static_cast<int>(300 * columns + 60), .height = static_cast<int>(220 * rows + 60)});
  p.title(all > shown.size() ? fmt::format("The {} largest of {} parameters", shown.size(), all) : "Parameters");
  p.panels(static_cast<int>(rows), static_cast<int>(columns));
  for (const auto* entry : shown) {
    p.panel(fmt::format("{} {}", entry->first, to_string(entry->second.shape())));
    if (const auto b = options.before.find(entry->first); b != options.before.end()) p.histogram("before", b->second);
    p.histogram(options.before.empty() ? "" : "now", entry->second);
  }
  return p;
}

}  // namespace seegrad::nn
