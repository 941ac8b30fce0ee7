#include <autodiff/ops/definition/passage.hpp>

#include <algorithm>
#include <set>

namespace seegrad {
namespace {

auto put_calls(const passage& p, std::set<const passage*>& seen, std::vector<const operation*>& calls) -> void {
  if (!seen.insert(&p).second) return;
  for (const auto& part : p.parts)
    if (part.inner) put_calls(*part.inner, seen, calls);
  if (p.own && std::find(calls.begin(), calls.end(), p.own) == calls.end()) calls.push_back(p.own);
}

}  // namespace

auto passage::text(const names& known) const -> std::string {
  std::string whole;
  for (const auto& [words, inner, at_least, _] : parts) {
    if (!inner) whole += words;
    else if (const auto it = known.find(inner.get()); it != known.end()) whole += it->second;
    else if (inner->holds < at_least) whole += "(" + inner->text(known) + ")";
    else whole += inner->text(known);
  }
  return whole;
}

auto passage::calls() const -> std::vector<const operation*> {
  std::set<const passage*> seen;
  std::vector<const operation*> calls;
  put_calls(*this, seen, calls);
  return calls;
}

}  // namespace seegrad
