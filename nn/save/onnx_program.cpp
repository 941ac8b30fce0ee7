#include <algorithm>
#include <map>
#include <new>
#include <nn/save/onnx_branches.hpp>
#include <nn/save/onnx_program.hpp>
#include <optional>
#include <set>

namespace seegrad::nn::detail {
namespace {

auto shown(const std::string& name) -> std::string { return name.size() <= 100 ? name : name.substr(0, 100) + "…"; }

auto is_standard(const read_node& n) -> bool { return n.domain.empty() || n.domain == "ai.onnx"; }

/// The part of a program that a node is of, by its name: "layer1.0.conv" of PyTorch's /layer1/layer1.0/conv/Conv as of layer1.0.conv.conv2d_3.
auto scope_of(const std::string& node) -> std::string {
  const auto slash = node.rfind('/');
  if (slash == std::string::npos) return node.substr(0, node.rfind('.') == std::string::npos ? 0 : node.rfind('.'));
  std::string scope;
  for (std::size_t at = 0; at < slash;) {
    const auto end = std::min(node.find('/', at), slash);
    const auto word = node.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    // A part of a list says the list's name again.
    const auto last = scope.rfind('.') == std::string::npos ? 0 : scope.rfind('.') + 1;
    if (word.starts_with(scope.substr(last) + ".")) scope.erase(last);
    else if (!scope.empty()) scope += '.';
    scope += word;
  }
  return scope;
}

auto within(const std::string& name, const std::string& scope) -> std::string_view {
  const bool is = !scope.empty() && name.starts_with(scope + ".");
  return is ? std::string_view(name).substr(scope.size() + 1) : std::string_view(name);
}

auto place_of(const void* node) -> std::string { return "'" + shown(static_cast<const read_node*>(node)->called()) + "'"; }

}  // namespace

onnx_program::onnx_program(onnx_file file, onnx_parameters& parameters, onnx_buffers& buffers) : opset_(file.opset) {
  if (opset_ < first_opset || opset_ > last_opset)
    throw error(
        opset_ == 0
            ? std::string("it does not say which version of ONNX's operators it is of")
            : fmt::format("its operators are of version (opset) {}, and {} to {} are read; export it anew with one of these",
                          opset_, first_opset, last_opset));
  auto list = in_one_list(std::move(file));
  nodes_ = std::move(list.nodes), inputs_ = std::move(list.inputs), outputs_ = std::move(list.outputs);
  if (outputs_.empty()) throw error("it has no outputs");
  std::map<std::string, int> value_of;
  const auto name_value = [&](const std::string& name) {
    if (!value_of.emplace(name, count_++).second) throw error(fmt::format("two values are called '{}'", shown(name)));
  };
  for (std::size_t i = 0; i < inputs_.size(); ++i) name_value(inputs_[i].name), held_.push_back({source::input, i});
  for (const auto& n : list.numbers) name_value(n.name);
  std::vector<step> steps;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto& n = nodes_[i];
    step s{is_standard(n) ? find_onnx_operator(n.type) : nullptr, i, scope_of(n.name), {}, {}};
    for (const auto& name : n.inputs) s.operands.push_back(name.empty() ? -1 : value_of.at(name));
    for (std::size_t k = 0; k < n.guards.size(); ++k)
      s.guards.push_back({value_of.at(n.guards[k].condition), n.guards[k].wanted, k});
    for (const auto& name : n.outputs) {
      s.results.push_back(name.empty() ? -1 : count_);
      if (!name.empty()) name_value(name);
    }
    steps.push_back(std::move(s));
  }
  for (const auto& o : outputs_) {
    const auto at = value_of.find(o.name);
    if (at == value_of.end()) throw error(fmt::format("nothing gives the output '{}'", shown(o.name)));
    results_.push_back(at->second);
  }
  drop_what_is_not_needed(steps);
  refuse_unknown(steps);
  hold(list.numbers, steps, parameters, buffers);
  steps_ = std::move(steps);
  note_last_uses();
}

auto onnx_program::drop_what_is_not_needed(std::vector<step>& steps) const -> void {
  std::vector<bool> needed(static_cast<std::size_t>(count_));
  for (const int v : results_) needed[static_cast<std::size_t>(v)] = true;
  std::vector<step> kept;
  for (auto s = steps.rbegin(); s != steps.rend(); ++s) {
    if (std::none_of(s->results.begin(), s->results.end(), [&](int v) { return v >= 0 && needed[static_cast<std::size_t>(v)]; }))
      continue;
    for (const int v : s->operands)
      if (v >= 0) needed[static_cast<std::size_t>(v)] = true;
    kept.push_back(std::move(*s));
  }
  std::reverse(kept.begin(), kept.end());
  steps = std::move(kept);
}

auto onnx_program::refuse_unknown(const std::vector<step>& steps) const -> void {
  struct unknown {
    int count = 0;
    std::string first;
  };
  std::map<std::string, unknown> missing;
  for (const auto& s : steps) {
    const auto& n = nodes_[s.node];
    if (s.op) {
      const auto given = std::count_if(s.operands.begin(), s.operands.end(), [](int v) { return v >= 0; });
      if (given < s.op->operands)
        throw error(fmt::format("{} '{}' has {} operands, and needs {}", n.type, shown(n.called()), given, s.op->operands));
      if (opset_ < 7 && n.attribute("broadcast") && n.attribute("axis"))
        throw error(fmt::format("{} '{}' matches its operands from an axis on, as only versions before 7 can; export it anew",
                                n.type, shown(n.called())));
      continue;
    }
    auto& u = missing[is_standard(n) ? n.type : n.domain + "." + n.type];
    if (u.count++ == 0) u.first = shown(n.called());
  }
  if (missing.empty()) return;
  std::string list;
  for (const auto& [type, u] : missing)
    list +=
        fmt::format("{}{} ({}, {}'{}')", list.empty() ? "" : ", ", shown(type), u.count, u.count == 1 ? "" : "first ", u.first);
  throw error(fmt::format("it needs operators that are not read: {}; docs/onnx.md has those that are", list));
}

// Fractions are trained, as far as a file can tell: it says nothing of what its numbers were. Statistics are not, and single numbers without axes, which
// exporters write for constants of a formula, are frozen.
auto onnx_program::hold(const std::vector<named_array>& given, const std::vector<step>& steps, onnx_parameters& parameters,
                        onnx_buffers& buffers) -> void {
  std::set<int> used(results_.begin(), results_.end()), statistics;
  for (const auto& s : steps)
    for (std::size_t k = 0; k < s.operands.size(); ++k) {
      used.insert(s.operands[k]);
      if (static_cast<int>(k) >= s.op->kept_from) statistics.insert(s.operands[k]);
    }
  for (const auto& n : given) {
    const int v = static_cast<int>(held_.size());
    const bool is_trained = n.value.is_floating() && used.contains(v);
    if (is_trained && statistics.contains(v)) {
      held_.push_back({source::buffer, buffers.size()});
      buffers.push_back({n.name, {n.value}});
    } else if (is_trained) {
      held_.push_back({source::parameter, parameters.size()});
      parameters.push_back({n.name, parameter(n.value)});
      parameters.back().value.trainable = n.value.rank() > 0;
    } else {
      held_.push_back({source::constant, constants_.size()});
      constants_.push_back(n.value);
    }
  }
}

auto onnx_program::note_last_uses() -> void {
  std::vector<bool> seen(static_cast<std::size_t>(count_));
  for (const int v : results_) seen[static_cast<std::size_t>(v)] = true;
  for (auto s = steps_.rbegin(); s != steps_.rend(); ++s)
    for (const auto* list : {&s->results, &s->operands})
      for (const int v : *list)
        if (v >= 0 && !seen[static_cast<std::size_t>(v)]) seen[static_cast<std::size_t>(v)] = true, s->done.push_back(v);
}

auto onnx_program::check(std::span<const tensor> inputs) const -> void {
  const auto wanted = [&] {
    std::string all;
    for (const auto& i : inputs_) all += (all.empty() ? "" : ", ") + i.text();
    return all.empty() ? std::string("none") : all;
  };
  if (inputs.size() != inputs_.size())
    throw error(fmt::format("{} inputs are given, and the model has {}: {}", inputs.size(), inputs_.size(), wanted()));
  std::map<std::string_view, index_t> extent_of;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& x = inputs[i];
    const auto& declared = inputs_[i];
    bool fits = is_floating(x.type()) ? is_floating(declared.type) : x.type() == declared.type;
    if (declared.axes) {
      fits &= static_cast<std::size_t>(x.rank()) == declared.axes->size();
      for (int a = 0; fits && a < x.rank(); ++a) {
        const auto& axis = (*declared.axes)[static_cast<std::size_t>(a)];
        if (axis.extent >= 0) fits = x.shape()[a] == axis.extent;
        else if (!axis.name.empty()) fits = extent_of.emplace(axis.name, x.shape()[a]).first->second == x.shape()[a];
      }
    }
    if (!fits)
      throw error(fmt::format("input {} is {} {}, and the model has: {}", i, name_of(x.type()), to_string(x.shape()), wanted()));
  }
}

auto onnx_program::compute(const step& s, std::span<const tensor* const> operands, generator* drop) const -> onnx_results {
  const auto& n = nodes_[s.node];
  const seegrad::detail::error_place here(place_of, &n);
  try {
    auto out = s.op->compute(onnx_call(n, operands, opset_, drop));
    for (std::size_t k = out.size(); k < s.results.size(); ++k)
      if (s.results[k] >= 0) throw error(fmt::format("{}: result {} is not given", n.type, k));
    return out;
  } catch (const std::bad_alloc&) {
    throw error(fmt::format("{}: there is no memory for its result", n.type));
  }
}

auto onnx_program::is_taken(const step& s, const guard& g, const tensor& condition) const -> bool {
  if (condition.is_constant() && condition.size() == 1) return (condition.value().item() != 0) == g.wanted;
  throw error(fmt::format("If '{}': its condition is {}", shown(nodes_[s.node].guards[g.place].branching),
                          condition.is_constant()
                              ? to_string(condition.shape()) + ", and one number is wanted"
                              : "computed from numbers of an input, so that a record would hold for these alone"));
}

auto onnx_program::run(std::span<const tensor> inputs, const onnx_parameters& parameters, const onnx_buffers& buffers,
                       generator* drop) const -> std::vector<tensor> {
  check(inputs);
  std::vector<std::optional<tensor>> values(static_cast<std::size_t>(count_));
  // Null for what a branch that is not taken would give.
  const auto value = [&](int v, const std::string& scope) -> const tensor* {
    auto& x = values[static_cast<std::size_t>(v)];
    if (!x && static_cast<std::size_t>(v) >= held_.size()) return nullptr;
    if (!x) {
      const auto [from, k] = held_[static_cast<std::size_t>(v)];
      switch (from) {
        case source::input: x = inputs[k]; break;
        case source::parameter: x = parameters[k].value(within(parameters[k].name, scope)); break;
        case source::buffer: x = buffers[k].value.value; break;
        case source::constant: x = constants_[k]; break;
      }
    }
    return &*x;
  };
  std::optional<function_scope> open;
  const std::string none;
  const std::string* scope = &none;
  std::vector<const tensor*> operands;
  const auto is_skipped = [&](const step& s) {
    return !std::all_of(s.guards.begin(), s.guards.end(),
                        [&](const guard& g) { return is_taken(s, g, *value(g.condition, none)); });
  };
  const auto forget = [&](const step& s) {
    for (const int v : s.done) values[static_cast<std::size_t>(v)].reset();
  };
  for (const auto& s : steps_) {
    if (is_skipped(s)) {
      forget(s);
      continue;
    }
    if (s.scope != *scope) {
      open.reset();
      if (!s.scope.empty()) open.emplace(s.scope, scope_kind::part);
      scope = &s.scope;
    }
    operands.clear();
    for (const int v : s.operands) operands.push_back(v < 0 ? nullptr : value(v, s.scope));
    auto results = compute(s, operands, drop);
    for (std::size_t k = 0; k < s.results.size(); ++k)
      if (s.results[k] >= 0) values[static_cast<std::size_t>(s.results[k])] = std::move(results[k]);
    forget(s);
  }
  std::vector<tensor> out;
  for (const int v : results_) out.push_back(*value(v, none));
  return out;
}

}  // namespace seegrad::nn::detail
