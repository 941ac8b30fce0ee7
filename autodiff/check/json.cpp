#include <autodiff/check/report.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

namespace seegrad {
namespace {

using json = nlohmann::ordered_json;

auto number(double x) -> json { return std::isfinite(x) ? json(x) : json(); }

auto object(const check_report::tally& tally) -> json {
  auto out = json::object();
  for (std::size_t v = 0; v < verdicts; ++v) out[std::string(to_string(static_cast<verdict>(v)))] = tally[v];
  return out;
}

auto object(const finding& f) -> json {
  return {{"verdict", to_string(f.what)},
          {"node", f.node},
          {"name", f.name},
          {"operation", f.operation},
          {"scope", f.scope},
          {"operand", f.operand < 0 ? json() : json(f.operand)},
          {"by", f.by},
          {"claimed", number(f.claimed)},
          {"measured", number(f.measured)},
          {"error_estimate", number(f.error_estimate)},
          {"difference", number(f.difference)},
          {"method", f.method},
          {"detail", f.detail},
          {"parameters", f.parameters},
          {"element", f.element}};
}

}  // namespace

auto check_report::to_json() const -> std::string {
  auto list = json::array();
  for (const auto& f : findings) list.push_back(object(f));
  const json out{{"passed", passed()},       {"by_hand", by_hand},         {"subject", subject},     {"by", by},
                 {"operations", operations}, {"derivatives", derivatives}, {"elements", elements},   {"constants", constants},
                 {"skipped", skipped},       {"counts", object(local)},    {"whole", object(whole)}, {"remarks", remarks},
                 {"findings", list}};
  // A name may hold any bytes, JSON may not.
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace seegrad
