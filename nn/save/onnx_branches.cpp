#include <fmt/format.h>
#include <map>
#include <nn/save/onnx_branches.hpp>
#include <set>

namespace seegrad::nn::detail {
namespace {

using guards = std::vector<branch_guard>;

auto shown(const std::string& name) -> std::string { return name.substr(0, 100); }

auto is_branching(const read_node& n) -> bool { return n.type == "If" && (n.domain.empty() || n.domain == "ai.onnx"); }

/// What a graph has given up to a node, and what it is called in the list; a branch sees what stands around it, too.
struct names_in_sight {
  const names_in_sight* around = nullptr;
  std::map<std::string, std::string> names = {};

  auto find(const std::string& name) const -> const std::string* {
    if (const auto at = names.find(name); at != names.end()) return &at->second;
    return around ? around->find(name) : nullptr;
  }
};

class lister {
 public:
  /// What is in no branch keeps its names: that two values have one is an error, which others find.
  explicit lister(onnx_graph graph) {
    names_in_sight names;
    const auto keep = [&](const std::string& name) { names.names.emplace(name, name); };
    for (const auto& i : graph.inputs) keep(i.name);
    for (const auto& n : graph.numbers) keep(n.name), taken_.insert(n.name);
    for (const auto& i : graph.inputs) taken_.insert(i.name);
    for (const auto& n : graph.nodes) taken_.insert(n.outputs.begin(), n.outputs.end());
    all_.inputs = std::move(graph.inputs), all_.outputs = std::move(graph.outputs), all_.numbers = std::move(graph.numbers);
    for (auto& n : graph.nodes) {
      refer(n, names);
      if (is_branching(n)) list_branches(n, names, {});
      for (const auto& name : n.outputs) keep(name);
      all_.nodes.push_back(std::move(n));
    }
  }

  auto taken_apart() -> onnx_graph { return std::move(all_); }

 private:
  static auto refer(const std::string& name, const read_node& n, const names_in_sight& names) -> std::string {
    if (name.empty()) return name;
    const auto* called = names.find(name);
    if (!called)
      throw error(fmt::format("{} '{}' needs '{}', which nothing before it gives", n.type, shown(n.called()), shown(name)));
    return *called;
  }
  static auto refer(read_node& n, const names_in_sight& names) -> void {
    for (auto& name : n.inputs) name = refer(name, n, names);
  }

  auto list_branches(read_node& n, const names_in_sight& names, const guards& under) -> void {
    const auto called = shown(n.called());
    if (n.inputs.size() != 1 || n.inputs[0].empty()) throw error(fmt::format("If '{}' has no condition", called));
    auto attributes = std::move(n.attributes);
    n.attributes.clear();
    const auto condition = n.inputs[0];
    for (const bool wanted : {true, false}) {
      const auto* which = wanted ? "then_branch" : "else_branch";
      onnx_graph* branch = nullptr;
      for (auto& a : attributes)
        if (a.name == which && a.graphs.size() == 1) branch = &a.graphs.front();
      if (!branch) throw error(fmt::format("If '{}' has no {}", called, which));
      if (!branch->inputs.empty()) throw error(fmt::format("If '{}': its {} has inputs", called, which));
      if (branch->outputs.size() != n.outputs.size())
        throw error(
            fmt::format("If '{}' has {} results, and its {} gives {}", called, n.outputs.size(), which, branch->outputs.size()));
      auto inner = under;
      inner.push_back({condition, wanted, called});
      names_in_sight within{&names};
      list(*branch, within, inner);
      for (const auto& o : branch->outputs) n.inputs.push_back(refer(o.name, n, within));
    }
  }

  auto list(onnx_graph& branch, names_in_sight& names, const guards& under) -> void {
    for (auto& n : branch.numbers) {
      n.name = renamed(n.name, names);
      all_.numbers.push_back(std::move(n));
    }
    for (auto& n : branch.nodes) {
      refer(n, names);
      if (is_branching(n)) list_branches(n, names, under);
      for (auto& name : n.outputs) name = renamed(name, names);
      n.guards = under;
      all_.nodes.push_back(std::move(n));
    }
  }

  auto renamed(const std::string& name, names_in_sight& names) -> std::string {
    if (name.empty()) return name;
    auto fresh = name;
    for (int i = 2; !taken_.insert(fresh).second; ++i) fresh = fmt::format("{}_{}", name, i);
    names.names[name] = fresh;
    return fresh;
  }

  onnx_graph all_;
  std::set<std::string> taken_;
};

}  // namespace

auto in_one_list(onnx_graph graph) -> onnx_graph { return lister(std::move(graph)).taken_apart(); }

}  // namespace seegrad::nn::detail
