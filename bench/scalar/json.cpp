#include "measure.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace bench {

auto print_json(std::span<const row> rows) -> void {
  auto list = nlohmann::ordered_json::array();
  for (const auto& one : rows) {
    nlohmann::ordered_json entry{
        {"kernel", one.kernel->name}, {"operations", one.kernel->operations}, {"goal", one.kernel->goal}};
    for (const auto& each : one.columns) {
      auto& figures = entry["libraries"][each.library];
      figures["nanoseconds_per_operation"] = one.nanoseconds(each.library);
      figures["median_seconds"] = median(each.seconds);
      figures["seconds"] = each.seconds;
      if (one.find("Stan") != nullptr) figures["ratio_to_stan"] = one.ratio(each.library, "Stan");
      if (each.bytes > 0.0) figures["record_bytes_per_operation"] = each.bytes;
    }
    list.push_back(std::move(entry));
  }
  fmt::print("{}\n", list.dump(2));
}

}  // namespace bench
