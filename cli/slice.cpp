#include "slice.hpp"

#include <autodiff/view/slice.hpp>
#include <fmt/format.h>

#include <charconv>

#include "about_argument.hpp"
#include "language/utf8.hpp"
#include "named_node.hpp"

namespace seegrad::cli {
namespace {

auto node_called(const std::string& name, const recording& r) -> node_id {
  return about_argument(name, [&] { return r.record().id(named_node(name, r).ref(), "picture"); });
}

auto ways(const std::string& asked, const recording& r) -> std::vector<node_id> {
  const auto colon = asked.find(':');
  if (colon == std::string::npos)
    throw error(fmt::format("--between: '{}': two names are wanted, for example --between c:J", shortened(asked, 40)));
  const auto from = asked.substr(0, colon), to = asked.substr(colon + 1);
  auto part = between(r.record(), node_called(from, r), node_called(to, r));
  if (part.empty()) throw error(fmt::format("--between: no way leads from '{}' to '{}'", from, to));
  return part;
}

auto near(const std::string& asked, const recording& r) -> std::vector<node_id> {
  const auto colon = asked.find(':');
  const auto name = asked.substr(0, colon);
  int steps = 1;
  if (colon != std::string::npos) {
    const auto* end = asked.data() + asked.size();
    const auto [at, code] = std::from_chars(asked.data() + colon + 1, end, steps);
    if (code != std::errc() || at != end || steps < 0)
      throw error(fmt::format("--around: '{}': how many steps? For example --around {}:2", shortened(asked, 40), name));
  }
  return neighbourhood(r.record(), node_called(name, r), steps);
}

}  // namespace

auto slice_of(const result& x, const options& o) -> std::vector<node_id> {
  std::vector<node_id> all;
  const auto add = [&](const std::vector<node_id>& part) { all.insert(all.end(), part.begin(), part.end()); };
  for (const auto& d : x.derivations) {
    const auto part = between(x.r.record(), d.node, x.r.record().id(x.r.output().ref(), "picture"));
    add(part);
    if (part.empty()) all.push_back(d.node);
  }
  if (!o.between.empty()) add(ways(o.between, x.r));
  if (!o.around.empty()) add(near(o.around, x.r));
  return all;
}

}  // namespace seegrad::cli
