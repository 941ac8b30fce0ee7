#include "measure.hpp"
#include "summary.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace bench {
namespace {

using nlohmann::ordered_json;

auto figures(const row& one, const column& each) -> ordered_json {
  ordered_json entry{{"nanoseconds_per_operation", one.nanoseconds(each.library)},
                     {"median_seconds", median(each.seconds)},
                     {"seconds", each.seconds}};
  if (one.find("Stan") != nullptr) entry["ratio_to_stan"] = one.ratio(each.library, "Stan");
  if (const auto best = one.best_peer(); !best.empty()) entry["ratio_to_best_peer"] = one.ratio(each.library, best);
  if (each.bytes > 0.0) entry["record_bytes_per_operation"] = each.bytes;
  if (!each.variant.empty()) {
    entry["variant"] = each.variant;
    for (const auto& other : one.columns)
      if (other.library == each.library) entry["median_seconds_of_variants"][other.variant] = median(other.seconds);
  }
  return entry;
}

}  // namespace

auto print_json(std::span<const row> rows) -> void {
  ordered_json all{{"rows", ordered_json::array()}, {"summary", ordered_json::object()}};
  for (const auto& one : rows) {
    ordered_json entry{{"kernel", one.kernel->name}, {"operations", one.kernel->operations}, {"goal", one.kernel->goal}};
    if (const auto best = one.best_peer(); !best.empty()) entry["best_peer"] = best;
    for (const auto name : one.libraries()) entry["libraries"][name] = figures(one, *one.find(name));
    all["rows"].push_back(std::move(entry));
  }
  for (const auto& one : summaries(rows))
    all["summary"][one.library] = {
        {"geometric_mean_of_ratios_to_best_peer", one.mean}, {"rows_at_or_ahead", one.ahead}, {"rows", rows.size()}};
  fmt::print("{}\n", all.dump(2));
}

}  // namespace bench
