#pragma once
// Pictures read back by Graphviz.

#include <doctest/doctest.h>
#include <graphviz/cgraph.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// DOT read back by Graphviz's own parser.
class parsed {
 public:
  using edge = std::pair<std::string, std::string>;
  explicit parsed(const std::string& dot) : g_(agmemread(dot.c_str())) { REQUIRE(g_ != nullptr); }
  ~parsed() { agclose(g_); }
  parsed(const parsed&) = delete;

  auto nodes() const -> std::vector<std::string> {
    std::vector<std::string> out;
    for (auto* n = agfstnode(g_); n; n = agnxtnode(g_, n)) out.emplace_back(agnameof(n));
    return out;
  }
  auto edges() const -> std::multiset<edge> {
    std::multiset<edge> out;
    for (auto* n = agfstnode(g_); n; n = agnxtnode(g_, n))
      for (auto* e = agfstout(g_, n); e; e = agnxtout(g_, e)) out.insert({agnameof(n), agnameof(aghead(e))});
    return out;
  }
  auto attribute(const std::string& node, const char* name) const -> std::string {
    auto* n = agnode(g_, const_cast<char*>(node.c_str()), 0);
    REQUIRE(n != nullptr);
    return agget(n, const_cast<char*>(name));
  }
  auto root() const -> Agraph_t* { return g_; }

 private:
  Agraph_t* g_;
};

/// All in one piece, and no edge on a circle.
inline auto check_shape(const parsed& p) -> void {
  std::map<std::string, std::string> leader;
  const auto find = [&](std::string n) {
    while (leader[n] != n) n = leader[n];
    return n;
  };
  std::map<std::string, int> waiting;
  for (const auto& n : p.nodes()) leader[n] = n, waiting[n] = 0;
  std::multimap<std::string, std::string> out;
  for (const auto& [from, to] : p.edges()) leader[find(from)] = find(to), out.emplace(from, to), ++waiting[to];
  std::set<std::string> pieces;
  for (const auto& n : p.nodes()) pieces.insert(find(n));
  CHECK(pieces.size() == 1);
  std::vector<std::string> free;
  for (const auto& [n, k] : waiting)
    if (k == 0) free.push_back(n);
  std::size_t done = 0;
  for (; !free.empty(); ++done) {
    const auto n = free.back();
    free.pop_back();
    for (auto [at, end] = out.equal_range(n); at != end; ++at)
      if (--waiting[at->second] == 0) free.push_back(at->second);
  }
  CHECK(done == p.nodes().size());
}
